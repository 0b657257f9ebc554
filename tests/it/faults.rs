//! What really happens to servers and networks, and that nothing is done twice or lost.

use cippsh::simulator::{Faults, Settings};

use crate::test::{Ran, Test, simulator};

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
