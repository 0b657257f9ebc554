//! Ctrl-C, as a signal.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command},
    thread,
    time::Duration,
};

use cippsh::simulator::{Faults, Settings};

use crate::test::{Ran, Test, simulator};

fn interrupt(child: Child) -> Ran {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    Ran::from(child.wait_with_output().unwrap())
}

#[test]
fn a_read_that_never_answers_is_dropped() {
    let faults = Faults::parse("[[fault]]\nendpoint = \"ListUsers\"\nstall = true\n", "faults").unwrap();
    let simulator = simulator(Settings { faults: Some(faults), ..Settings::default() });
    let code = r#"try { ListUsers(#{ tenantFilter: "contoso.com" }) } catch (e) { print("caught") } print("went on")"#;
    let (child, _directory) = Test::new(["eval", code]).on(&simulator).spawn();
    while !simulator.requests().iter().any(|seen| seen.path == "/api/ListUsers") {
        thread::sleep(Duration::from_millis(5));
    }
    interrupt(child).code(130).stdout("").tells(&["error: interrupted"]);
}

#[test]
fn a_script_that_never_ends_is_stopped() {
    for code in [
        "print(\"ready\"); try { loop { } } catch { }",
        "print(\"ready\"); sleep(3600);",
        "print(\"ready\"); bulk([1, 2, 3], |x| loop { });",
    ] {
        let (mut child, _directory) = Test::eval(code).args(["-o", "table"]).spawn();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        interrupt(child).code(130).tells(&["error: interrupted"]);
    }
}
