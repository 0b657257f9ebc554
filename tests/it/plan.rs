//! Plans: writes that are recorded, and applied later.

use cippsh::simulator::{Faults, Settings, Simulator};
use serde_json::Value;

use crate::test::{Ran, Test, simulator};

/// A simulator, and a directory for a plan and its journal.
pub(crate) struct Place {
    pub(crate) simulator: Simulator,
    directory: tempfile::TempDir,
}

/// Makes somebody, gives her what she needs by the ids that were made, and enforces MFA for three others.
const ONBOARD: &str = r#"
let t = tenant("contoso.com");
let made = user::add_user(t, #{
    display_name: "Carla Bruni", username: "carla.bruni", first_name: "Carla", last_name: "Bruni",
    primary_domain: "contoso.com", usage_location: "GB", must_change_password: true,
});
user::set_per_user_mfa(t, #{ user_id: made.user_id, mfa_state: "enforced" });
let group = group::create_or_add_group(t, #{
    display_name: "Newcomers", group_type: "generic", members: [made.user_id],
});
let others = ["ann@contoso.com", "bob@contoso.com", "breakglass@contoso.com"];
let report = bulk(others, #{ label: "mfa", concurrency: 1 }, |u|
    user::set_per_user_mfa(t, #{ user_id: u, mfa_state: "enforced" }));
user::set_per_user_mfa(t, #{ user_id: "bob@contoso.com", mfa_state: "disabled" });
user::set_per_user_mfa(t, #{ user_id: "bob@contoso.com", mfa_state: "enabled" });
[made.status, made.done, report.total]
"#;

/// Enforces MFA for three people.
pub(crate) const THREE: &str = r#"
let report = bulk(["ann@contoso.com", "bob@contoso.com", "breakglass@contoso.com"], |u|
    user::set_per_user_mfa("contoso.com", #{ user_id: u, mfa_state: "enforced" }));
report.items.map(|item| item.status)
"#;

impl Place {
    pub(crate) fn new() -> Self {
        Self::with("")
    }

    /// One whose server has these faults.
    pub(crate) fn with(faults: &str) -> Self {
        let faults = Some(Faults::parse(faults, "faults").unwrap());
        let simulator = simulator(Settings { faults, ..Settings::default() });
        Self { simulator, directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.directory.path().join(name).display().to_string()
    }

    /// `cippsh` on the simulator, with a journal that stays.
    pub(crate) fn cippsh(&self, arguments: &[&str]) -> Test {
        let journal = self.path("journal.sqlite");
        let (verb, rest) = arguments.split_first().unwrap();
        Test::new([verb]).args(["--journal", &journal, "--patience", "5"]).args(rest).on(&self.simulator)
    }

    pub(crate) fn eval(&self, code: &str) -> Ran {
        self.cippsh(&["eval", code]).run()
    }

    pub(crate) fn plan(&self, code: &str) -> Ran {
        self.cippsh(&["eval", code, "--plan", &self.path("plan.json")]).run()
    }

    pub(crate) fn apply(&self, flags: &[&str]) -> Ran {
        self.cippsh(&["apply", &self.path("plan.json")]).args(flags).run()
    }

    fn file(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("plan.json")).unwrap_or_default()
    }

    fn read(&self) -> Value {
        serde_json::from_str(&self.file()).unwrap()
    }

    fn keep(&self, text: &str) {
        std::fs::write(self.directory.path().join("plan.json"), text).unwrap();
    }

    /// What a tenant is, as its server tells.
    fn state(&self) -> String {
        let code = r#"
            let t = "contoso.com";
            let groups = ListGroups(#{ tenantFilter: t });
            #{
                users: ListUsers(#{ tenantFilter: t }).map(|u| [u.id, u.userPrincipalName, u.displayName, u.givenName]),
                mfa: ListPerUserMFA(#{ tenantFilter: t, allUsers: true }).map(|u| [u.userPrincipalName, u.perUserMfaState]),
                groups: groups.map(|g| [g.id, g.displayName]),
                members: groups.filter(|g| g.displayName == "Newcomers")
                    .map(|g| ListGroups(#{ tenantFilter: t, groupID: g.id, members: true })[0].members.map(|m| m.id)),
            }"#;
        self.eval(code).code(0).stdout
    }

    /// How often an endpoint was called.
    pub(crate) fn sent(&self, endpoint: &str) -> usize {
        let path = format!("/api/{endpoint}");
        self.simulator.requests().iter().filter(|seen| seen.path == path).count()
    }

    pub(crate) fn mfa_of(&self, upn: &str) -> String {
        let code = format!(
            r#"ListPerUserMFA(#{{ tenantFilter: "contoso.com", allUsers: true }}).find(|u| u.userPrincipalName == "{upn}").perUserMfaState"#
        );
        self.eval(&code).code(0).stdout.trim().trim_matches('"').to_owned()
    }

    pub(crate) fn set_mfa(&self, upn: &str, state: &str) {
        let code =
            format!(r#"user::set_per_user_mfa("contoso.com", #{{ user_id: "{upn}", mfa_state: "{state}" }}).status"#);
        assert_eq!(self.eval(&code).code(0).stdout, "\"verified\"\n");
    }
}

pub(crate) fn statuses(ran: &Ran) -> Vec<String> {
    let rows: Value = serde_json::from_str(&ran.stdout).unwrap();
    rows.as_array().unwrap().iter().map(|row| row["status"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_plan_and_its_application_end_where_a_direct_run_does() {
    let (direct, planned) = (Place::new(), Place::new());
    let before = planned.state();
    assert_eq!(before, direct.state());
    let ran = planned.plan(ONBOARD).code(0);
    assert_eq!(ran.stdout, "[\"planned\",false,3]\n");
    assert!(ran.stderr.ends_with("planned: 1 tenant, 8 targets, 8 writes; nothing was sent\n"), "{}", ran.stderr);
    assert_eq!(planned.state(), before, "planning changes nothing");
    assert_eq!(statuses(&planned.apply(&["--yes"]).code(0)).len(), 8);
    direct.eval(ONBOARD).code(0);
    assert_ne!(direct.state(), before);
    assert_eq!(planned.state(), direct.state());
}

#[test]
fn a_plan_is_applied_once() {
    let place = Place::new();
    place.plan(THREE).code(0);
    let again = |flags: &[&str], code: i32, told: &str| {
        let ran = place.apply(flags).code(code);
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
        ran
    };
    again(&[], 5, "nobody is there to say yes");
    assert_eq!(place.mfa_of("ann@contoso.com"), "disabled");
    assert_eq!(statuses(&again(&["--yes"], 0, "3 writes: 3 verified")), ["verified"; 3]);
    again(&["--yes"], 5, "run 20");
    // What is so already is not sent again; what somebody has changed back meanwhile is.
    place.set_mfa("ann@contoso.com", "disabled");
    let ran = again(&["--yes", "--again"], 0, "1 verified, 0 accepted, 0 queued, 0 not done, 2 done before");
    let mut statuses = statuses(&ran);
    statuses.sort();
    assert_eq!(statuses, ["done_before", "done_before", "verified"]);
}

#[test]
fn what_has_changed_meanwhile_is_left_out_and_named() {
    let place = Place::new();
    place.plan(THREE).code(0);
    place.set_mfa("ann@contoso.com", "enforced");
    place.set_mfa("bob@contoso.com", "disabled");
    let ran = place.apply(&["--yes"]).code(3);
    assert!(ran.stderr.contains("bob@contoso.com in contoso.com: skipped, for it has changed meanwhile: perUserMfaState was \"enabled\" and is \"disabled\""), "{}", ran.stderr);
    let mut found = statuses(&ran);
    found.sort();
    assert_eq!(found, ["done_before", "not_run", "verified"]);
    let states = ["ann", "bob", "breakglass"].map(|name| place.mfa_of(&format!("{name}@contoso.com")));
    assert_eq!(states, ["enforced", "disabled", "enforced"]);
}

#[test]
fn a_plan_that_does_not_hold_any_more_is_refused() {
    let place = Place::new();
    place.plan(THREE).code(0);
    let whole = place.file();
    let refused = |ran: Ran, code: i32, told: &str| {
        let ran = ran.code(code);
        assert!(ran.stderr.contains(told), "{told}: {}", ran.stderr);
    };
    let other = Place::new();
    refused(other.cippsh(&["apply", &place.path("plan.json"), "--yes"]).run(), 5, "the server is another one");
    refused(place.apply(&["--yes", "--max-age", "0s"]), 5, "may be 0s old at most");
    refused(place.apply(&["--yes", "--max-age", "soon"]), 2, "--max-age is not understood");
    let cases = [
        (whole.replace("\"cippsh_plan\": 1", "\"cippsh_plan\": 2"), "the version of its format is 2, and 1 is known"),
        (whole.replace("bob@contoso.com", "amara.berg@contoso.com"), "was changed since it was made"),
        (whole.replace("\"reason\": \"\"", "\"reason\": \"\", \"more\": 1"), "is no whole plan"),
        (whole.replace("cippsh_plan", "plan"), "is no plan"),
        (whole.get(..200).unwrap().to_owned(), "is no plan"),
    ];
    for (text, told) in cases {
        place.keep(&text);
        refused(place.apply(&["--yes"]), 2, told);
    }
    place.keep(&whole);
    refused(place.apply(&["--yes", "--max-writes", "2"]), 5, "2 is the limit");
    assert_eq!(place.mfa_of("ann@contoso.com"), "disabled", "nothing was sent");
    place.apply(&["--yes"]).code(0);
}

#[test]
fn the_file_is_private_and_replaced_only_when_that_is_asked_for() {
    let place = Place::new();
    place.keep("my diary");
    let told = |ran: Ran, told: &str| {
        let ran = ran.code(2);
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
    };
    told(place.plan(THREE), "the file is there already, and is no plan");
    assert_eq!(place.file(), "my diary");
    std::fs::remove_file(place.path("plan.json")).unwrap();
    place.plan(THREE).code(0);
    let first = place.file();
    told(place.plan(THREE), "--replace-plan writes over it");
    assert_eq!(place.file(), first);
    place.cippsh(&["eval", THREE, "--plan", &place.path("plan.json"), "--replace-plan"]).run().code(0);
    assert_ne!(place.file(), first);
    told(place.cippsh(&["eval", THREE, "--plan", &place.path("nowhere/plan.json")]).run(), "cannot be written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(place.path("plan.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let left: Vec<_> =
        std::fs::read_dir(place.directory.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left, ["plan.json"], "nothing is journalled, and nothing is left beside");
}

#[test]
fn secrets_are_named_and_not_kept() {
    const SCRIPT: &str = r#"
//@ arg password: secret  the new password
user::add_user("contoso.com", #{
    display_name: "Carla Bruni", username: "carla.bruni", primary_domain: "contoso.com", usage_location: "GB",
    password: args.password,
});
user::add_user("contoso.com", #{
    display_name: "Dan Bruni", username: "dan.bruni", primary_domain: "contoso.com", usage_location: "GB",
    password: "typed-" + "Hush-77x",
});
"#;
    let place = Place::new();
    let path = place.path("plan.json");
    let ran = place.cippsh(&["run", "s.rhai", "--plan", &path, "--", "password=env:PW"]);
    ran.file("s.rhai", SCRIPT).env("PW", "Hush-From-Env-1").run().code(0);
    assert!(!place.file().contains("Hush"), "{}", place.file());
    let plan = place.read();
    assert_eq!(
        plan["calls"][0]["arguments"]["password"],
        serde_json::json!({ "$secret": { "argument": "password", "source": "args.password" } })
    );
    assert_eq!(plan["calls"][1]["arguments"]["password"]["$secret"]["source"], "calls[2].password");
    let ran = place.apply(&["--yes"]).code(2);
    for told in ["because: password: password of call 1", "because: calls[2].password: password of call 2"] {
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
    }
    let secrets = ["--yes", "--", "password=env:PW", "calls[2].password=file:pw"];
    let ran = place.cippsh(&["apply", &path]).args(secrets).env("PW", "Hush-From-Env-1").file("pw", "Hush-77x").run();
    let ran = ran.code(0);
    assert!(!ran.stdout.contains("Hush") && !ran.stderr.contains("Hush"), "{} {}", ran.stdout, ran.stderr);
    for file in std::fs::read_dir(place.directory.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("Hush"));
    }
}

#[test]
fn what_only_a_planned_write_makes_decides_nothing() {
    const MADE: &str = r#"let m = user::add_user("contoso.com", #{ display_name: "C B", username: "c.b", primary_domain: "contoso.com", usage_location: "GB" });"#;
    let wrong = [
        ("m.user_id == \"x\"", "== needs (user_id of call 1 of the plan), which is not there yet"),
        ("\"x\" != m.user_id", "!= needs (user_id of call 1"),
        ("m.user_id < 3", "< needs"),
        ("1 + m.number", "+ needs (number of call 1"),
        ("\"x\" + m.user_id", "+ needs"),
        ("let t = \"\"; t += m.user_id; t", "+= needs"),
        ("`user ${m.user_id}`", "text of it needs"),
        ("m.user_id.to_string()", "text of it needs"),
        ("m.results.len()", "len needs (results of call 1"),
        ("m.results.filter(|r| true)", "filter needs"),
        ("m.user_id.contains(\"x\")", "contains needs"),
        ("m.user_id in [1]", "== needs"),
        ("[1, 2].contains(m.user_id)", "== needs"),
        ("if m.user_id { 1 }", "a value that only a planned write makes"),
        ("for r in m.results { print(r) }", ""),
        ("#{ a: 1 }[m.user_id]", ""),
        ("[1][m.count]", ""),
        ("m == 1", "== needs (the answer of call 1"),
        ("ListUsers(#{ tenantFilter: \"contoso.com\", UserID: m.user_id })", "ListUsers needs (user_id of call 1"),
        ("try { m.user_id == 1 } catch { 2 }", "with `try` cannot be planned"),
        ("try { if m.user_id { 1 } } catch { 2 } 3", "with `try` cannot be planned"),
        ("switch m.user_id { \"x\" => 1, _ => 2 }", "with `switch` cannot be planned"),
        ("fn f(x) { switch x { 1 => 2, _ => 3 } } f(m.user_id)", "with `switch` cannot be planned"),
        ("[#{ id: 1 }].where(#{ id: m.user_id }).len()", "where needs (user_id of call 1"),
        ("[#{ id: m.user_id }, #{ id: 1 }].distinct().len()", "distinct needs (user_id of call 1"),
        ("[].join([#{ id: m.user_id }], \"id\").len()", "join needs (user_id of call 1"),
        ("let row = ListTenants(#{})[0]; row.id = m.user_id; row == #{ id: 1 }", "== needs (user_id of call 1"),
        ("attempt(|| m.user_id == 1).ok", "== needs"),
        ("attempt(|| if m.user_id { 1 }).ok", "a value that only a planned write makes"),
        ("bulk([1], |i| m.user_id == i).failed", "== needs"),
        (
            "group::create_or_add_group(\"contoso.com\", #{ display_name: `see ${m.message}`, group_type: \"generic\" })",
            "needs the message of a planned write",
        ),
        ("user::set_per_user_mfa(m.tenant_id, #{ user_id: \"a\", mfa_state: \"enforced\" })", ""),
    ];
    for (code, told) in wrong {
        let place = Place::new();
        let ran = place.plan(&format!("{MADE}\n{code}"));
        assert_eq!(ran.code, 1, "{code}: {} {}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains("error: ") && ran.stderr.contains(told), "{code}: {}", ran.stderr);
        assert!(place.read()["incomplete"].is_string(), "{code}");
        let ran = place.apply(&["--yes"]).code(5);
        assert!(ran.stderr.contains("it is not whole"), "{code}: {}", ran.stderr);
    }
    let right = [
        ("print(m.user_id); 1", "(user_id of call 1 of the plan)"),
        ("switch m.status { \"planned\" => 7, _ => 8 }", "7"),
        ("try { m.status } catch { 8 }", "planned"),
        ("[#{ id: 1, made: m.user_id }].where(#{ id: 1 }).len()", "1"),
        ("[m.status, m.done, m.username, m[\"planned\"]]", "[\"planned\",false,\"c.b\",1]"),
        ("m.results[0].copyField", "\"(results[0].copyField of call 1 of the plan)\""),
        (
            "user::set_per_user_mfa(\"contoso.com\", #{ user_id: m.user_id, mfa_state: \"enforced\" }).status",
            "\"planned\"",
        ),
        (
            "api(\"ExecPerUserMFA\", #{ body: #{ tenantFilter: \"contoso.com\", userId: m.user_id, State: \"enforced\" } }).Results",
            "(Results of call 2",
        ),
    ];
    for (code, told) in right {
        let ran = Place::new().plan(&format!("{MADE}\n{code}")).code(0);
        assert!(format!("{}{}", ran.stdout, ran.stderr).contains(told), "{code}: {}", ran.stdout);
    }
}

#[test]
fn more_than_the_limit_is_planned_without_a_question() {
    let place = Place::new();
    let code = r#"
        let users = ListUsers(#{ tenantFilter: "contoso.com" }).filter(|u| u.userType == "Member");
        bulk(users, |u| ExecPerUserMFA(#{ tenantFilter: "contoso.com", userPrincipalName: u, State: "enforced" })).planned"#;
    let ran = place.plan(code).code(0);
    let number: usize = ran.stdout.trim().parse().unwrap();
    assert!(number > 25);
    let ran = place.apply(&["--yes", "--max-writes", "26"]).code(5);
    assert!(ran.stderr.contains("26 is the limit"), "{}", ran.stderr);
    assert_eq!(statuses(&place.apply(&["--yes", "--concurrency", "4"]).code(0)).len(), number);
}

#[test]
fn a_single_call_can_be_planned() {
    let place = Place::new();
    let call = [
        "call",
        "user::set_per_user_mfa",
        "tenant_filter=contoso.com",
        "user_id=ann@contoso.com",
        "mfa_state=enforced",
    ];
    let ran = place.cippsh(&call).args(["--plan", &place.path("plan.json")]).run().code(0);
    assert!(ran.stdout.contains("\"status\":\"planned\""), "{}", ran.stdout);
    place.apply(&["--yes"]).code(0);
    assert_eq!(place.mfa_of("ann@contoso.com"), "enforced");
}
