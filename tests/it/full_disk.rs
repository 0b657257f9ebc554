//! What cannot be written to a full disk is not lost without a word.

use std::{fs::File, process::Stdio};

use crate::test::{Ran, Test};

/// The command, with a full disk as its standard output.
fn on_full_disk(arguments: &[&str], script: &str) -> Ran {
    let program = [&[env!("CARGO_BIN_EXE_cippsh")], arguments].concat();
    let (mut command, _directory) = Test::new(["--help"]).file("count.rhai", script).through(&program);
    let full = File::options().write(true).open("/dev/full").unwrap();
    Ran::from(command.stdin(Stdio::null()).stdout(full).stderr(Stdio::piped()).output().unwrap())
}

#[test]
fn what_is_lost_ends_a_command_with_an_error() {
    let many = "for i in 0..20000 { print(\"line \" + i) }";
    let cases: &[&[&str]] = &[
        &["eval", "--demo", many, "-o", "table"],
        &["eval", "--demo", "print(1); exit(0)", "-o", "table"],
        &["eval", "--demo", "1 + 1"],
        &["run", "count.rhai", "--help"],
        &["run", "--help"],
        &["doc", "ListUsers"],
        &["doctor", "--demo"],
        &["completions", "bash"],
    ];
    for arguments in cases {
        let ran = on_full_disk(arguments, "//! Counts.\nlet n = 1;").code(1);
        let ran = ran.tells(&["error: the result cannot be written", "No space left on device"]);
        assert!(!ran.stderr.contains("panicked"), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn what_a_script_prints_beside_data_does_not_fill_the_disk() {
    let ran = on_full_disk(&["eval", "--demo", "print(1)", "-o", "csv"], "").code(0);
    ran.tells(&["1\n"]);
}
