//! What the guard refuses is not sent, whatever the script does; what somebody agrees to is.

use std::sync::{Arc, Mutex, OnceLock};

use cippsh::{
    engine::{Context, Script, Sink},
    failure::{Failure, Kind},
    interrupt::Interrupt,
    output::Progress,
    person::{Nobody, Person},
    session::{
        self, Session,
        guard::{self, Layer, Terms},
    },
    simulator::{Settings, Simulator},
    value::Row,
};

use crate::{
    language::{Shared, connection},
    test::{Ran, Test, simulator},
};

/// Somebody who answers every question with the same line.
#[derive(Debug)]
struct Says(&'static str, Mutex<Vec<String>>);

impl Person for Says {
    fn is_there(&self) -> bool {
        true
    }

    fn ask(&self, question: &str, _hidden: bool) -> Result<String, Failure> {
        self.1.lock().unwrap().push(question.to_owned());
        Ok(self.0.to_owned())
    }
}

/// Endpoints that may be asked before it is known what may be sent.
const LOOKUPS: [&str; 4] = ["ListTenants", "ListTenantGroups", "ListGraphRequest", "me"];

/// What the simulator was asked, lookups and tokens aside.
fn sent(simulator: &Simulator) -> Vec<String> {
    let names = simulator.requests().into_iter().filter_map(|seen| seen.path.strip_prefix("/api/").map(String::from));
    names.filter(|name| !LOOKUPS.contains(&name.as_str())).collect()
}

struct Came {
    kind: Option<Kind>,
    said: String,
    questions: Vec<String>,
    sent: Vec<String>,
}

/// Runs code on a session with these terms.
fn run(code: &str, terms: Terms, says: Option<&'static str>) -> Came {
    let simulator = simulator(Settings::default());
    let person = says.map(|line| Arc::new(Says(line, Mutex::default())));
    let asked: Arc<dyn Person> = match &person {
        Some(person) => Arc::clone(person) as Arc<dyn Person>,
        None => Arc::new(Nobody),
    };
    let settings =
        session::Settings { verify: false, terms: Terms { person: asked, ..terms }, ..session::Settings::default() };
    let said = Arc::new(Mutex::new(Vec::new()));
    let context = Context {
        session: Arc::new(Session::new(connection(&simulator), Interrupt::default(), Box::new(|_| {}), settings)),
        interrupt: Interrupt::default(),
        arguments: Row::new(),
        roots: Vec::new(),
        concurrency: 4,
        out: Sink::new(Shared(Arc::clone(&said))),
        progress: Progress::default(),
        err: Sink::new(std::io::sink()),
        width: None,
        verbose: false,
        exit: OnceLock::new(),
    };
    let ended = Script::code(code).run(context);
    let said = String::from_utf8(said.lock().unwrap().clone()).unwrap();
    let questions = person.map(|person| person.1.lock().unwrap().clone()).unwrap_or_default();
    Came { kind: ended.value.err().map(|failure| failure.kind), said, questions, sent: sent(&simulator) }
}

fn rules(text: &str) -> Vec<Layer> {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("cippsh.toml");
    std::fs::write(&file, text).unwrap();
    guard::of_project(&file).unwrap().into_iter().collect()
}

const READ: &str = r#"ListUserCounts(#{ tenantFilter: "contoso.com" })"#;
const SENSITIVE: &str =
    r#"ListGraphBulkRequest(#{ tenantFilter: "contoso.com", requests: [#{ id: "1", method: "GET", url: "users" }] })"#;
const WRITE: &str =
    r#"ExecSetOoO(#{ tenantFilter: "contoso.com", userId: "ann@contoso.com", AutoReplyState: "Disabled" })"#;
const DESTROY: &str = r#"RemoveUser(#{ tenantFilter: "contoso.com", ID: "ann@contoso.com" })"#;
const MANY: &str = r#"ListMailboxes(#{ tenantFilter: "AllTenants" })"#;

#[test]
fn what_happens_by_effect_and_by_who_is_there() {
    let none = r#"effects = []"#;
    let most = r#"max_writes = 0"#;
    // Effect, what is called, the guard's rule, the limit, what the person says; whether it is sent, and after how
    // many questions.
    type Case<'c> = (&'c str, &'c str, &'c str, Option<usize>, Option<&'static str>, bool, usize);
    let cases: &[Case] = &[
        ("read", READ, "", Some(0), None, true, 0),
        ("read", READ, none, None, Some("g"), false, 0),
        ("read", READ, r#"effects = ["write"]"#, None, None, false, 0),
        ("sensitive", SENSITIVE, "", Some(0), None, true, 0),
        ("sensitive", SENSITIVE, r#"effects = ["read", "write", "destroy", "many"]"#, None, Some("y"), false, 0),
        ("write", WRITE, "", Some(25), None, true, 0),
        ("write", WRITE, r#"effects = ["read"]"#, Some(25), Some("g"), false, 0),
        ("write", WRITE, most, Some(25), Some("g"), false, 0),
        ("write", WRITE, "", Some(0), None, false, 0),
        ("write", WRITE, "", Some(0), Some("g"), true, 1),
        ("write", WRITE, "", Some(0), Some("s"), false, 1),
        ("write", WRITE, "", Some(0), Some("plan"), false, 1),
        ("destroy", DESTROY, "", Some(25), None, false, 0),
        ("destroy", DESTROY, "", Some(25), Some("yes"), false, 1),
        ("destroy", DESTROY, "", Some(25), Some("contoso.com"), true, 1),
        ("destroy", DESTROY, r#"effects = ["read", "write"]"#, Some(25), Some("contoso.com"), false, 0),
        ("many", MANY, "", Some(0), None, true, 0),
        ("many", MANY, r#"effects = ["read", "sensitive", "write", "destroy"]"#, None, Some("g"), false, 0),
    ];
    for (effect, call, rule, limit, says, passes, questions) in cases {
        let what = format!("{effect} {rule} {limit:?} {says:?}");
        for script in [
            format!("{call}; print(\"after\")"),
            format!("try {{ {call} }} catch {{ print(\"after\") }}; print(\"after\")"),
            format!("attempt(|| {call}); print(\"after\")"),
            format!("try {{ [1].map(|n| {call}) }} catch {{}} print(\"after\")"),
            format!(
                "fn f() {{ {call} }} try {{ attempt(|| [1].filter(|n| {{ f(); true }})) }} catch {{}} print(\"after\")"
            ),
            format!("bulk([1], |n| attempt(|| attempt(|| {call}))); print(\"after\")"),
        ] {
            // In a bulk the number of its items is typed.
            let says = if script.starts_with("bulk") {
                says.map(|says| if says == "contoso.com" { "1" } else { says })
            } else {
                *says
            };
            let terms = Terms { layers: rules(&format!("[guard]\n{rule}\n")), limit: *limit, ..Terms::default() };
            let came = run(&script, terms, says);
            assert_eq!(came.questions.len(), *questions, "{what}: {script}: {:?}", came.questions);
            if *passes {
                assert_eq!(came.sent.len(), 1, "{what}: {script}: {:?}", came.sent);
                assert_eq!(came.said.lines().last(), Some("after"), "{what}: {script}");
            } else {
                assert_eq!((came.kind, came.said.as_str()), (Some(Kind::Guard), ""), "{what}: {script}");
                assert!(came.sent.is_empty(), "{what}: {script}: {:?}", came.sent);
            }
        }
    }
}

#[test]
fn a_flag_allows_what_it_names() {
    let cases = [
        ("destroy", true),
        ("destroy:RemoveUser", true),
        ("destroy:user::remove*", true),
        ("destroy@Contoso", true),
        ("destroy:RemoveUser@contoso.onmicrosoft.com", true),
        ("destroy:RemoveGroup*", false),
        ("destroy@fabrikam.com", false),
    ];
    for (flag, passes) in cases {
        let terms = || Terms { allowed: vec![flag.parse().unwrap()], ..Terms::default() };
        let came = run(DESTROY, terms(), None);
        assert_eq!(came.sent.len(), usize::from(passes), "{flag}");
        let came = run(&format!("bulk([1], |n| {DESTROY})"), terms(), None);
        assert_eq!(came.sent.len(), usize::from(passes), "{flag} in a bulk");
    }
    // The answer to the limit is none to what destroys.
    let came = run(DESTROY, Terms { yes: true, ..Terms::default() }, None);
    assert_eq!((came.kind, came.sent.len()), (Some(Kind::Guard), 0));
    let came = run(WRITE, Terms { yes: true, limit: Some(0), ..Terms::default() }, None);
    assert_eq!(came.sent.len(), 1);
}

#[test]
fn a_bulk_is_judged_before_its_first_item() {
    let each = |body: &str| {
        format!(
            r#"
            fn one(user) {{ if user != "" {{ deeper(user, "enforced") }} }}
            fn deeper(user, state) {{ {WRITE} }}
            fn kill(user) {{ {DESTROY} }}
            let users = []; for n in 0..30 {{ users.push("ann@contoso.com") }}
            bulk(users, #{{ label: "all" }}, |u| {body})"#
        )
    };
    let limited = || Terms::default();
    for body in ["one(u)", "[1].for_each(|n| one(u))", "attempt(|| one(u))", "{ let f = |v| one(v); f.call(u) }"] {
        let came = run(&each(&format!("{{ {READ}; {body} }}")), limited(), None);
        assert_eq!((came.kind, came.sent), (Some(Kind::Guard), vec![]), "{body}");
        let came = run(&each(body), limited(), Some("go"));
        assert_eq!((came.sent.len(), came.questions.len()), (30, 1), "{body}");
        let question = &came.questions[0];
        assert!(question.contains("all with 30 items") && question.contains("sent so far: nothing"), "{question}");
    }
    // What would surely be two writes for each item counts as that.
    let came = run(&each(&format!("{{ {WRITE}; {WRITE} }}")), Terms { limit: Some(59), ..limited() }, None);
    assert_eq!((came.kind, came.sent), (Some(Kind::Guard), vec![]));

    let reads = run(&each(READ), Terms { limit: Some(0), ..limited() }, Some("s"));
    assert_eq!((reads.sent.len(), reads.questions.len()), (30, 0));

    for body in ["kill(u)", "api(\"RemoveUser\", #{ body: #{ tenantFilter: \"contoso.com\" } })", "api(u)"] {
        let came = run(&each(&format!("{{ {READ}; {body} }}")), Terms { limit: None, ..limited() }, None);
        assert_eq!((came.kind, came.sent), (Some(Kind::Guard), vec![]), "{body}");
    }
    let came = run(&each("kill(u)"), Terms { limit: None, ..limited() }, Some("30"));
    assert_eq!((came.sent.len(), came.questions.len()), (30, 1));
    let denied = rules("[guard.endpoints]\ndeny = [\"ExecSetOoO\"]\n");
    let came = run(&each(&format!("{{ {READ}; one(u) }}")), Terms { layers: denied, ..Terms::free() }, None);
    assert_eq!((came.kind, came.sent), (Some(Kind::Guard), vec![]));
}

#[test]
fn a_task_is_as_bad_as_its_command() {
    let task = |more: &str| format!(r#"AddScheduledItem(#{{ tenantFilter: "contoso.com", Name: "x", {more} }})"#);
    let cases = [
        (r#"Command: "Get-CIPPAlertMFAAdmins""#, true),
        (r#"Command: #{ value: "get-cippalertmfaadmins" }"#, true),
        (r#"Command: "Remove-CIPPUser""#, false),
        (r#"Command: "Get-CIPPAlertMFAAdmins", RowKey: "that-of-another""#, false),
    ];
    for (more, passes) in cases {
        let came = run(&task(more), Terms::default(), None);
        assert_eq!(came.sent.len(), usize::from(passes), "{more}");
        let came = run(&format!("bulk([1], |n| {})", task(more)), Terms::default(), None);
        assert_eq!(came.sent.len(), usize::from(passes), "{more} in a bulk");
    }
    let made_up = r#"bulk(["Get-CIPPAlertMFAAdmins"], |c| AddScheduledItem(#{ tenantFilter: "contoso.com", Name: "x", Command: c }))"#;
    let came = run(made_up, Terms::default(), None);
    assert_eq!((came.kind, came.sent.len()), (Some(Kind::Guard), 0), "what is not known counts as the worst");
}

#[test]
fn after_a_refusal_nothing_is_written_any_more() {
    let code = format!("{WRITE}; try {{ {DESTROY} }} catch {{ }} {WRITE}");
    let came = run(&code, Terms::default(), None);
    assert_eq!((came.kind, came.sent.len()), (Some(Kind::Guard), 1));
}

#[test]
fn a_script_asks_the_person_or_the_file() {
    let ask =
        r#"print(`${confirm("Sure?")} ${prompt("Who?")} ${choose("Which?", ["a", "b"])} ${prompt_secret("Word?")}`)"#;
    Test::new(["eval", "--demo", ask])
        .run()
        .code(5)
        .stdout("")
        .tells(&["the script asks \"Sure?\", and nobody is there to answer", "--answers FILE"]);
    let answers = "\"Sure?\" = true\n\"Who?\" = \"Ann\"\n\"Which?\" = 2\n\"Word?\" = \"hush\"\n";
    let asked =
        r#"print(`${confirm("Sure?")} ${prompt("Who?")} ${choose("Which?", ["a", "b"])}`); [prompt_secret("Word?")]"#;
    let ran = Test::new(["eval", "--demo", "-o", "json", "--answers", "a.toml", asked]).file("a.toml", answers).run();
    let ran = ran.code(0).tells(&["true Ann b"]);
    assert!(ran.stdout.contains("••••"), "{}", ran.stdout);
    let wrong = r#"choose("Which?", ["x", "y"]); choose("Who?", ["x"])"#;
    Test::new(["eval", "--demo", "--answers", "a.toml", wrong])
        .file("a.toml", answers)
        .run()
        .code(5)
        .tells(&["the answer to \"Who?\" in a.toml is not one of x"]);
    let came = run(r#"print(`${confirm("Sure?")}`); choose("Which?", ["n", "y"])"#, Terms::default(), Some("y"));
    assert_eq!((came.said.as_str(), came.questions.len()), ("true\n", 2));
}

/// Reads of one tenant only.
const NARROW: &str = "[guard]\neffects = [\"read\"]\n\n[guard.tenants]\nallow = [\"contoso.com\"]\n";

#[test]
fn twelve_ways_round_it() {
    let simulator = simulator(Settings::default());
    let id = id_of(&simulator, "fabrikam.com");
    let users = |tenant: &str| format!("ListUsers(#{{ {tenant} }})");
    let write = WRITE.to_owned();
    let by_id = users(&format!("tenantFilter: \"{id}\""));
    let cases: Vec<(&str, Vec<&str>, String)> = vec![
        ("api", vec![], r#"api("ListUsers", #{ query: #{ tenantFilter: "fabrikam.com" } })"#.into()),
        ("api to what is not known", vec![], r#"api("ListUsersNew", #{ query: #{ tenantFilter: "contoso.com" } })"#.into()),
        ("another case", vec![], r#"api("listusers", #{ query: #{ TENANTFILTER: "FABRIKAM.com" } })"#.into()),
        ("another spelling", vec![], users("tenant_Filter: \"fabrikam.com\"")),
        ("somewhere else", vec![], r#"api("ListUsers", #{ query: #{ tenantFilter: "contoso.com" }, body: #{ x: [#{ tenantFilter: "fabrikam.com" }] } })"#.into()),
        ("selectedTenants", vec![], r#"api("ListMailboxes", #{ query: #{ tenantFilter: "contoso.com" }, body: #{ selectedTenants: ["fabrikam.com"], tenantFilter: "fabrikam.com" } })"#.into()),
        ("AllTenants", vec![], MANY.into()),
        ("a group", vec![], r#"AddScheduledItem(#{ Name: "x", Command: "Get-CIPPAlertMFAAdmins", tenantFilter: #{ label: "g", value: "g1", type: "Group" } })"#.into()),
        ("a group by api", vec![], r#"api("ListMailboxes", #{ body: #{ tenantFilter: #{ label: "g", value: "g1", type: "Group" } } })"#.into()),
        ("a module that writes", vec![], "import \"m\" as m; m::write()".into()),
        ("a GET that changes", vec![], "ListTenants(#{ ClearCache: true })".into()),
        ("a GET that changes by api", vec![], r#"api("ListTenants", #{ method: "GET", query: #{ clearcache: "true" } })"#.into()),
        ("many requests in one", vec![], SENSITIVE.into()),
        ("a task", vec![], r#"AddScheduledItem(#{ tenantFilter: "contoso.com", Name: "x", Command: "Remove-CIPPUser" })"#.into()),
        ("by id", vec![], by_id),
        ("by initial domain", vec![], users("tenantFilter: \"fabrikam.onmicrosoft.com\"")),
        ("by name", vec![], users("tenantFilter: \"Fabrikam\"")),
        ("unchecked", vec!["--no-tenant-check"], users("tenantFilter: \"fabrikam.com\"")),
        ("false in a query is something", vec![], r#"api("ListTenants", #{ query: #{ TriggerRefresh: false } })"#.into()),
        ("the body hides the query", vec![], r#"api("ListTenants", #{ query: #{ ClearCache: "true" }, body: #{ ClearCache: false } })"#.into()),
        ("rows in place of a map", vec![], r#"api("ListTenants", #{ query: #{ x: 1 }, body: [#{ ClearCache: true }] })"#.into()),
        ("a body that is text", vec![], r#"api("ListTenants", #{ query: #{ x: 1 }, body: "{\"ClearCache\":true}" })"#.into()),
        ("where the server does not look", vec![], r#"api("ListUsers", #{ method: "POST", body: #{ tenantFilter: "contoso.com" } })"#.into()),
        ("by a name that is no parameter", vec![], r#"api("ListUsers", #{ query: #{ tenantFilter: "contoso.com", customerId: "fabrikam.com" } })"#.into()),
        ("in a list", vec![], r#"api("ListUsers", #{ query: #{ tenantFilter: "contoso.com" }, body: #{ Tenants: [#{ value: "fabrikam.com" }] } })"#.into()),
        ("blanks around it", vec![], users("tenantFilter: \" fabrikam.com\\u00a0\"")),
        ("a function pointer", vec![], r#"Fn("List" + "Users").call(#{ tenantFilter: "fabrikam.com" })"#.into()),
        ("a callback", vec![], r#"["fabrikam.com"].map(|t| ListUsers(#{ tenantFilter: t }))"#.into()),
        ("attempts in attempts", vec![], r#"attempt(|| attempt(|| ListUsers(#{ tenantFilter: "fabrikam.com" })))"#.into()),
        ("par_map in a bulk", vec![], r#"bulk([1], |x| par_map(["fabrikam.com"], |t| ListUsers(#{ tenantFilter: t })))"#.into()),
        ("a map for the tenant", vec![], users("tenantFilter: #{ defaultDomainName: \"fabrikam.com\", value: \"contoso.com\" }")),
        ("a module that writes when it is imported", vec![], "attempt(|| { import \"top\" as m; m::f() })".into()),
        ("without a tenant", vec![], "ListTenantOnboarding()".into()),
        ("in a bulk", vec![], format!("bulk([1], |n| {})", users("tenantFilter: \"fabrikam.com\""))),
        ("with all flags", vec!["--yes", "--max-writes", "9", "--allow", "destroy"], write),
    ];
    let module = format!("fn write() {{ {WRITE} }}");
    for (what, flags, code) in cases {
        let code = format!("try {{ {code} }} catch (e) {{ print(e) }}");
        let ran = Test::new(["run", "a/a.rhai"])
            .args(flags)
            .file("cippsh.toml", NARROW)
            .file("a/a.rhai", &code)
            .file("a/m.rhai", &module)
            .file("a/top.rhai", &format!("{WRITE}; fn f() {{ 1 }}"))
            .on(&simulator)
            .run();
        refused(what, ran, &simulator);
    }
    let call = ["call", "ListUsers", "tenantFilter=fabrikam.com"];
    refused("call", Test::new(call).file("cippsh.toml", NARROW).on(&simulator).run(), &simulator);
    let call =
        ["call", "user::remove_user", "tenant_filter=contoso.com", "user_id=ann@contoso.com", "--allow", "destroy"];
    refused("call of an action", Test::new(call).file("cippsh.toml", NARROW).on(&simulator).run(), &simulator);

    let allowed = r#"[api("ListUsers", #{ query: #{ tenantFilter: "contoso.com", tenantId: "stranger.example" } }).len(),
        ListUsers(#{ tenantFilter: "Contoso" }).len(), ListTenants().len(), all_tenants().len()]"#;
    Test::new(["eval", "-o", "json", allowed]).file("cippsh.toml", NARROW).on(&simulator).run().code(0);
}

/// Where a request is given as it is, the server must find in it the tenant that was meant.
#[test]
fn a_raw_write_names_its_tenant_where_the_server_looks() {
    for body in ["", ", tenantFilter: \" \"", ", x: #{ y: 1 }"] {
        let code = format!(
            r#"api("ExecPerUserMFA", #{{ body: #{{ userPrincipalName: "ann@contoso.com", State: "enforced"{body} }} }})"#
        );
        let came = run(&code, Terms::free(), None);
        assert_eq!((came.kind, came.sent.len()), (Some(Kind::Usage), 0), "{body}");
    }
}

#[track_caller]
fn refused(what: &str, ran: Ran, simulator: &Simulator) {
    let sent = sent(simulator);
    assert_eq!((ran.code, ran.stdout.as_str()), (5, ""), "{what}: {}", ran.stderr);
    assert!(ran.stderr.contains("cippsh.toml:2 ") || ran.stderr.contains("cippsh.toml:5 "), "{what}: {}", ran.stderr);
    assert!(sent.is_empty(), "{what}: {sent:?}");
}

fn id_of(simulator: &Simulator, domain: &str) -> String {
    let code = format!("tenant(\"{domain}\").id");
    let ran = Test::new(["eval", "-o", "json", &code]).on(simulator).run().code(0);
    ran.stdout.trim().trim_matches('"').to_owned()
}

#[test]
fn groups_of_the_server_limit_tenants() {
    let simulator = simulator(Settings::default());
    let make = r#"ExecTenantGroup(#{ Action: "AddEdit", groupName: "Gold", members: [tenant("contoso.com").id] })"#;
    Test::new(["eval", "--no-verify", make]).free().on(&simulator).run().code(0);
    let read = |tenant: &str, lists: &str| {
        let code = format!(r#"ListUserCounts(#{{ tenantFilter: "{tenant}" }})"#);
        Test::new(["eval", "-o", "none", &code])
            .file("cippsh.toml", &format!("[guard.tenants]\n{lists}\n"))
            .on(&simulator)
            .run()
    };
    read("contoso.com", "allow = [\"group:gold\"]").code(0);
    read("fabrikam.com", "allow = [\"group:gold\"]").code(5).tells(&["cippsh.toml:2 allows group:gold only"]);
    read("contoso.com", "deny = [\"group:Gold\"]").code(5).tells(&["cippsh.toml:2 denies group:Gold"]);
    read("fabrikam.com", "deny = [\"group:Gold\"]").code(0);
    read("fabrikam.com", "deny = [\"group:Silver\"]").code(5).tells(&["has no such group"]);
    let task = |allow: &str| {
        let code = r#"
            let id = ListTenantGroups()[0].Id;
            AddScheduledItem(#{ Name: "x", Command: "Remove-CIPPUser", tenantFilter: #{ label: "Gold", value: id, type: "Group" } })"#;
        let text = format!("[guard.tenants]\nallow = [\"{allow}\"]\n");
        Test::new(["eval", "--no-verify", "-o", "none", code]).free().file("cippsh.toml", &text).on(&simulator).run()
    };
    task("contoso.com").code(0);
    task("fabrikam.com").code(5).tells(&["cippsh.toml:2 allows fabrikam.com only, not contoso.com"]);
    let misspelt = read("contoso.com", "deny = [\"contso.com\"]").code(0);
    misspelt.tells(&["warning: cippsh.toml:2 denies contso.com, and no tenant is called so"]);
    read("contoso.com", "allow = [\"cont*\"]\ndeny = [\"*.onmicrosoft.com\"]").code(5);
}

#[test]
fn the_settings_of_the_person_and_of_the_project_both_count() {
    let read = r#"ListUserCounts(#{ tenantFilter: "contoso.com" })"#;
    let test = |settings: &str, project: &str| {
        Test::new(["eval", "--demo", "-o", "none", read])
            .file("cippsh/config.toml", settings)
            .file("cippsh.toml", project)
            .run()
    };
    let (narrow, wide) = ("[guard]\neffects = []\n", "[guard]\neffects = [\"read\"]\n");
    test(narrow, wide).code(5).tells(&["config.toml:2 allows no effect, not read"]);
    test(wide, narrow).code(5).tells(&["cippsh.toml:2 allows no effect, not read"]);
    test(wide, wide).code(0);
    test(wide, "[gaurd]\n").code(2).tells(&["cippsh.toml:1 cannot be read", "unknown field `gaurd`"]);
    test("[guard.tenants]\nalow = []\n", wide).code(2).tells(&["config.toml:2 cannot be read", "unknown field `alow`"]);
}

#[test]
fn what_was_sent_before_a_refusal_shows_in_the_code() {
    let code = format!("for n in 0..30 {{ {WRITE} }}");
    let simulator = simulator(Settings::default());
    Test::new(["eval", "--no-verify", &code]).on(&simulator).run().code(3).tells(&[
        "this run would write 26 targets, and 25 is the limit",
        "--max-writes 26",
        "1 tenant, 25 targets",
    ]);
    Test::new(["eval", "--no-verify", "--max-writes", "30", &code]).on(&simulator).run().code(0);
    Test::new(["eval", "--no-verify", "--yes", &code]).on(&simulator).run().code(0);
    let most = "[guard]\nmax_writes = 3\n";
    Test::new(["eval", "--no-verify", "--max-writes", "30", &code])
        .file("cippsh.toml", most)
        .on(&simulator)
        .run()
        .code(3)
        .tells(&["cippsh.toml:2 allows 3 written targets in one run", "1 tenant, 3 targets"]);
}

#[test]
fn explain_tells_what_would_happen() {
    let explain = |arguments: &[&str]| {
        Test::new(["guard", "explain", "--demo"]).args(arguments).file("cippsh.toml", NARROW).run()
    };
    explain(&["ListUsers", "--tenant", "contoso.com"]).code(0).stdout(
        "ListUsers in contoso.com: allowed\n  effect   read\n  rule     cippsh.toml:2 allows read\n  rule     cippsh.toml:5 allows contoso.com\n",
    );
    explain(&["ListUsers", "--tenant", "fabrikam.com"]).code(5).stdout(
        "ListUsers in fabrikam.com: refused\n  effect   read\n  rule     cippsh.toml:2 allows read\n  refused  cippsh.toml:5 allows contoso.com only, not fabrikam.com\n",
    );
    let told = explain(&["user::remove_user"]).code(5);
    assert!(told.stdout.starts_with("RemoveUser: refused\n  effect   destroy\n"), "{}", told.stdout);
    assert!(!told.stderr.contains("SIMULATOR"), "nothing is sent: {}", told.stderr);
    let plain = |arguments: &[&str]| Test::new(["guard", "explain", "--demo"]).args(arguments).run();
    let told = plain(&["RemoveUser", "--tenant", "contoso.com"]).code(5);
    assert!(told.stdout.contains("--allow destroy:RemoveUser@contoso.com"), "{}", told.stdout);
    plain(&["RemoveUser", "--tenant", "contoso.com", "--allow", "destroy@contoso.com"]).code(0);
    plain(&["ExecZzz"]).code(5);
    // Where there is no connection, what files and flags say is told all the same.
    let nowhere =
        |arguments: &[&str]| Test::new(["guard", "explain"]).args(arguments).file("cippsh.toml", NARROW).run();
    nowhere(&["ListUsers"]).code(0).stdout(
        "ListUsers: allowed\n  effect   read\n  rule     cippsh.toml:2 allows read\n  tenants  cippsh.toml:5 limits them; --tenant T tells of one\n  server   none is known; its own guard, and whether it is read-only, are not told here\n",
    );
    nowhere(&["RemoveUser"]).code(5);
    nowhere(&["ListUsers", "--tenant", "contoso.com"]).code(4);
    nowhere(&["ListUsers", "--connection", "mine"]).code(2);
    plain(&["ListUser"]).code(1).tells(&["did you mean ListUsers"]);
}
