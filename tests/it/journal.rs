//! What was written can be told afterwards, also when nobody was left to tell it.

use std::{fs, path::Path, thread, time::Duration};

use cippsh::simulator::{Faults, Settings, Simulator};
use serde_json::Value;

use crate::test::{Ran, Test, simulator};

fn with_faults(text: &str) -> Simulator {
    simulator(Settings { faults: Some(Faults::parse(text, "faults").unwrap()), ..Settings::default() })
}

/// Runs `cippsh runs` with this journal and gives what it shows.
fn runs(journal: &Path, arguments: &[&str]) -> Value {
    let ran = Test::new(["runs"]).args(arguments).args(["--journal", journal.to_str().unwrap(), "-o", "json"]).run();
    serde_json::from_str(&ran.code(0).stdout).unwrap()
}

fn latest(journal: &Path) -> Value {
    let id = runs(journal, &["list"])[0]["id"].as_str().unwrap().to_owned();
    runs(journal, &["show", &id])
}

const ENFORCE: &str = r#"
    let users = ListUsers(#{ tenantFilter: "contoso.com" }).filter(|u| u.userType == "Member");
    bulk(users, #{ label: "mfa" }, |u| ExecPerUserMFA(#{ tenantFilter: "contoso.com", userPrincipalName: u, State: "enforced" }));
"#;

#[test]
fn a_run_is_kept_from_end_to_end() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal.sqlite");
    let simulator = with_faults("[[fault]]\nendpoint = \"ExecPerUserMFA\"\nstatus = 500\nbody = \"boom\"\ntimes = 1\n");
    let ran = Test::new(["run", "a.rhai", "--reason", "ticket 17", "--journal", journal.to_str().unwrap(), "who=me"])
        .free()
        .file("a.rhai", &format!("//@ arg who: text  for whom\n{ENFORCE}"))
        .on(&simulator)
        .run()
        .code(3);
    let shown = latest(&journal);
    let id = shown["id"].as_str().unwrap();
    ran.tells(&[&format!("\nrun {id}: cippsh runs show {id}\n")]);
    for (name, expected) in [
        ("command", "run"),
        ("script", "a.rhai"),
        ("how", "not all done"),
        ("connection", "environment"),
        ("reason", "ticket 17"),
        ("server", simulator.url()),
    ] {
        assert_eq!(shown[name], expected, "{name}");
    }
    assert_eq!((&shown["simulated"], &shown["code"]), (&true.into(), &3.into()));
    assert_eq!((&shown["tenants"], &shown["tenants_written"]), (&3.into(), &1.into()));
    assert_eq!(shown["arguments"]["who"], "me");
    assert_eq!(shown["failed"], 1);
    let calls = shown["calls"].as_array().unwrap();
    assert_eq!(calls.len(), shown["writes"].as_u64().unwrap() as usize);
    assert_eq!(calls[0]["status"], "failed", "failures come first");
    assert_eq!(calls[0]["http_status"], 500);
    assert!(calls[1..].iter().all(|call| call["status"] == "verified" && call["bulk"] == "mfa"), "{calls:#?}");
    let sent = &calls[1]["arguments"]["body"];
    assert_eq!((&sent["State"], &sent["userPrincipalName"]), (&"enforced".into(), &calls[1]["item"]));

    let export = Test::new(["runs", "export", id, "-o", "csv", "--journal", journal.to_str().unwrap()]).run().code(0);
    assert_eq!(export.stdout.lines().count(), calls.len() + 1);
    assert!(export.stdout.starts_with("number,bulk,item,endpoint,tenant,nth,status,done,message,"));
    Test::new(["runs", "show", "1999", "--journal", journal.to_str().unwrap()])
        .run()
        .code(2)
        .tells(&["no run \"1999\""]);
}

#[test]
fn reading_leaves_no_journal() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("state").join("journal.sqlite");
    let code = r#"ListUsers(#{ tenantFilter: "contoso.com" }).len()"#;
    Test::eval(code).args(["--journal", journal.to_str().unwrap()]).run().code(0).stderr("");
    assert!(!journal.parent().unwrap().exists());
}

#[cfg(unix)]
#[test]
fn a_killed_run_leaves_a_doubt() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal.sqlite");
    let simulator = with_faults("[[fault]]\nendpoint = \"ExecCreateTAP\"\nstall = true\n");
    let code = r#"ExecCreateTAP(#{ tenantFilter: "contoso.com", ID: "ann@contoso.com" })"#;
    let (mut child, _directory) =
        Test::new(["eval", code, "--journal", journal.to_str().unwrap()]).on(&simulator).spawn();
    while !simulator.requests().iter().any(|seen| seen.path == "/api/ExecCreateTAP") {
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let shown = latest(&journal);
    assert_eq!((&shown["how"], &shown["in_doubt"], &shown["ended"]), (&"cut off".into(), &1.into(), &Value::Null));
    let call = &shown["calls"][0];
    assert_eq!((&call["status"], &call["done"], &call["answered"]), (&"in_doubt".into(), &false.into(), &Value::Null));
    assert!(call["message"].as_str().unwrap().contains("the change may have been made"));
}

/// The bytes of the journal and of what SQLite puts beside it.
fn bytes(journal: &Path) -> Vec<u8> {
    let files = fs::read_dir(journal.parent().unwrap()).unwrap();
    files.flat_map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

#[test]
fn no_secret_gets_into_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal.sqlite");
    let simulator = simulator(Settings::default());
    let code = r#"
        AddUser(#{ tenantFilter: "contoso.com", displayName: "Zoe", username: "zoe", Domain: "contoso.com",
            usageLocation: "AT", password: "Wombat-4711-Wombat" });
        api("ExecSomethingUnknown", #{ body: #{ tenantFilter: "contoso.com", clientSecret: "Quokka-4711-Quokka" } });
    "#;
    let (mut child, _directory) = Test::new(["eval", code, "--no-verify", "password=Numbat-4711-Numbat"])
        .free()
        .args(["--journal", journal.to_str().unwrap()])
        .on(&simulator)
        .spawn();
    child.wait().unwrap();
    let kept = bytes(&journal);
    assert!(holds(&kept, "Zoe") && holds(&kept, "ExecSomethingUnknown"));
    let sent: String = simulator.requests().iter().map(|seen| seen.body.clone()).collect();
    assert!(sent.contains("Wombat-4711-Wombat") && sent.contains("Quokka-4711-Quokka"));
    for secret in ["Wombat", "Quokka", "Numbat", simulator.client_secret()] {
        assert!(!holds(&kept, secret), "{secret}");
    }
}

#[test]
fn nothing_is_sent_without_a_journal() {
    let simulator = simulator(Settings::default());
    let code =
        r#"try { ExecCreateTAP(#{ tenantFilter: "contoso.com", ID: "ann@contoso.com" }) } catch (e) { print(e.kind) }"#;
    let ran: Ran = Test::new(["eval", code, "--journal", "diary.txt", "-o", "table"])
        .file("diary.txt", &"Dear diary, this is no database. ".repeat(100))
        .on(&simulator)
        .run();
    ran.stdout("internal\n");
    assert!(!simulator.requests().iter().any(|seen| seen.path == "/api/ExecCreateTAP"));
    let ran = Test::new(["eval", "ExecCreateTAP(#{ tenantFilter: \"contoso.com\", ID: \"ann@contoso.com\" })"])
        .args(["--journal", "diary.txt"])
        .file("diary.txt", &"Dear diary, this is no database. ".repeat(100))
        .on(&simulator)
        .run();
    ran.code(1).tells(&["the journal diary.txt is damaged, or is no journal", "hint: it is left as it is"]);
    assert!(!simulator.requests().iter().any(|seen| seen.path == "/api/ExecCreateTAP"));
}

#[test]
fn a_doubt_is_looked_at_again() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal.sqlite");
    let simulator = with_faults(
        "[[fault]]\nendpoint = \"ExecPerUserMFA\"\ncontaining = \"ann@\"\nreset = \"before\"\napply = true\n",
    );
    let ran =
        Test::new(["eval", ENFORCE, "--no-verify", "--journal", journal.to_str().unwrap()]).free().on(&simulator).run();
    ran.code(3);
    let shown = latest(&journal);
    let id = shown["id"].as_str().unwrap();
    assert_eq!(shown["in_doubt"], 1);

    let check = || Test::new(["runs", "check", id, "-o", "json", "--journal", journal.to_str().unwrap()]);
    let other = crate::test::simulator(Settings::default());
    check().on(&other).run().code(2).tells(&["wrote to another server"]);
    let checked: Value = serde_json::from_str(&check().on(&simulator).run().code(0).stdout).unwrap();
    assert_eq!((&checked[0]["before"], &checked[0]["status"]), (&"in_doubt".into(), &"verified".into()));
    assert_eq!(latest(&journal)["in_doubt"], Value::Null);
    check().on(&simulator).run().code(0).tells(&["nothing is queued or in doubt"]);
}
