//! From nothing to the first line of a script, against a program that only embeds an engine.

use std::{path::Path, process::Command};

use crate::process::{Line, cippsh_at, example, installed, median, peak_memory, shown, wall};

const RUNS: usize = 200;
const SCRIPT: &str = r#"print("hello")"#;
/// A name that is put together can be that of any endpoint.
const ANY: &str = r#"let f = Fn("List" + "Users"); print("hello")"#;
/// Keeps the program alive while its memory is read.
const WAITING: &str = r#"print("hello"); sleep(10)"#;

pub(crate) fn run() -> Vec<Line> {
    let (ours, bare) = (installed(Path::new(env!("CARGO_BIN_EXE_cippsh"))), installed(&example("bare_engine")));
    let memory = |mut command: Command| peak_memory(&mut command);
    let our_memory =
        median((0..5).map(|_| memory(cippsh_at(&ours, &["eval", "--output", "table", WAITING]))).collect());
    let mut bare_waiting = Command::new(&bare);
    bare_waiting.arg(WAITING);
    let bare_memory = median((0..5).map(|_| peak_memory(&mut bare_waiting)).collect());
    vec![
        start(&ours, &bare, SCRIPT, "first line of a script, whole process; peer: a bare Rhai engine", "1.5 at most"),
        start(
            &ours,
            &bare,
            ANY,
            "the same where a name is put together, and may be that of any endpoint",
            "1.5 at most",
        ),
        Line {
            what: "memory by then".into(),
            ours: format!("{our_memory:.1} MiB"),
            peer: format!("{bare_memory:.1} MiB"),
            ratio: format!("{:.1} MiB more", our_memory - bare_memory),
            goal: "8 MB more at most",
        },
    ]
}

fn start(ours: &Path, bare: &Path, script: &str, what: &str, goal: &'static str) -> Line {
    let (mut our_times, mut bare_times) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        our_times.push(wall(&mut cippsh_at(ours, &["eval", "--output", "table", script])));
        bare_times.push(wall(Command::new(bare).arg(script)));
    }
    let (our_time, bare_time) = (median(our_times), median(bare_times));
    Line {
        what: what.into(),
        ours: shown(our_time),
        peer: shown(bare_time),
        ratio: format!("{:.2}", our_time / bare_time),
        goal,
    }
}
