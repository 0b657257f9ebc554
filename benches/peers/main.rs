//! How fast cippsh is beside a named peer that does the same in the same run.
//!
//! `cargo bench` runs all of it, `cargo bench -- rows` one part. It prints ratios; absolute figures of a busy machine
//! say little. Linux only: memory and processor time are read from /proc.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot run stops, and its table goes to standard output"
)]

mod bulk;
mod language;
mod process;
mod repl;
mod rows;
mod startup;
mod tables;

use process::Line;

/// Measures and tells, a line each.
type Part = fn() -> Vec<Line>;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, part, rest @ ..] = arguments.as_slice()
        && flag == "--child"
    {
        return rows::child(part, rest);
    }
    let wanted: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with("--")).collect();
    let parts: [(&str, Part); 6] = [
        ("startup", startup::run),
        ("language", language::run),
        ("bulk", bulk::run),
        ("rows", rows::run),
        ("repl", repl::run),
        ("tables", tables::run),
    ];
    println!("| what | cippsh | peer | ratio | goal |");
    println!("| --- | --- | --- | --- | --- |");
    for (name, part) in parts {
        if wanted.is_empty() || wanted.iter().any(|wanted| *wanted == name) {
            for line in part() {
                println!("| {} | {} | {} | {} | {} |", line.what, line.ours, line.peer, line.ratio, line.goal);
            }
        }
    }
}
