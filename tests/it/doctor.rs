//! What is told of servers that are broken, each in its own way.

use std::net::TcpListener;

use cippsh::simulator::{Faults, Settings};

use crate::test::{Test, simulator};

fn broken(how: &str) -> Settings {
    Settings { faults: Some(Faults::parse(&format!("broken = \"{how}\""), "faults").unwrap()), ..Settings::default() }
}

/// How it is broken, the exit code, the check that fails, and what is told of it.
const BROKEN: &[(&str, i32, &str, &[&str])] = &[
    ("wrong-secret", 4, "token", &["the client secret is wrong", "AADSTS7000215", "not its id"]),
    ("expired-secret", 4, "token", &["the client secret has expired", "AADSTS7000222", "make a new one"]),
    ("unknown-app", 4, "token", &["no application with this client id", "AADSTS700016", "check the client id"]),
    ("no-app-id-uri", 4, "token", &["no Application ID URI", "AADSTS500011", "repair the API client"]),
    ("wrong-audience", 4, "accepted", &["it is for another audience", "its aud is ", "takes api://"]),
    ("front-end", 6, "address", &["the front end's address", "HTTP 200", "function app URL"]),
    ("not-saved", 4, "accepted", &["not saved to Azure", "HTTP 401", "Save Azure Configuration"]),
    ("not-allowed", 4, "accepted", &["not saved to Azure", "HTTP 403", "Save Azure Configuration"]),
    ("ip-range", 4, "accepted", &["not in the client's IP range", "is not allowed", "look at the IP range"]),
    ("no-role", 4, "role", &["the client may do nothing", "(cipp-api)", "give the client a role"]),
    ("old-version", 1, "version", &["the server is old: 8.4.1", "10.8.2", "update CIPP"]),
    ("clock-skew", 2, "clock", &["this machine's clock is", "NTP"]),
];

#[test]
fn each_broken_server_is_told_for_what_it_is() {
    for (how, code, check, told) in BROKEN {
        let simulator = simulator(broken(how));
        let ran = Test::new(["doctor", "--unattended"]).on(&simulator).run().code(*code);
        let failed: Vec<&str> = ran.stdout.lines().filter(|line| line.starts_with("failed ")).collect();
        let [line] = failed[..] else { panic!("{how}:\n{}", ran.stdout) };
        assert!(line.starts_with(&format!("failed {check}: ")), "{how}: {line}");
        for text in *told {
            assert!(line.contains(text), "{how}: {text:?} is missing in {line}");
        }
        assert!(!ran.stdout.contains(simulator.client_secret()), "{how}:\n{}", ran.stdout);
    }
}

#[test]
fn every_way_to_be_broken_is_examined() {
    let mut known: Vec<&str> = cippsh::simulator::faults::presets().collect();
    let mut examined: Vec<&str> = BROKEN.iter().map(|(how, ..)| *how).collect();
    known.sort_unstable();
    examined.sort_unstable();
    assert_eq!(known, examined);
}

#[test]
fn a_server_that_is_well() {
    let simulator = simulator(Settings::default());
    let ran = Test::new(["doctor", "--unattended"]).on(&simulator).run().code(0);
    let words: Vec<&str> = ran.stdout.lines().filter_map(|line| line.split(':').next()).collect();
    let names =
        ["settings", "journal", "connection", "address", "clock", "token", "accepted", "role", "tenants", "version"];
    assert_eq!(words, names.map(|name| format!("ok {name}")));
    ran.tells(&["SIMULATOR: "]);
    let ran = Test::new(["connection", "test"]).on(&simulator).run().code(0);
    assert!(ran.stdout.ends_with("all is well\n"), "{}", ran.stdout);
}

#[test]
fn a_client_with_a_base_role_only() {
    let faults = "[[fault]]\nendpoint = \"me\"\nstatus = 403\nbody = \"Cannot bind argument to parameter 'UserRoles' because it is null.\"\n";
    let faults = Some(Faults::parse(faults, "faults").unwrap());
    let simulator = simulator(Settings { faults, ..Settings::default() });
    let ran = Test::new(["doctor", "--unattended"]).on(&simulator).run().code(0);
    assert!(ran.stdout.contains("ok role: a base role; the server does not say which\n"), "{}", ran.stdout);
}

#[test]
fn nobody_at_home_and_nobody_known() {
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let simulator = simulator(Settings::default());
    for (url, told) in [
        (format!("http://127.0.0.1:{port}"), "refused"),
        ("https://cipp.invalid".to_owned(), "failed address: no connection to https://cipp.invalid/api; because: "),
        (simulator.origin().replace("127.0.0.1", "https://127.0.0.1").replace("http://", ""), "failed address: "),
    ] {
        let ran = Test::new(["doctor", "--unattended"]).on(&simulator).env("CIPP_API_URL", &url).run().code(6);
        assert!(ran.stdout.contains(told), "{url}:\n{}", ran.stdout);
    }
    let ran = Test::new(["doctor"]).run().code(4);
    assert!(ran.stdout.contains("no connection to a CIPP server"), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("1 of 10 checks failed: connection\n"), "{}", ran.stdout);
}

#[test]
fn settings_and_journal_are_looked_at() {
    let simulator = simulator(Settings::default());
    let ran = Test::new(["doctor", "--unattended"]).file("cippsh/config.toml", "[connections\n").on(&simulator).run();
    let ran = ran.code(2);
    assert!(ran.stdout.starts_with("failed settings: cannot read the settings in "), "{}", ran.stdout);
    let ran = Test::new(["doctor", "--unattended", "--journal", "journal"])
        .file("journal", "no journal, but a text that is long enough")
        .on(&simulator)
        .run();
    let ran = ran.code(1);
    assert!(ran.stdout.contains("failed journal: "), "{}", ran.stdout);
}
