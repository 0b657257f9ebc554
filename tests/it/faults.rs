//! What really happens to servers and networks, and that nothing is done twice or lost.

use cippsh::simulator::{Faults, Settings};

use crate::test::{Ran, Test, simulator};

#[path = "../../examples/fault_table.rs"]
#[allow(dead_code, reason = "the program that prints the table")]
mod fault_table;

/// Runs so many writes that may not be repeated through a fault; returns what was said, and how often each arrived.
fn writes(fault: &str, number: usize) -> (Ran, usize) {
    let faults = Faults::parse(&format!("[[fault]]\nendpoint = \"ExecCreateTAP\"\n{fault}\n"), "faults").unwrap();
    let simulator = simulator(Settings { faults: Some(faults), ..Settings::default() });
    let code = format!(
        "let l = []; for i in 0..{number} {{ l.push(i); }}
         bulk(l, |i| ExecCreateTAP(#{{ tenantFilter: \"contoso.com\", ID: \"ann@contoso.com\" }})).summary()"
    );
    let ran = Test::new(["eval", "--no-verify", "--concurrency", "8", &code]).free().on(&simulator).run();
    let arrived = simulator.requests().iter().filter(|seen| seen.path == "/api/ExecCreateTAP").count();
    (ran, arrived)
}

#[test]
fn what_was_refused_at_the_door_is_sent_again() {
    for fault in [
        "status = 429\nheaders = { Retry-After = \"0\" }\nevery = 10",
        "status = 503\nbody = \"<html>busy</html>\"\nevery = 10",
        "expire_token = true\nevery = 10",
    ] {
        let (ran, arrived) = writes(fault, 50);
        assert_eq!(ran.code, 0, "{fault}\n{}", ran.stderr);
        assert!(ran.stdout.contains("50 items: 50 accepted"), "{fault}: {}", ran.stdout);
        assert!(arrived > 50, "{fault}: {arrived}");
    }
}

#[test]
fn what_may_have_been_done_is_reported_and_not_repeated() {
    for fault in [
        "status = 502\nbody = \"<html>bad gateway</html>\"\nevery = 10",
        "reset = \"before\"\nevery = 10",
        "reset = \"before\"\napply = true\nevery = 10",
        "reset = \"in_body\"\nevery = 10",
        "truncate = true\nevery = 10",
    ] {
        let (ran, arrived) = writes(fault, 50);
        assert_eq!(ran.code, 3, "{fault}\n{}", ran.stderr);
        assert!(ran.stdout.contains("50 items: 45 accepted, 5 in doubt"), "{fault}: {}", ran.stdout);
        assert_eq!(arrived, 50, "{fault}");
    }
}

#[test]
fn what_failed_is_reported_and_not_repeated() {
    for fault in ["status = 500\nbody = \"boom\"\nevery = 10", "results = \"Failed to do it\"\nevery = 10"] {
        let (ran, arrived) = writes(fault, 50);
        assert_eq!(ran.code, 3, "{fault}\n{}", ran.stderr);
        assert!(ran.stdout.contains("50 items: 45 accepted, 5 failed"), "{fault}: {}", ran.stdout);
        assert_eq!(arrived, 50, "{fault}");
    }
}

#[test]
fn a_read_is_tried_again_whatever_happened() {
    for fault in [
        "status = 502",
        "reset = \"before\"",
        "reset = \"in_body\"",
        "status = 400\nbody = \"Graph Error: Too many requests\"",
    ] {
        let faults = format!("[[fault]]\nendpoint = \"ListUsers\"\ntimes = 2\n{fault}\n");
        let settings = Settings { faults: Some(Faults::parse(&faults, "faults").unwrap()), ..Settings::default() };
        let simulator = simulator(settings);
        let code = r#"ListUsers(#{ tenantFilter: "contoso.com" }).len()"#;
        Test::new(["eval", code]).on(&simulator).run().code(0).stdout("40\n");
    }
}

/// How many of a hundred writes meet each fault that leaves them in doubt, or failed.
#[test]
fn no_fault_loses_a_write_or_does_it_twice() {
    const WRITES: usize = 100;
    for line in fault_table::table(WRITES) {
        assert_eq!((line.lost, line.twice, line.denied, line.otherwise), (0, 0, 0, 0), "{line:?}");
        assert_eq!(line.accepted + line.failed + line.in_doubt, WRITES, "{line:?}");
        let (failed, in_doubt, effects) = match line.fault {
            "429 with Retry-After" | "503" | "expired token" | "expired token, often" | "slow answers" => (0, 0, 100),
            "500 text" | "failure inside 200" | "throttled inside 400" => (10, 0, 90),
            "502 HTML, not done" | "reset, not done" => (0, 10, 90),
            "502 HTML, but done" | "reset, but done" | "reset in the answer" | "truncated JSON" => (0, 10, 100),
            "stall, not done" => (0, 2, 98),
            "stall, but done" => (0, 2, 100),
            other => panic!("{other} is not expected"),
        };
        assert_eq!((line.failed, line.in_doubt, line.took_effect), (failed, in_doubt, effects), "{line:?}");
    }
}

#[test]
fn what_an_earlier_try_has_removed_counts_as_removed() {
    let faults = |apply: bool| {
        let text = format!("[[fault]]\nendpoint = \"RemoveUser\"\ntimes = 1\nreset = \"before\"\napply = {apply}\n");
        Settings { faults: Some(Faults::parse(&text, "faults").unwrap()), ..Settings::default() }
    };
    let remove =
        r#"let r = RemoveUser(#{ tenantFilter: "contoso.com", ID: "ann@contoso.com" }); [r.status, r.message]"#;
    for (apply, told) in
        [(true, "an earlier try has removed it, whose answer got lost"), (false, "Successfully deleted")]
    {
        let simulator = simulator(faults(apply));
        let ran = Test::new(["eval", remove, "--allow", "destroy"]).on(&simulator).run().code(0);
        assert!(ran.stdout.starts_with("[\"verified\",") && ran.stdout.contains(told), "{}", ran.stdout);
        assert_eq!(simulator.requests().iter().filter(|seen| seen.path == "/api/RemoveUser").count(), 2);
    }
    // What was never there was not removed, neither by an earlier try.
    let simulator = simulator(Settings::default());
    let gone = r#"RemoveContact(#{ tenantFilter: "contoso.com", GUID: "7a1b2c3d-0000-4000-8000-000000000000", Mail: "x@contoso.com" })"#;
    Test::new(["eval", gone, "--allow", "destroy"]).on(&simulator).run().code(3).tells(&["Couldn't find object"]);
}
