//! The cookbook of the README shows what its commands print.
//!
//! `CIPPSH_WRITE_COOKBOOK=1 cargo test --test it cookbook` writes what they print now.

use std::{fs, path::Path, process::Stdio};

use cippsh::simulator::{Settings, Simulator};
use regex::Regex;

use crate::test::{Ran, Test, of_repository, simulator};

/// How many lines of a table are shown, its head among them.
const SHOWN: usize = 6;

/// The README around the cookbook, and the cookbook.
fn readme() -> (String, String, String) {
    let text = fs::read_to_string(of_repository("README.md")).unwrap().replace("\r\n", "\n");
    let (before, rest) = text.split_once("## Cookbook\n").unwrap();
    let (cookbook, after) = rest.split_once("\n## ").unwrap();
    (format!("{before}## Cookbook\n"), cookbook.to_owned(), format!("\n## {after}"))
}

/// Where the commands run: the scripts are there, and what the commands leave.
fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let scripts = place.path().join("scripts");
    fs::create_dir(&scripts).unwrap();
    for entry in fs::read_dir(of_repository("scripts")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, scripts.join(path.file_name().unwrap())).unwrap();
    }
    place
}

fn shell(line: &str, place: &Path, simulator: &Simulator) -> Ran {
    let test = Test::new(["--help"]).on(simulator).env("CIPPSH", env!("CARGO_BIN_EXE_cippsh"));
    let (mut command, _directory) = test.through(&["sh", "-c", &format!("cippsh() {{ \"$CIPPSH\" \"$@\"; }}\n{line}")]);
    Ran::from(command.current_dir(place).stdin(Stdio::null()).output().unwrap())
}

/// What people see of a command, less what is never the same.
fn seen(ran: &Ran) -> String {
    let is_other = |line: &&str| {
        let starts = ["SIMULATOR: ", "connection \"", "run ", "  --> ", "    |", "  in "];
        !starts.iter().any(|start| line.starts_with(start)) && !line.contains(" |     ") && !line.is_empty()
    };
    let mut text = String::new();
    let (mut of_table, mut hidden) = (0, false);
    for line in ran.stdout.lines().filter(is_other) {
        of_table = if line.contains("  ") { of_table + 1 } else { 0 };
        hidden = of_table > SHOWN && {
            if !hidden {
                text += "…\n";
            }
            true
        };
        if !hidden {
            text += line.trim_end();
            text.push('\n');
        }
    }
    ran.stderr.lines().filter(is_other).for_each(|line| text += &format!("{line}\n"));
    text
}

/// What one block of commands shows now.
fn shown(block: &str, place: &Path, simulator: &Simulator) -> String {
    let mut now = String::new();
    for part in block.split("$ ").skip(1) {
        let (command, printed) = part.split_once('\n').unwrap();
        now += &format!("$ {command}\n");
        match command.strip_prefix("cat ") {
            Some(file) => {
                fs::write(place.join(file), printed).unwrap();
                now += printed;
            }
            None => now += &seen(&shell(command, place, simulator)),
        }
    }
    now
}

/// Times change from day to day.
fn timeless(text: &str) -> String {
    Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").unwrap().replace_all(text, "TIME").into_owned()
}

#[test]
fn the_commands_print_what_is_shown() {
    let (before, cookbook, after) = readme();
    let (place, simulator) = (place(), simulator(Settings::default()));
    let mut now = String::new();
    for (at, part) in cookbook.split("```").enumerate() {
        let block = part.strip_prefix("console\n").filter(|_| at % 2 == 1);
        now += &match block {
            Some(block) => format!("```console\n{}```", shown(block, place.path(), &simulator)),
            None if at % 2 == 1 => format!("```{part}```"),
            None => part.to_owned(),
        };
    }
    if std::env::var_os("CIPPSH_WRITE_COOKBOOK").is_some() {
        fs::write(of_repository("README.md"), format!("{before}{now}{after}")).unwrap();
    } else {
        let hint = "CIPPSH_WRITE_COOKBOOK=1 cargo test --test it cookbook writes it";
        assert_eq!(timeless(&now), timeless(&cookbook), "{hint}");
    }
}

#[test]
fn every_script_has_its_job_in_the_list_and_its_commands() {
    let (_, cookbook, _) = readme();
    for entry in fs::read_dir(of_repository("scripts")).unwrap() {
        let name = entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned();
        // The smallest of all is the first script of the README.
        if name != "enforce-mfa" {
            assert!(cookbook.contains(&format!("[{name}](#")), "{name} is not in the list");
            assert!(cookbook.contains(&format!("$ cippsh run scripts/{name}.rhai ")), "{name} is not shown");
        }
    }
}

#[test]
fn what_is_said_in_the_words_of_two_languages_works_in_ours() {
    let (_, cookbook, _) = readme();
    let scripts: Vec<&str> =
        cookbook.split("```rhai\n").skip(1).map(|block| block.split("```").next().unwrap()).collect();
    assert_eq!(scripts.len(), cookbook.matches("```powershell\n").count() - 1, "one for each");
    let printed = scripts.iter().map(|script| {
        let test = Test::new(["run", "job.rhai", "--demo"]).free().file("job.rhai", script);
        test.file("leavers.csv", "user\nann@contoso.com\nbob@fabrikam.com\n").run().code(0).stdout
    });
    assert_eq!(
        printed.collect::<Vec<_>>(),
        [
            "\"enforce MFA: 22 items: 22 verified\"\n",
            "\"block: 2 items: 2 verified\"\n",
            "\"offboard: 2 items: 2 verified\"\n",
        ]
    );
}
