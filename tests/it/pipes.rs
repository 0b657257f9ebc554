//! Results and lists through real pipes, as shells make them.

use std::process::{Command, Stdio};

use cippsh::simulator::{Settings, Simulator};

use crate::test::{Ran, Test, of_repository, simulator};

/// A line for the shell, in which `cippsh` is the binary; in a directory with these files, or in an empty one.
fn shell(line: &str, files: &[(&str, &[u8])], simulator: &Simulator) -> Ran {
    let place = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(place.path().join(name), bytes).unwrap();
    }
    let mut test = Test::new(["--help"]).on(simulator).env("SCRIPTS", of_repository("scripts").to_str().unwrap());
    test = test.env("CIPPSH", env!("CARGO_BIN_EXE_cippsh"));
    let (mut command, _directory) = test.through(&["sh", "-c", &format!("cippsh() {{ \"$CIPPSH\" \"$@\"; }}\n{line}")]);
    Ran::from(command.current_dir(place.path()).stdin(Stdio::null()).output().unwrap())
}

/// Whether a program is there; it is said when it is not.
#[expect(clippy::print_stdout, reason = "what was not tested is not left unsaid")]
fn is_there(program: &str) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !found {
        println!("{program} is not installed: what is tested with it was not tested here");
    }
    found
}

const REPORT: &str = "cippsh run \"$SCRIPTS/shared-mailboxes.rhai\" tenants=all --output json";

#[test]
fn a_result_as_json_goes_into_another_program() {
    let simulator = simulator(Settings::default());
    let ran = shell(&format!("{REPORT} | cippsh eval 'read_json(\"-\").map(|row| row.user)' -o json"), &[], &simulator);
    ran.code(0).stdout("[\"info@fabrikam.com\",\"info@tailspintoys.com\"]\n");
    if is_there("python3") {
        let read = "python3 -c 'import json, sys; print([row[\"user\"] for row in json.load(sys.stdin)])'";
        let ran = shell(&format!("{REPORT} | {read}"), &[], &simulator);
        ran.code(0).stdout("['info@fabrikam.com', 'info@tailspintoys.com']\n");
    }
    if is_there("pwsh") {
        let read = "pwsh -NoProfile -Command '($input | ConvertFrom-Json).user'";
        shell(&format!("{REPORT} | {read}"), &[], &simulator)
            .code(0)
            .stdout("info@fabrikam.com\ninfo@tailspintoys.com\n");
    }
}

#[test]
fn a_reader_that_ends_early_does_no_harm() {
    let simulator = simulator(Settings::default());
    let line = "cippsh run \"$SCRIPTS/mfa-sweep.rhai\" tenants=all everyone=true -o ndjson | head -n 1";
    let ran = shell(line, &[], &simulator).code(0);
    assert!(ran.stdout.starts_with("{\"tenant\":\"contoso.com\"") && ran.stdout.lines().count() == 1, "{}", ran.stdout);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
}

/// As `Get-Content` and `ConvertTo-Csv` of PowerShell send it, and as spreadsheets keep it.
#[test]
fn a_list_comes_by_standard_input_however_it_is_written() {
    let plain = "user,first_name,last_name,usage_location\nzoe@contoso.com,Zoë,Müller,AT\n";
    let quoted =
        "\"user\",\"first_name\",\"last_name\",\"usage_location\"\r\n\"zoe@contoso.com\",\"Zoë\",\"Müller\",\"AT\"\r\n";
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let latin = plain.replace(',', ";").chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    for (how, bytes) in [
        ("plain", plain.as_bytes().to_vec()),
        ("quoted", quoted.as_bytes().to_vec()),
        ("with a mark", [b"\xef\xbb\xbf", quoted.as_bytes()].concat()),
        ("UTF-16", [b"\xff\xfe".to_vec(), utf16(quoted)].concat()),
        ("of a spreadsheet", latin),
    ] {
        let simulator = simulator(Settings::default());
        let line = "cat new.csv | cippsh run \"$SCRIPTS/onboard.rhai\" file=- apply=true -o csv";
        let ran = shell(line, &[("new.csv", &bytes)], &simulator);
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (0, "tenant,user,name,todo,status,why\ncontoso.com,zoe@contoso.com,Zoë Müller,create,verified,\n"),
            "{how}: {}",
            ran.stderr
        );
    }
}

#[test]
fn mistakes_of_a_list_from_standard_input_are_told() {
    let simulator = simulator(Settings::default());
    let line =
        "printf 'group,user\\nVPM,ann@contoso.com\\n' | cippsh run \"$SCRIPTS/group-members.rhai\" file=- apply=true";
    let ran = shell(line, &[], &simulator).code(1);
    ran.tells(&["1 row of standard input cannot be used, so nothing was sent\n  - row 2: there is no group \"VPM\"\n"]);
}

#[test]
fn the_result_of_one_script_is_the_list_of_another() {
    let simulator = simulator(Settings::default());
    let line = "cippsh run \"$SCRIPTS/inactive-members.rhai\" tenants=contoso.com -o csv --quiet | \
        cippsh run \"$SCRIPTS/offboard.rhai\" file=- -o csv";
    let ran = shell(line, &[], &simulator).code(0);
    assert!(ran.stdout.lines().count() > 1 && ran.stdout.contains(",to do,"), "{}\n{}", ran.stdout, ran.stderr);
}
