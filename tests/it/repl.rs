//! Conversations: through a pipe, and at a terminal.

use cippsh::simulator::{Faults, Settings};

use crate::test::{Test, simulator};

const USERS: &str = "let users = ListUsers(#{ tenantFilter: \"contoso.com\" });\n";

#[test]
fn a_pipe_runs_everything_and_shows_what_it_gives() {
    let code = "let x = 2\nx + 1\nfn f(n) {\n  n * 2\n}\nf(it)\n[#{ a: 1, b: \"x\" }]\n:json\n\"text\"\n:keys\n";
    Test::new(["repl", "--demo"])
        .stdin(code)
        .run()
        .code(1)
        .stdout("3\n6\na  b\n─  ─\n1  x\n[{\"a\":1,\"b\":\"x\"}]\ntext\n")
        .stderr("error: the latest result has no keys\n");
}

#[test]
fn the_first_failure_ends_a_pipe() {
    Test::new(["repl", "--demo"])
        .stdin("1\nnothing_of_this_name(2)\n3\n")
        .run()
        .code(1)
        .stdout("1\n")
        .tells(&["error: unknown function \"nothing_of_this_name\"", "--> input 2:1:1"]);
    Test::new(["repl", "--demo"]).stdin("1\n:nothing\n3\n").run().code(1).stdout("1\n").tells(&[":help lists them"]);
    Test::new(["repl", "--demo"]).stdin("1\nexit(3)\n2\n").run().code(3).stdout("1\n");
    Test::new(["repl"]).stdin("1\n").run().code(4).stdout("").tells(&["error: no connection to a CIPP server"]);
}

#[test]
fn a_pipe_writes_only_where_that_was_allowed_before() {
    let simulator = simulator(Settings::default());
    let code = format!(
        "{USERS}user::set_per_user_mfa(\"contoso.com\", #{{ user_id: users[2], mfa_state: \"enforced\" }}).status\n"
    );
    let writes = || simulator.requests().iter().filter(|seen| seen.path == "/api/ExecPerUserMFA").count();
    Test::new(["repl"])
        .on(&simulator)
        .stdin(&code)
        .run()
        .code(5)
        .tells(&["ExecPerUserMFA is not sent: nobody is there"]);
    assert_eq!(writes(), 0);
    Test::new(["repl", "--yes"]).on(&simulator).stdin(&code).run().code(0).stdout("verified\n");
    assert_eq!(writes(), 1);
}

#[test]
fn what_is_written_is_in_the_journal() {
    let code = format!(
        "{USERS}user::set_per_user_mfa(\"contoso.com\", #{{ user_id: users[2], mfa_state: \"enforced\" }}).status\n:runs\n"
    );
    let ran = Test::new(["repl", "--demo", "--yes"]).stdin(&code).run().code(0);
    let row: Vec<&str> = ran.stdout.lines().last().unwrap().split_whitespace().collect();
    assert_eq!(row[2..], ["1", "0", "repl", "demo", "repl"], "{}", ran.stdout);
}

#[test]
fn a_write_in_doubt_is_told_and_kept() {
    let faults = "[[fault]]\nendpoint = \"ExecCreateTAP\"\nreset = \"before\"\napply = true\n";
    let faults = Faults::parse(faults, "faults").unwrap();
    let simulator = simulator(Settings { faults: Some(faults), ..Settings::default() });
    let write = "ExecCreateTAP(#{ tenantFilter: \"contoso.com\", ID: \"ann@contoso.com\" })";
    let code = format!(":verify off\nlet seen = attempt(|| {write}).error.kind; seen\n:runs\n");
    let ran = Test::new(["repl", "--yes"]).free().on(&simulator).stdin(&code).run().code(3);
    let ran = ran.tells(&["so far: 1 tenant, 1 target, 1 write: 0 verified, 0 accepted, 0 queued, 1 not done; :runs "]);
    assert!(ran.stdout.contains("\nin_doubt\nrun "), "{}", ran.stdout);
    let row: Vec<&str> = ran.stdout.lines().last().unwrap().split_whitespace().collect();
    assert_eq!(row[2..], ["1", "1", "repl", "environment", "repl"], "{}", ran.stdout);
}

#[test]
fn the_writes_of_a_run_are_shown_what_is_not_done_first() {
    let write = |user: &str| {
        format!(
            "user::set_per_user_mfa(\"contoso.com\", #{{ user_id: \"{user}@contoso.com\", mfa_state: \"enforced\" }}).status\n"
        )
    };
    let code = format!("{}:verify off\n{}:runs 2\n:table status, endpoint\n:runs 3\n", write("ann"), write("bob"));
    let ran = Test::new(["repl", "--demo", "--yes"]).stdin(&code).run().code(1).tells(&["there is no run \"3\""]);
    let shown: Vec<&str> = ran.stdout.lines().filter(|line| line.contains("ExecPerUserMFA")).collect();
    assert_eq!(shown.len(), 2, "{}", ran.stdout);
    assert!(shown[0].starts_with("verified") && shown[1].starts_with("accepted"), "{}", ran.stdout);
}

#[test]
fn a_conversation_becomes_a_script() {
    let lines = format!("{USERS}users.len()\nit * 2\n");
    let code = format!("{lines}:save mine.rhai\n:vars\n");
    let ran = Test::new(["repl", "--demo"]).keeping("mine.rhai").stdin(&code).run();
    let script = ran.code(0).tells(&["saved: cippsh run mine.rhai"]).file();
    assert_eq!(script, format!("{USERS}let it = users.len();\nit * 2\n"));
    Test::new(["run", "mine.rhai", "--demo", "-o", "table"]).file("mine.rhai", &script).run().code(0).stdout("80\n");
    // A file that is there is not touched.
    Test::new(["repl", "--demo"])
        .file("mine.rhai", "mine")
        .stdin("1\n:save mine.rhai\n")
        .run()
        .code(1)
        .tells(&["mine.rhai is there already", "name a new file"]);
}

#[test]
fn a_script_is_loaded_and_stays() {
    let script = "import \"std/mfa\" as mfa;\nconst N = 2;\nfn f(x) { x * global::N }\n";
    Test::new(["repl", "--demo"])
        .file("lib.rhai", script)
        .stdin(":load lib.rhai\nf(4)\nmfa::states(\"contoso.com\").len()\n")
        .run()
        .code(0)
        .stdout("8\n40\n");
    let broken = "let a = 1;\nlet b = a.c;\n";
    Test::new(["repl", "--demo"])
        .file("lib.rhai", broken)
        .stdin(":load lib.rhai\n")
        .run()
        .code(1)
        .tells(&["--> lib.rhai:2:11"]);
}

#[test]
fn without_a_command_and_a_terminal_it_says_how_to_call_it() {
    Test::new([] as [&str; 0]).stdin("1\n").run().code(2).stdout("").tells(&["Usage: cippsh [COMMAND]", "  repl "]);
}

#[test]
fn the_tour_works() {
    let ran = Test::new(["repl", "--demo", "--yes"]).stdin(":tour\n").run().code(0);
    for text in ["3 items: 3 planned", "writes are planned and not sent", "verified"] {
        assert!(ran.stdout.contains(text), "{text:?} is missing in:\n{}", ran.stdout);
    }
    let simulator = simulator(Settings::default());
    Test::new(["repl", "--yes"]).on(&simulator).stdin(":tour\n").run().code(1).tells(&["this may be a real server"]);
}

#[test]
fn commands_tell_what_there_is() {
    let code = ":verify off\n:verify\n:help ListUsers\n:find per-user mfa state\n:connection\n:csv out.csv\n";
    let ran = Test::new(["repl", "--demo"]).stdin(code).run().code(1).tells(&["there is no result yet"]);
    for text in
        ["what is written is not read back\n", "ListUsers\n\n", "user::set_per_user_mfa", "the demo in this process"]
    {
        assert!(ran.stdout.contains(text), "{text:?} is missing in:\n{}", ran.stdout);
    }
    let ran = Test::new(["repl", "--demo"]).keeping("out.csv").stdin("[#{ a: 1 }]\n:csv out.csv\n").run().code(0);
    assert_eq!(ran.tells(&["written to out.csv"]).file(), "a\n1\n");
    Test::new(["repl", "--demo"]).stdin("let a = 1;\n:reset\na\n").run().code(1).tells(&["unknown variable \"a\""]);
}

const ENFORCE: &str = "bulk(users.extract(2, 2), |u| user::set_per_user_mfa(\"contoso.com\", #{ user_id: u, mfa_state: \"enforced\" })).summary()\n";

#[test]
fn a_plan_is_made_shown_and_applied() {
    let simulator = simulator(Settings::default());
    let writes = || simulator.requests().iter().filter(|seen| seen.path == "/api/ExecPerUserMFA").count();
    let code = format!("{USERS}:plan on\n{ENFORCE}:plan show\n:plan off\n:plan save mfa.json\n");
    let ran = Test::new(["repl"]).on(&simulator).keeping("mfa.json").stdin(&code).run().code(0);
    assert!(ran.stdout.contains("2 items: 2 planned\n"), "{}", ran.stdout);
    assert!(ran.file().contains("\"cippsh_plan\""), "{}", ran.file());
    assert_eq!(writes(), 0);
    // A script of it would write.
    let code = format!("{USERS}:plan on\n{ENFORCE}:save it.rhai\n");
    let saved = Test::new(["repl"]).on(&simulator).stdin(&code).run().code(0);
    saved.tells(&["but what 1 line only planned here, it sends: cippsh run it.rhai --plan FILE does not"]);
    assert_eq!(writes(), 0);
    // Nobody is there to say yes.
    let code = format!("{USERS}:plan on\n{ENFORCE}:plan apply\n");
    Test::new(["repl"]).on(&simulator).stdin(&code).run().code(5).tells(&["error: the plan is not applied"]);
    assert_eq!(writes(), 0);
    let again = format!("{code}:plan show\n");
    let ran = Test::new(["repl", "--yes"]).on(&simulator).stdin(&again).run().code(1).tells(&["nothing is planned"]);
    assert_eq!(ran.stdout.matches("verified").count(), 2, "{}", ran.stdout);
    assert_eq!(writes(), 2);
}

#[test]
fn a_plan_that_cannot_be_followed_is_not_applied() {
    let code = ":plan on\nuser::set_per_user_mfa(\"contoso.com\", #{ user_id: \"bob@contoso.com\", mfa_state: \"enforced\" }).userPrincipalName + \"x\"\n";
    Test::new(["repl", "--demo"]).stdin(code).run().code(1).tells(&["error: "]);
    Test::new(["repl", "--demo"])
        .stdin(":plan nothing\n")
        .run()
        .code(1)
        .tells(&["it takes on or off or show or save or apply"]);
}

#[cfg(target_os = "linux")]
mod at_a_terminal {
    use super::*;
    use crate::terminal::Terminal;

    const PROMPT: &str = "cippsh DEMO> ";

    #[test]
    fn the_demo_starts_by_itself_and_says_so() {
        let (seen, _directory) =
            Terminal::start("").sees("the DEMO, a simulated server").sees(PROMPT).keys("\x04").ends(0);
        assert!(seen.contains(":tour") && !seen.contains("error"), "{seen}");
    }

    #[test]
    fn keys_are_completed_and_lines_go_on() {
        Terminal::start("repl")
            .sees(PROMPT)
            .keys("user::set_per_u\t")
            .sees("user::set_per_user_mfa(")
            .keys("t, #{ mfa\t")
            .sees("mfa_state: ")
            .keys("\"enf\t")
            .sees("\"enforced\"")
            .keys("\x03")
            .sees(PROMPT)
            .keys("fn f(x) {\rx * 2\r}\r")
            .sees(PROMPT)
            .keys("f(\r21)\r")
            .sees("42")
            .sees(PROMPT)
            .keys("\x04")
            .ends(0);
    }

    #[test]
    fn ctrl_c_stops_what_runs_and_nothing_else() {
        Terminal::start("repl")
            .sees(PROMPT)
            .keys("let a = 41;\r")
            .sees(PROMPT)
            .keys("bulk([1, 2, 3], |x| { print(`begun`); sleep(3600); x })\r")
            .sees("begun\n")
            .keys("\x03")
            .sees("error: interrupted")
            .sees(PROMPT)
            .keys("a + 1\r")
            .sees("42\n")
            .sees(PROMPT)
            .keys("\x04")
            .ends(0);
    }

    /// From the first minute to a script of one's own, as somebody would.
    #[test]
    fn a_session_from_the_tour_to_a_script() {
        let (seen, directory) = Terminal::start("repl --demo")
            .sees(PROMPT)
            .keys(":tour\r")
            .sees("1/14  These are the customers that can be managed.")
            .keys("\r")
            .sees("contoso.com\nfabrikam.com\n")
            .sees("2/14  ")
            .keys("\r")
            .sees("3/14  ")
            .keys("\r")
            .sees("4/14  ")
            .sees("users.filter(|u| !u.accountEnabled)")
            .keys("\x03")
            .sees("The tour has ended; :tour 4 goes on.")
            .sees(PROMPT)
            .keys("user::set_per_u\tt, #{ user_i\t\"ann@contoso.com\", mfa\t\"enforce\" })\r")
            .sees("error: user::set_per_user_mfa: \"mfa_state\" takes enforced, enabled or disabled,\nnot \"enforce\"")
            .sees("hint: `:help user::set_per_user_mfa` shows what it takes")
            .sees(PROMPT)
            .keys("usres.len()\r")
            .sees("hint: did you mean users?")
            .sees(PROMPT)
            .keys("fn enforce(tenant, user) {\ruser::set_per_user_mfa(tenant, #{ user_id: user, mfa_state: \"enforced\" }).status\r}\r")
            .sees(PROMPT)
            .keys("enforce(t, users[3])\r")
            .sees("userPrincipalName: \"bob@contoso.com\"")
            .sees("Send it? (y)es, (n)o, (a)ll of this command: ")
            .keys("y\r")
            .sees("verified\n")
            .sees(PROMPT)
            .keys("bulk(users.extract(4, 5), #{ concurrency: 1 }, |u| { if u.id == users[6].id { print(`two were sent`); sleep(3600); } enforce(t, u) })\r")
            .sees("Send it? (y)es, (n)o, (a)ll of this command: ")
            .keys("a\r")
            .sees("two were sent")
            .keys("\x03")
            .sees("error: interrupted: 5 items: 2 unconfirmed, 3 not run")
            .sees(PROMPT)
            .keys("users.len()\r")
            .sees("40\n")
            .sees(PROMPT)
            .keys(":save mine.rhai\r")
            .sees("saved: cippsh run mine.rhai does the same")
            .sees(PROMPT)
            .keys("\x04")
            .ends(0);
        assert!(seen.contains("1 tenant, 3 targets, 3 writes: 1 verified, 0 accepted, 0 queued, 2 not done"), "{seen}");
        let script = std::fs::read_to_string(directory.path().join("mine.rhai")).unwrap();
        let run = || Test::new(["run", "mine.rhai", "--demo", "-o", "table"]).file("mine.rhai", &script);
        run().run().code(0).stdout("40\n").tells(&["1 tenant, 1 target, 1 write: 1 verified"]);
    }

    #[test]
    fn pasted_lines_answer_no_question() {
        let write = "user::set_per_user_mfa(\"contoso.com\", #{ user_id: \"bob@contoso.com\", mfa_state: \"enforced\" }).status\r";
        Terminal::start("repl")
            .sees(PROMPT)
            .keys(&format!("{write}y\ry\r"))
            .sees("Send it? (y)es, (n)o, (a)ll of this command: ")
            .keys("n\r")
            .sees("error: ExecPerUserMFA is not sent: you said no")
            .sees(PROMPT)
            .keys("\x1b[200~let a = 20;\nfn twice(x) {\n  x * 2\n}\ntwice(a) + 2\x1b[201~")
            .keys("\r")
            .sees("42\n")
            .sees(PROMPT)
            .keys("\x04")
            .ends(0);
    }

    #[test]
    fn the_settings_say_whose_keys_edit_a_line() {
        let test = Test::new([] as [&str; 0]).file("cippsh/config.toml", "[repl]\nkeys = \"vi\"\n");
        // Ctrl-A goes to the start of the line with the keys of Emacs, and does nothing with those of vi.
        Terminal::from(test, "repl --demo")
            .sees(PROMPT)
            .keys("12\x013 + 0\r")
            .sees("123\n")
            .sees(PROMPT)
            .keys("\x04")
            .ends(0);
    }

    #[test]
    fn every_write_is_asked_for() {
        let write = "user::set_per_user_mfa(\"contoso.com\", #{ user_id: \"bob@contoso.com\", mfa_state: \"enforced\" }).status\r";
        Terminal::start("repl")
            .sees(PROMPT)
            .keys(write)
            .sees("ExecPerUserMFA in contoso.com (write)")
            .sees("State: \"enforced\"")
            .sees("Send it? (y)es, (n)o, (a)ll of this command: ")
            .keys("n\r")
            .sees("error: ExecPerUserMFA is not sent: you said no")
            .sees(PROMPT)
            .keys(write)
            .sees("Send it? (y)es, (n)o, (a)ll of this command: ")
            .keys("y\r")
            .sees("verified")
            .sees(PROMPT)
            .keys(":quit\r")
            .sees("1 target, 1 write: 1 verified")
            .ends(0);
    }

    #[test]
    fn a_plan_is_asked_for_once() {
        let write = "bulk([\"ann@contoso.com\", \"bob@contoso.com\"], |u| user::set_per_user_mfa(\"contoso.com\", #{ user_id: u, mfa_state: \"enforced\" })).summary()\r";
        Terminal::start("repl")
            .sees(PROMPT)
            .keys(":plan on\r")
            .sees("cippsh DEMO PLAN> ")
            .keys(write)
            .sees("2 items: 2 planned")
            .sees("cippsh DEMO PLAN> ")
            .keys(":plan apply\r")
            .sees("Send 2 of 2 calls? [y/N] ")
            .keys("n\r")
            .sees("because: you said no")
            .sees("cippsh DEMO PLAN> ")
            .keys(":plan apply\r")
            .sees("Send 2 of 2 calls? [y/N] ")
            .keys("y\r")
            .sees("2 verified")
            .sees(PROMPT)
            .keys("\x04")
            .ends(0);
    }

    #[test]
    fn lines_are_kept_for_the_next_time_and_secrets_are_not() {
        let (_, directory) = Terminal::start("repl")
            .sees(PROMPT)
            .keys("let seen = 12;\r")
            .sees(PROMPT)
            .keys("let password = \"hunter2\";\r")
            .sees(PROMPT)
            .keys("\x04")
            .ends(0);
        let file = directory.path().join("cippsh/history-demo");
        let kept = std::fs::read_to_string(&file).unwrap();
        assert!(kept.contains("let seen = 12;") && !kept.contains("hunter2"), "{kept}");
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_server_that_is_no_demo_has_its_name_in_the_prompt() {
        let simulator = simulator(Settings::default());
        let test = Test::new([] as [&str; 0]).on(&simulator);
        Terminal::from(test, "repl --vi")
            .sees("connected as \"environment\"; every write is asked for.")
            .sees("cippsh environment> ")
            .keys("all_tenants().len()\r")
            .sees("3\n")
            .sees("cippsh environment SIMULATOR> ")
            .keys("\x04")
            .ends(0);
    }
}
