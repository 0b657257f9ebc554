//! Signals and deadlines stop a run, and it is known afterwards what was and was not done.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Child, Command},
    thread,
    time::Duration,
};

use cippsh::simulator::{Faults, Settings, Simulator};
use serde_json::Value;

use crate::test::{Ran, Test, simulator};

/// Writes for ten people, four at once.
const WRITES: &str = r#"
    let users = ListUsers(#{ tenantFilter: "contoso.com" }).filter(|u| u.userType == "Member");
    users = users.extract(0, 10);
    bulk(users, #{ label: "enforce MFA", concurrency: 4 }, |u| ExecPerUserMFA(#{ tenantFilter: "contoso.com", userPrincipalName: u, State: "enforced" }));
    print("went on");
"#;

fn with_faults(text: &str) -> Simulator {
    simulator(Settings { faults: Some(Faults::parse(text, "faults").unwrap()), ..Settings::default() })
}

/// The run, its journal being in a directory that stays.
fn writes(simulator: &Simulator, journal: &Path) -> Test {
    Test::new(["eval", WRITES, "--no-verify", "--throttle", "fixed", "--concurrency", "4"])
        .args(["--journal", journal.to_str().unwrap()])
        .on(simulator)
}

/// Waits until so many writes have arrived.
fn arrived(simulator: &Simulator, number: usize) {
    while count(simulator) < number {
        thread::sleep(Duration::from_millis(5));
    }
}

fn count(simulator: &Simulator) -> usize {
    simulator.requests().iter().filter(|seen| seen.path == "/api/ExecPerUserMFA").count()
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

/// The latest run of a journal.
fn latest(journal: &Path) -> Value {
    let runs = |arguments: &[&str]| -> Value {
        let test = Test::new(["runs"]).args(arguments).args(["--journal", journal.to_str().unwrap(), "-o", "json"]);
        serde_json::from_str(&test.run().code(0).stdout).unwrap()
    };
    let id = runs(&["list"])[0]["id"].as_str().unwrap().to_owned();
    runs(&["show", &id])
}

/// The statuses of its writes.
fn statuses(run: &Value) -> Vec<&str> {
    run["calls"].as_array().unwrap().iter().map(|call| call["status"].as_str().unwrap()).collect()
}

/// Sends this signal while four writes are on their way.
fn lets_writes_end(name: &str) {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal.sqlite");
    let simulator = with_faults("[[fault]]\nendpoint = \"ExecPerUserMFA\"\ndelay_ms = 4000\n");
    let (child, _directory) = writes(&simulator, &journal).spawn();
    arrived(&simulator, 4);
    signal(&child, name);
    let ran = Ran::from(child.wait_with_output().unwrap()).code(130).stdout("");
    let run = latest(&journal);
    let id = run["id"].as_str().unwrap();
    ran.tells(&[
        "interrupted: nothing new is started, writes that were sent have 10 s to end",
        "error: interrupted: enforce MFA: 10 items: 4 accepted, 6 not run\n",
        &format!("hint: cippsh runs resume {id} does what is left\n"),
    ]);
    assert_eq!(count(&simulator), 4);
    assert_eq!(statuses(&run), ["accepted"; 4]);
    assert_eq!((&run["how"], &run["code"]), (&"interrupted".into(), &130.into()));
}

#[test]
fn ctrl_c_lets_writes_end_that_were_sent() {
    lets_writes_end("-INT");
}

#[test]
fn what_was_about_to_leave_is_not_run() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal.sqlite");
    let simulator = with_faults("[[fault]]\nendpoint = \"ExecPerUserMFA\"\ndelay_ms = 4000\n");
    // Where the script does not say how many items it wants at once, some get ready while others are on their way.
    let code = WRITES.replace(", concurrency: 4", "");
    let (child, _directory) = Test::new(["eval", &code, "--no-verify", "--throttle", "fixed", "--concurrency", "4"])
        .args(["--journal", journal.to_str().unwrap()])
        .on(&simulator)
        .spawn();
    arrived(&simulator, 4);
    signal(&child, "-INT");
    Ran::from(child.wait_with_output().unwrap()).code(130).tells(&["10 items: 4 accepted, 6 not run\n"]);
    assert_eq!(count(&simulator), 4);
    let mut statuses = statuses(&latest(&journal)).into_iter().map(str::to_owned).collect::<Vec<_>>();
    statuses.sort();
    assert_eq!(statuses[..4], ["accepted"; 4]);
    assert!(statuses[4..].iter().all(|status| *status == "not_run") && statuses.len() <= 6, "{statuses:?}");
}

#[test]
fn so_does_the_wish_to_terminate() {
    lets_writes_end("-TERM");
}

#[test]
fn so_does_a_terminal_that_is_closed() {
    lets_writes_end("-HUP");
}

#[test]
fn a_deadline_stops_as_a_signal_does() {
    for code in ["sleep(3600)", "loop { }", "bulk([1, 2, 3], |x| try { sleep(3600) } catch { })"] {
        let ran = Test::eval(code).args(["--deadline", "1s"]).run().code(130).stdout("");
        ran.tells(&["error: the deadline of 1s is over"]);
    }
    let simulator = with_faults("[[fault]]\nendpoint = \"ListUsers\"\nstall = true\n");
    let call = ["call", "ListUsers", "tenantFilter=contoso.com", "--deadline", "1s"];
    Test::new(call).on(&simulator).run().code(130).stdout("").tells(&["error: the deadline of 1s is over\n"]);
}

#[test]
fn a_deadline_that_is_not_reached_changes_nothing() {
    Test::eval("40 + 2").args(["--deadline", "2h"]).run().code(0).stdout("42\n").stderr("");
    for wrong in ["0s", "soon", "10"] {
        Test::eval("42").args(["--deadline", wrong]).run().code(2);
    }
    let call = ["call", "ListUsers", "--demo", "tenantFilter=contoso.com", "--deadline", "1h", "--fields", "id"];
    Test::new(call).run().code(0);
}

#[test]
fn the_second_signal_stops_at_once_and_the_doubt_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal.sqlite");
    let simulator = with_faults("[[fault]]\nendpoint = \"ExecPerUserMFA\"\nstall = true\n");
    let (mut child, _directory) = writes(&simulator, &journal).spawn();
    arrived(&simulator, 4);
    signal(&child, "-INT");
    // It says that it waits, and for what.
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("the next Ctrl-C stops at once") {
        line.clear();
        assert_ne!(err.read_line(&mut line).unwrap(), 0);
    }
    signal(&child, "-INT");
    Ran::from(child.wait_with_output().unwrap()).code(130).stdout("");
    let run = latest(&journal);
    assert_eq!((&run["how"], &run["in_doubt"]), (&"cut off".into(), &4.into()));
    assert_eq!(count(&simulator), 4);
}

/// Takes as long as writes that were sent may take; what is told on the way needs that time too.
#[test]
fn a_write_that_is_cut_off_is_in_doubt() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal.sqlite");
    let stall = "[[fault]]\nendpoint = \"ExecPerUserMFA\"\nafter = 2\ntimes = 2\nstall = true\n";
    let late = "[[fault]]\nendpoint = \"ExecPerUserMFA\"\nafter = 4\ndelay_ms = 8000\n";
    let simulator = with_faults(&format!("{stall}{late}"));
    let (mut child, _directory) = writes(&simulator, &journal).spawn();
    arrived(&simulator, 6);
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("enforce MFA: ") {
        line.clear();
        assert_ne!(err.read_line(&mut line).unwrap(), 0);
    }
    assert!(
        line.starts_with("enforce MFA: 2/10, ") && line.ends_with(", 2 ok, 0 failed, 0 in doubt, limit 4\n"),
        "{line}"
    );
    signal(&child, "-INT");
    let mut rest = String::new();
    err.read_to_string(&mut rest).unwrap();
    Ran::from(child.wait_with_output().unwrap()).code(130).stdout("");
    assert!(rest.contains("enforce MFA: 10 items: 4 accepted, 4 not run, 2 in doubt\n"), "{rest}");
    let run = latest(&journal);
    assert_eq!(statuses(&run), ["in_doubt", "in_doubt", "accepted", "accepted", "accepted", "accepted"]);
    assert!(run["calls"][0]["message"].as_str().unwrap().contains("within 10 s of the interrupt"), "{run}");
}

#[test]
fn what_waits_is_stopped_at_once_and_not_sent() {
    let paused = "[[fault]]\nendpoint = \"ExecPerUserMFA\"\nstatus = 429\nheaders = { Retry-After = \"100\" }\n";
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal.sqlite");
    let simulator = with_faults(paused);
    let (child, _directory) = writes(&simulator, &journal).spawn();
    // The first answer closes the way for those that have not left.
    arrived(&simulator, 1);
    signal(&child, "-INT");
    let ran = Ran::from(child.wait_with_output().unwrap()).code(130).stdout("");
    ran.tells(&["enforce MFA: 10 items: 10 not run\n"]);
    let (run, sent) = (latest(&journal), count(&simulator));
    let statuses = statuses(&run);
    assert!(statuses.iter().all(|status| *status == "not_run"), "{statuses:?}");
    assert!((1..=4).contains(&sent) && (sent..=4).contains(&statuses.len()), "{sent} of {}", statuses.len());
}

#[test]
fn what_may_have_been_done_stays_in_doubt_while_it_waits_for_another_try() {
    let lost = "[[fault]]\nendpoint = \"ExecPerUserMFA\"\ntimes = 4\nstatus = 502\n";
    let paused = "[[fault]]\nendpoint = \"ExecPerUserMFA\"\nstatus = 429\nheaders = { Retry-After = \"100\" }\n";
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal.sqlite");
    let simulator = with_faults(&format!("{lost}{paused}"));
    let (child, _directory) = writes(&simulator, &journal).spawn();
    arrived(&simulator, 5);
    signal(&child, "-INT");
    let ran = Ran::from(child.wait_with_output().unwrap()).code(130).stdout("");
    ran.tells(&["enforce MFA: 10 items: 6 not run, 4 in doubt\n"]);
    assert_eq!(statuses(&latest(&journal)), ["in_doubt"; 4]);
}

/// Whatever the last try came to, an earlier one may have been carried out.
#[test]
fn a_doubt_is_not_forgotten_when_a_later_try_is_refused() {
    for refusal in ["status = 403\nbody = 'Failed: no'", "status = 400", "status = 524\nbody = '<html></html>'"] {
        let directory = tempfile::tempdir().unwrap();
        let journal = directory.path().join("journal.sqlite");
        let of = "[[fault]]\nendpoint = \"ExecPerUserMFA\"\n";
        let simulator = with_faults(&format!("{of}times = 1\nstatus = 502\n{of}{refusal}\n"));
        Test::new(["call", "ExecPerUserMFA", "tenantFilter=contoso.com", "State=enforced", "--no-verify"])
            .args(["userPrincipalName=ann@contoso.com", "--journal", journal.to_str().unwrap()])
            .on(&simulator)
            .run()
            .code(3);
        assert_eq!(statuses(&latest(&journal)), ["in_doubt"], "{refusal}");
    }
}

#[test]
fn reading_back_ends_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal.sqlite");
    let simulator = with_faults("[[fault]]\nendpoint = \"ListPerUserMFA\"\nstall = true\n");
    let (child, _directory) =
        Test::new(["eval", WRITES, "--journal", journal.to_str().unwrap()]).on(&simulator).spawn();
    while !simulator.requests().iter().any(|seen| seen.path == "/api/ListPerUserMFA") {
        thread::sleep(Duration::from_millis(5));
    }
    signal(&child, "-INT");
    let ran = Ran::from(child.wait_with_output().unwrap()).code(130).stdout("");
    ran.tells(&["error: interrupted: enforce MFA: 10 items: 10 unconfirmed\n"]);
    assert_eq!(statuses(&latest(&journal)), ["unconfirmed"; 10]);
}

#[test]
fn a_single_write_is_told_of_too() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal.sqlite");
    let simulator = with_faults("[[fault]]\nendpoint = \"ExecPerUserMFA\"\ndelay_ms = 4000\n");
    let (child, _directory) = Test::new(["call", "ExecPerUserMFA", "tenantFilter=contoso.com", "State=enforced"])
        .args(["userPrincipalName=ann@contoso.com", "--journal", journal.to_str().unwrap()])
        .on(&simulator)
        .spawn();
    arrived(&simulator, 1);
    signal(&child, "-INT");
    let ran = Ran::from(child.wait_with_output().unwrap()).code(130);
    let run = latest(&journal);
    ran.tells(&["error: interrupted\n", &format!("hint: cippsh runs check {} looks", run["id"].as_str().unwrap())]);
    assert_eq!(statuses(&run), ["unconfirmed"]);
}

#[test]
fn bulks_inside_of_bulks_are_counted_for_what_they_did() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal.sqlite");
    let simulator = with_faults("[[fault]]\nendpoint = \"ExecPerUserMFA\"\nafter = 1\ndelay_ms = 4000\n");
    let code = r#"
        bulk(["a", "b"], #{ label: "outer", concurrency: 1 }, |x|
            bulk(["ann@contoso.com", "bob@contoso.com", "admin@contoso.com"], #{ concurrency: 1 }, |u|
                ExecPerUserMFA(#{ tenantFilter: "contoso.com", userPrincipalName: u, State: "enforced" })));
    "#;
    let test = Test::new(["eval", code, "--no-verify", "--journal", journal.to_str().unwrap()]).on(&simulator);
    let (child, _directory) = test.spawn();
    arrived(&simulator, 2);
    signal(&child, "-INT");
    let ran = Ran::from(child.wait_with_output().unwrap()).code(130);
    ran.tells(&["error: interrupted: outer: 2 items: 1 partial, 1 not run\n"]);
    assert_eq!(count(&simulator), 2);
}
