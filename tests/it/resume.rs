//! A run goes on where it ended: what was done is not done again, what is in doubt is not repeated by itself.

use std::{fs, path::Path};

use cippsh::simulator::{Faults, Settings, Simulator};
use rusqlite::Connection;
use serde_json::Value;

use crate::test::{Ran, Test, simulator};

fn with_faults(text: &str) -> Simulator {
    simulator(Settings { faults: Some(Faults::parse(text, "faults").unwrap()), ..Settings::default() })
}

/// A directory with a script and a journal.
struct Place(tempfile::TempDir);

impl Place {
    fn new(script: &str) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        place.write("a.rhai", script);
        place
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    /// Runs `cippsh` here.
    fn cippsh(&self, arguments: &[&str]) -> Test {
        Test::new(arguments).args(["--journal", "j.sqlite"]).within(self.path())
    }

    fn run(&self, simulator: &Simulator, arguments: &[&str]) -> Ran {
        self.cippsh(&[&["run", "a.rhai"], arguments].concat()).on(simulator).run()
    }

    /// Goes on with the only run.
    fn resume(&self, simulator: &Simulator, arguments: &[&str]) -> Ran {
        let id = self.shown()["id"].as_str().unwrap().to_owned();
        self.cippsh(&[&["runs", "resume", &id], arguments].concat()).on(simulator).run()
    }

    /// The only run, as `runs show` tells it.
    fn shown(&self) -> Value {
        let list = self.cippsh(&["runs", "list", "-o", "json"]).run().code(0).stdout;
        let list: Value = serde_json::from_str(&list).unwrap();
        assert_eq!(list.as_array().unwrap().len(), 1, "a run that goes on stays one: {list}");
        let id = list[0]["id"].as_str().unwrap();
        let ran = self.cippsh(&["runs", "show", id, "-o", "json"]).run().code(0);
        serde_json::from_str(&ran.stdout).unwrap()
    }

    /// Says that the writes of the run were sent two days ago.
    fn grow_old(&self) {
        let journal = Connection::open(self.path().join("j.sqlite")).unwrap();
        let days_ago = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(48);
        journal.execute("UPDATE calls SET sent = ?1", [days_ago.to_string()]).unwrap();
    }
}

/// How often an endpoint was called, and how often it was carried out.
fn calls(simulator: &Simulator, endpoint: &str) -> (usize, usize) {
    let path = format!("/api/{endpoint}");
    let requests = simulator.requests();
    let arrived: Vec<_> = requests.iter().filter(|seen| seen.path == path).collect();
    (arrived.len(), arrived.iter().filter(|seen| seen.carried_out).count())
}

const ENFORCE: &str = r#"
    //@ arg n: int = 10  how many
    let users = ListUsers(#{ tenantFilter: "contoso.com" }).filter(|u| u.userType == "Member").extract(0, args.n);
    bulk(users, #{ label: "mfa" }, |u|
        ExecPerUserMFA(#{ tenantFilter: "contoso.com", userPrincipalName: u, State: "enforced" })).summary()
"#;

/// Shortcuts cannot be read back, and come twice when they are asked for twice.
const SHORTCUTS: &str = r#"
    bulk([10, 20, 30, 40, 50], #{ label: "shortcuts" }, |n| ExecOneDriveShortCut(#{ tenantFilter: "contoso.com",
        username: "ann@contoso.com", siteUrl: `https://contoso.sharepoint.com/sites/s${n}` })).summary()
"#;

#[test]
fn what_failed_is_sent_again_and_the_rest_is_not() {
    let place = Place::new(ENFORCE);
    let simulator =
        with_faults("[[fault]]\nendpoint = \"ExecPerUserMFA\"\nafter = 2\ntimes = 3\nstatus = 500\nbody = \"boom\"\n");
    place.run(&simulator, &[]).code(3).stdout("\"mfa: 10 items: 7 verified, 3 failed\"\n");
    assert_eq!(calls(&simulator, "ExecPerUserMFA"), (10, 7));
    place.resume(&simulator, &[]).code(0).stdout("\"mfa: 10 items: 3 verified, 7 done before\"\n").tells(&[
        "resuming run ",
        "its writes so far: 7 verified, 3 failed\n",
        "\n1 tenant, 10 targets, 10 writes: 3 verified, 0 accepted, 0 queued, 0 not done, 7 done before\n",
    ]);
    assert_eq!(calls(&simulator, "ExecPerUserMFA"), (13, 10));
    let shown = place.shown();
    assert_eq!((&shown["resumed"], &shown["how"], &shown["code"]), (&1.into(), &"done".into(), &0.into()));
    assert_eq!((&shown["writes"], &shown["verified"]), (&10.into(), &10.into()));
    let tries = shown["calls"].as_array().unwrap().iter().map(|call| call["tries"].as_i64().unwrap());
    assert_eq!(tries.sum::<i64>(), 13);
    // Once more: nothing is left to do.
    place.resume(&simulator, &[]).code(0).stdout("\"mfa: 10 items: 10 done before\"\n");
    assert_eq!(calls(&simulator, "ExecPerUserMFA"), (13, 10));
}

#[test]
fn what_is_done_already_does_not_count_for_the_limit() {
    let place = Place::new(ENFORCE);
    let simulator =
        with_faults("[[fault]]\nendpoint = \"ExecPerUserMFA\"\nafter = 2\ntimes = 3\nstatus = 500\nbody = \"boom\"\n");
    place.run(&simulator, &[]).code(3);
    place.resume(&simulator, &["--max-writes", "2"]).code(5).tells(&["this run would write 3 targets or more"]);
    assert_eq!(calls(&simulator, "ExecPerUserMFA"), (10, 7));
    let summary = "\"mfa: 10 items: 3 verified, 7 done before\"\n";
    place.resume(&simulator, &["--max-writes", "3"]).code(0).stdout(summary);
    place.resume(&simulator, &["--max-writes", "0"]).code(0).stdout("\"mfa: 10 items: 10 done before\"\n");
}

#[test]
fn a_doubt_is_settled_by_looking() {
    for (apply, summary, sent) in [
        // It was done, and that can be seen.
        (true, "\"mfa: 10 items: 10 done before\"\n", 10),
        // It was not, and may be done twice.
        (false, "\"mfa: 10 items: 1 verified, 9 done before\"\n", 11),
    ] {
        let place = Place::new(ENFORCE);
        let fault =
            format!("[[fault]]\nendpoint = \"ExecPerUserMFA\"\nafter = 4\ntimes = 1\nstall = true\napply = {apply}\n");
        let simulator = with_faults(&fault);
        let (mut child, _directory) =
            place.cippsh(&["run", "a.rhai", "--no-verify", "--concurrency", "1"]).on(&simulator).spawn();
        while calls(&simulator, "ExecPerUserMFA").0 < 5 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!((&place.shown()["how"], &place.shown()["in_doubt"]), (&"cut off".into(), &1.into()));
        place.resume(&simulator, &["--patience", "1"]).code(0);
        let ran = place.resume(&simulator, &[]).code(0);
        assert_eq!(calls(&simulator, "ExecPerUserMFA"), (sent, 10), "{summary} {}", ran.stderr);
    }
}

#[test]
fn a_doubt_that_no_read_shows_is_told_and_not_repeated() {
    let place = Place::new(SHORTCUTS);
    let simulator =
        with_faults("[[fault]]\nendpoint = \"ExecOneDriveShortCut\"\nafter = 2\ntimes = 1\nreset = \"before\"\n");
    place.run(&simulator, &[]).code(3);
    assert_eq!(calls(&simulator, "ExecOneDriveShortCut"), (5, 4));
    let again = place.resume(&simulator, &[]).code(3);
    again.stdout("\"shortcuts: 5 items: 4 done before, 1 in doubt\"\n").tells(&[
        "its writes so far: 4 accepted, 1 in doubt\n",
        "5 writes: 0 verified, 0 accepted, 0 queued, 1 not done, 4 done before\n",
    ]);
    assert_eq!(calls(&simulator, "ExecOneDriveShortCut"), (5, 4));
    place
        .resume(&simulator, &["--retry-in-doubt"])
        .code(0)
        .stdout("\"shortcuts: 5 items: 4 done before, 1 accepted\"\n");
    assert_eq!(calls(&simulator, "ExecOneDriveShortCut"), (6, 5));
}

#[test]
fn what_the_script_does_not_come_to_again_is_told() {
    let place = Place::new(&SHORTCUTS.replace("[10, 20, 30, 40, 50]", "[] + args.n").replacen(
        "\n",
        "//@ arg n: list = 10,20,30,40,50  for how long\n",
        1,
    ));
    let simulator =
        with_faults("[[fault]]\nendpoint = \"ExecOneDriveShortCut\"\ncontaining = '/s30'\nreset = \"before\"\n");
    place.run(&simulator, &[]).code(3);
    let ran = place.resume(&simulator, &["--force", "n=10,20"]).code(3);
    ran.stdout("\"shortcuts: 2 items: 2 done before\"\n").tells(&[
        "ExecOneDriveShortCut in contoso.com for 30 is in doubt, and the script did not come to it again\n",
        "3 writes: 0 verified, 0 accepted, 0 queued, 1 not done, 2 done before\n",
    ]);
}

#[test]
fn what_is_not_as_it_was_is_told_and_refused() {
    let script = format!("import \"m\" as m;\n//@ arg n: int = 2\nlet k = read_json(\"in.json\");\n{}", SHORTCUTS);
    let script = script.replacen(
        "import \"m\" as m;\n//@ arg n: int = 2\n",
        "//@ arg n: int = 2  count\nimport \"m\" as m;\n",
        1,
    );
    let simulator = simulator(Settings::default());
    let cases: [(&str, &str, &[&str], &str); 4] = [
        ("a.rhai", "1", &[], "because: the script a.rhai has changed"),
        ("m.rhai", "fn f() { 2 }", &[], "m.rhai has changed"),
        ("in.json", "{ }", &[], "because: the input file in.json has changed"),
        ("", "", &["n=3"], "because: the argument n was 2, and is 3"),
    ];
    for (file, text, arguments, told) in cases {
        let place = Place::new(&script);
        place.write("m.rhai", "fn f() { 1 }");
        place.write("in.json", "[]");
        place.run(&simulator, &[]).code(0);
        let before = calls(&simulator, "ExecOneDriveShortCut");
        place.resume(&simulator, arguments).code(if file.is_empty() { 2 } else { 0 });
        if !file.is_empty() {
            place.write(file, &if file == "a.rhai" { format!("{script}// {text}") } else { text.to_owned() });
        }
        let refused = place.resume(&simulator, arguments).code(2);
        refused.tells(&["would not go on as it began", told, "hint: --force goes on all the same"]);
        let forced = place.resume(&simulator, &[arguments, &["--force"]].concat()).code(0);
        assert_eq!(forced.stdout, "\"shortcuts: 5 items: 5 done before\"\n", "{file}");
        assert_eq!(calls(&simulator, "ExecOneDriveShortCut"), before, "{file}");
        // What was forced is from now on what it is.
        place.resume(&simulator, arguments).code(0);
    }
}

#[test]
fn another_server_is_refused() {
    let place = Place::new(SHORTCUTS);
    place.run(&simulator(Settings::default()), &[]).code(0);
    let other = simulator(Settings::default());
    place.resume(&other, &["--force"]).code(2).tells(&["wrote to another server", "it wrote to http://127.0.0.1:"]);
    assert_eq!(calls(&other, "ExecOneDriveShortCut"), (0, 0));
}

#[test]
fn arguments_of_a_write_that_differ_are_shown() {
    let place = Place::new(
        "let now = now();\nExecCreateTAP(#{ tenantFilter: \"contoso.com\", ID: \"ann@contoso.com\", startDateTime: now }).status",
    );
    let simulator = simulator(Settings::default());
    place.run(&simulator, &[]).code(0);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    place.resume(&simulator, &[]).code(5).tells(&[
        "ExecCreateTAP in contoso.com is not what it was in run ",
        "body.startDateTime was ",
        "hint: --force sends it as it is now",
    ]);
    assert_eq!(calls(&simulator, "ExecCreateTAP"), (1, 1));
    place.resume(&simulator, &["--force"]).code(0).stdout("\"verified\"\n");
    assert_eq!(calls(&simulator, "ExecCreateTAP"), (2, 2));
}

#[test]
fn secrets_of_what_was_done_are_gone_and_that_is_said() {
    let place = Place::new(
        r#"let r = user::reset_password("contoso.com", #{ user_id: "bob@contoso.com" });
        print(r.status);
        print(r.message);
        print(attempt(|| r.password.reveal()).error?.message);
        print(attempt(|| AddUser(#{ tenantFilter: "contoso.com", displayName: "Zoe", username: "zoe",
            Domain: "contoso.com", usageLocation: "AT", password: r.password })).error?.message);
        ExecCreateTAP(#{ tenantFilter: "contoso.com", ID: "ann@contoso.com" });"#,
    );
    let simulator = with_faults("[[fault]]\nendpoint = \"ExecCreateTAP\"\ntimes = 1\nstatus = 500\nbody = \"boom\"\n");
    place.run(&simulator, &["-o", "table"]).code(3);
    // The user is not made, since nobody knows the password.
    let ran = place.resume(&simulator, &["-o", "table", "--secrets-to", "secrets"]).code(3);
    assert!(ran.stdout.starts_with("done_before\ndone before in run "), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("; its secrets are not known any more\nthis secret is not known any more: the write that gave it was done before"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("`password` is a secret that is not known any more"), "{}", ran.stdout);
    assert_eq!(calls(&simulator, "ExecResetPass"), (1, 1));
    let kept = fs::read_to_string(place.path().join("secrets")).unwrap();
    assert!(!kept.contains("ExecResetPass"), "{kept}");
}

#[test]
fn code_is_kept_unless_a_secret_may_stand_in_it() {
    let simulator = simulator(Settings::default());
    let write = "ExecCreateTAP(#{ tenantFilter: \"contoso.com\", ID: args.who }).status";
    let place = Place::new("");
    for stdin in [false, true] {
        let place = Place::new("");
        let code = if stdin { "-" } else { write };
        place.cippsh(&["eval", code, "who=ann@contoso.com"]).stdin(write).on(&simulator).run().code(0);
        place.resume(&simulator, &[]).code(0).stdout("\"done_before\"\n");
    }
    let secret = format!("let password = \"x\"; {write}");
    place.cippsh(&["eval", &secret, "who=ann@contoso.com"]).on(&simulator).run().code(0);
    place
        .resume(&simulator, &[])
        .code(2)
        .tells(&["cannot go on", "its code was not kept, because a secret may stand in it"]);
    let bytes = fs::read(place.path().join("j.sqlite")).unwrap();
    assert!(!String::from_utf8_lossy(&bytes).contains("let password"));
}

#[test]
fn what_cannot_go_on_says_so() {
    let simulator = simulator(Settings::default());
    let place = Place::new("");
    place
        .cippsh(&["call", "ExecCreateTAP", "tenantFilter=contoso.com", "ID=ann@contoso.com"])
        .on(&simulator)
        .run()
        .code(0);
    place.resume(&simulator, &[]).code(2).tells(&["it was no script, but `cippsh call`", "hint: cippsh runs check"]);
    let place = Place::new(SHORTCUTS);
    place.cippsh(&["run", "a.rhai", "--demo"]).run().code(0);
    place.resume(&simulator, &[]).code(2).tells(&["its simulated server ended with it"]);
    let place = Place::new(
        "//@ arg token: text  x\nExecCreateTAP(#{ tenantFilter: \"contoso.com\", ID: \"ann@contoso.com\" }).status",
    );
    place.run(&simulator, &["token=Numbat-4711"]).code(0);
    place
        .resume(&simulator, &[])
        .code(2)
        .tells(&["the argument token was not kept", "give it once more, as it was, behind `cippsh runs resume "]);
    place.resume(&simulator, &["token=Numbat-4711"]).code(0).stdout("\"done_before\"\n");
}

#[test]
fn what_was_done_long_ago_is_read_back() {
    let place = Place::new(ENFORCE);
    let simulator = simulator(Settings::default());
    place.run(&simulator, &["n=3"]).code(0);
    place.resume(&simulator, &[]).code(0).stdout("\"mfa: 3 items: 3 done before\"\n");
    // Somebody undoes one of them.
    let undo =
        r#"ExecPerUserMFA(#{ tenantFilter: "contoso.com", userPrincipalName: "ann@contoso.com", State: "disabled" })"#;
    Test::new(["eval", undo]).on(&simulator).run().code(0);
    place.resume(&simulator, &[]).code(0).stdout("\"mfa: 3 items: 3 done before\"\n");
    place.grow_old();
    let ran = place.resume(&simulator, &[]).code(0).stdout("\"mfa: 3 items: 1 verified, 2 done before\"\n");
    ran.tells(&["its writes so far: 2 verified, 1 contradicted\n"]);
}

#[test]
fn what_is_queued_is_not_queued_twice() {
    let place = Place::new(
        r#"let r = AddScheduledItem(#{ tenantFilter: "contoso.com", Name: "Task 1", Command: "Get-CIPPAlertMFAAdmins", Parameters: #{},
            ScheduledTime: 4102444800, Recurrence: "0" });
        [r.status, r.done]"#,
    );
    let simulator = simulator(Settings::default());
    place.run(&simulator, &["-o", "json"]).code(0).stdout("[\"queued\",false]\n");
    place.resume(&simulator, &["-o", "json"]).code(0).stdout("[\"queued\",false]\n");
    assert_eq!(calls(&simulator, "AddScheduledItem"), (1, 1));
}

#[cfg(unix)]
#[test]
fn two_of_the_same_do_not_write_at_once() {
    let place = Place::new(&format!("//@ arg n: int = 1  which one\n{SHORTCUTS}"));
    let simulator = with_faults("[[fault]]\nendpoint = \"ExecOneDriveShortCut\"\ntimes = 1\nstall = true\n");
    let (mut child, _directory) = place.cippsh(&["run", "a.rhai"]).on(&simulator).spawn();
    while calls(&simulator, "ExecOneDriveShortCut").0 == 0 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let process = format!("process {}, since ", child.id());
    let before = || calls(&simulator, "ExecOneDriveShortCut").0;
    while before() < 5 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    place.run(&simulator, &[]).code(5).tells(&[
        "the same script or plan is at work already",
        &process,
        "hint: wait until it has ended",
    ]);
    assert_eq!(before(), 5);
    place.resume(&simulator, &[]).code(2).tells(&["it is still at work"]);
    // With other arguments it is another thing.
    place.run(&simulator, &["n=2"]).code(0);
    assert_eq!(before(), 10);
    child.kill().unwrap();
    child.wait().unwrap();
    place.run(&simulator, &[]).code(0);
}
