//! Every action on a real socket: what leaves is what `tests/actions/*.json` says, which was written by hand from what
//! the server reads; and every example of the reference runs.

use std::{
    fs,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use cippsh::{
    catalogue::{self, Effect},
    engine::{Context, Ended, Script, Sink},
    interrupt::Interrupt,
    session::{Patience, Session, Settings as SessionSettings, Terms},
    simulator::{Seen, Settings, Simulator},
    value::{Row, to_json},
};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::{
    language::{Shared, connection},
    test::{of_repository, simulator},
};

/// Runs code against a simulator; writes are not read back.
fn run(simulator: &Simulator, code: &str) -> Ended {
    run_into(simulator, code, Arc::default())
}

/// The same, with all that it says.
fn run_into(simulator: &Simulator, code: &str, said: Arc<Mutex<Vec<u8>>>) -> Ended {
    run_with(
        simulator,
        code,
        said,
        SessionSettings { verify: false, terms: Terms::free(), ..SessionSettings::default() },
    )
}

fn run_with(simulator: &Simulator, code: &str, said: Arc<Mutex<Vec<u8>>>, settings: SessionSettings) -> Ended {
    let context = Context {
        session: Arc::new(Session::new(connection(simulator), Interrupt::default(), Box::new(|_| {}), settings)),
        interrupt: Interrupt::default(),
        arguments: Row::new(),
        roots: Vec::new(),
        concurrency: 4,
        out: Sink::new(Shared(Arc::clone(&said))),
        err: Sink::new(Shared(said)),
        width: None,
        verbose: false,
        exit: OnceLock::new(),
    };
    Script::code(code).run(context)
}

/// What the simulator's data is called in the tables.
fn names(simulator: &Simulator) -> Vec<(String, String)> {
    let code = r#"
        let all = [];
        for t in all_tenants() { let short = t.domain.split(".")[0]; all += [[short + ".id", t.id], [short + ".name", t.name]]; }
        for u in ListUsers(#{ tenantFilter: "contoso.com" }) { all.push([u.userPrincipalName.split("@")[0] + ".id", u.id]); }
        all
    "#;
    let pairs = run(simulator, code).value.unwrap().into_array().unwrap();
    pairs
        .into_iter()
        .map(|pair| {
            let pair = pair.into_array().unwrap();
            (format!("{{{}}}", pair[0]), pair[1].to_string())
        })
        .collect()
}

/// The rows of all tables: namespace and row.
fn table(simulator: &Simulator) -> Vec<(String, Value)> {
    let names = names(simulator);
    let mut rows = Vec::new();
    for namespace in catalogue::namespaces() {
        let text = fs::read_to_string(of_repository(&format!("tests/actions/{namespace}.json"))).unwrap();
        let text = names.iter().fold(text, |text, (name, value)| text.replace(name, value));
        let all: Vec<Value> = serde_json::from_str(&text).unwrap();
        rows.extend(all.into_iter().map(|row| ((*namespace).to_string(), row)));
    }
    rows
}

fn query(text: &str) -> Value {
    let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let plain = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8().unwrap().into_owned();
        (plain(name), Value::from(plain(value)))
    });
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// How a request differs from what is expected.
fn difference(seen: &Seen, row: &Value) -> Option<String> {
    let body = row.get("body");
    let expected_method = if body.is_some() { "POST" } else { "GET" };
    let expected_query = row.get("query").cloned().unwrap_or_else(|| Value::Object(Map::new()));
    let sent: Option<Value> = (!seen.body.is_empty()).then(|| serde_json::from_str(&seen.body).unwrap());
    let mut wrong = Vec::new();
    if seen.method != expected_method {
        wrong.push(format!("method {}, not {expected_method}", seen.method));
    }
    if query(&seen.query) != expected_query {
        wrong.push(format!("query {}\n    not {expected_query}", query(&seen.query)));
    }
    if sent.as_ref() != body {
        wrong.push(format!("body {}\n    not {}", sent.unwrap_or_default(), body.cloned().unwrap_or_default()));
    }
    (!wrong.is_empty()).then(|| wrong.join("\n  "))
}

#[test]
fn what_leaves_is_what_the_server_reads() {
    let simulator = simulator(Settings::default());
    let mut wrong = Vec::new();
    for (_, row) in table(&simulator) {
        let (call, path) = (row["call"].as_str().unwrap(), row["path"].as_str().unwrap());
        let before = simulator.requests().len();
        let ended = run(&simulator, call);
        let sent: Vec<Seen> = simulator.requests().split_off(before);
        // The list of tenants is read for every call; that one is told by its empty query and body.
        let is_it = |seen: &&Seen| {
            seen.path == format!("/api/{path}")
                && (path != "ListTenants" || !seen.query.is_empty() || seen.body != "{}")
        };
        match sent.iter().filter(is_it).collect::<Vec<_>>().as_slice() {
            [only] => wrong.extend(difference(only, &row).map(|what| format!("{call}\n  {what}"))),
            several => wrong.push(format!(
                "{call}\n  {} requests for {path} among {:?}; {:?}",
                several.len(),
                sent.iter().map(|seen| seen.path.as_str()).collect::<Vec<_>>(),
                ended.value.err().map(|failure| failure.report())
            )),
        }
    }
    assert!(wrong.is_empty(), "{} rows are wrong:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn every_action_and_every_parameter_is_in_the_tables() {
    let simulator = simulator(Settings::default());
    let rows = table(&simulator);
    let mut missing = Vec::new();
    for action in catalogue::actions() {
        let name = action.full_name();
        let calls: Vec<&str> = rows
            .iter()
            .map(|(_, row)| row["call"].as_str().unwrap())
            .filter(|call| call.contains(&format!("{name}(")))
            .collect();
        if calls.is_empty() {
            missing.push(name.clone());
        }
        let said = |param: &str| calls.iter().any(|call| call.contains(&format!(" {param}: ")));
        let params = action.params.iter().filter(|param| action.tenant != Some(param.name) && param.default.is_empty());
        // Read by the report database only, in place of a user.
        let left = params.filter(|param| !said(param.name) && param.name != "by_user");
        missing.extend(left.map(|param| format!("{name} {}", param.name)));
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// Write by some of their arguments only.
const READ_IN_THEIR_EXAMPLE: [&str; 3] =
    ["cipp::execute_extension_test", "tenant::list_tenants", "tool::execute_github_action_post"];

/// Can be read back with other arguments than those of their example, and why not with these.
const NOT_READ_BACK: [(&str, &str); 3] = [
    ("license::execute_csp_license", "seats are added to a number that is not known"),
    ("teams::set_sharepoint_permissions", "the address of the OneDrive is not known"),
    ("user::execute_jit_admin", "the roles of a user who was there before begin and end by tasks"),
];

#[test]
fn every_example_runs_and_what_it_writes_is_so() {
    let mut wrong = Vec::new();
    for action in catalogue::actions() {
        let simulator = simulator(Settings::default());
        let settings = SessionSettings {
            patience: Patience::default().at_most(Duration::ZERO),
            terms: Terms::free(),
            ..Default::default()
        };
        let name = action.full_name();
        match run_with(&simulator, action.example, Arc::default(), settings).value {
            Err(failure) => wrong.push(format!("{name}\n{}", failure.report())),
            Ok(value) => {
                let value = to_json(&value);
                let status = value["status"].as_str().unwrap_or_default();
                let writes = action.effect >= Effect::Write && !READ_IN_THEIR_EXAMPLE.contains(&name.as_str());
                let fine = match status {
                    "verified" | "queued" => true,
                    "accepted" => {
                        action.endpoint.verify.is_empty() || NOT_READ_BACK.iter().any(|(known, _)| *known == name)
                    }
                    _ => false,
                };
                if writes && !fine {
                    wrong.push(format!("{name} is {status}: {value}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} examples fail:\n\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_task_is_followed_to_its_end() {
    let simulator = simulator(Settings::default());
    let call = |options: &str| {
        let code = format!(
            "user::offboard_user(\"contoso.com\", #{{ users: [\"bob@contoso.com\"], disable_sign_in: true }}{options})"
        );
        to_json(&run(&simulator, &code).value.unwrap())
    };
    let queued = call("");
    assert_eq!((&queued["status"], &queued["done"]), (&"queued".into(), &false.into()));
    assert_eq!(queued["task_name"], "Offboarding: bob@contoso.com");
    assert!(!queued["task_id"].as_str().unwrap().is_empty());

    let done = call(", #{ wait: \"10m\" }");
    assert_eq!(
        (&done["status"], &done["done"], &done["task_state"]),
        (&"accepted".into(), &true.into(), &"Completed".into())
    );
    let bob = "user::list_user(\"contoso.com\", #{ user_id: \"bob@contoso.com\" })[0].accountEnabled";
    assert!(!run(&simulator, bob).value.unwrap().as_bool().unwrap());
}

#[test]
fn a_repeat_plans_nothing_twice() {
    let simulator = simulator(Settings::default());
    let later = "scheduled: #{ enabled: true, date: unix(now()) + 100000000 }, disable_sign_in: true";
    let call = |users: &str| {
        let code = format!("user::offboard_user(\"contoso.com\", #{{ users: {users}, {later} }})");
        to_json(&run(&simulator, &code).value.unwrap())
    };
    let sent = || simulator.requests().iter().filter(|seen| seen.path == "/api/ExecOffboardUser").count();
    let first = call("[\"bob@contoso.com\"]");
    assert_eq!((sent(), &first["status"]), (1, &"queued".into()));

    for again in [
        "[\"BOB@contoso.com\"]",
        "\"bob@contoso.com\"",
        "user::list_user(\"contoso.com\", #{ user_id: \"bob@contoso.com\" })",
    ] {
        let second = call(again);
        assert_eq!((sent(), &second["status"], &second["done"]), (1, &"queued".into(), &false.into()), "{again}");
        assert_eq!(second["task_id"], first["task_id"], "{again}");
    }

    let both = call("[\"ann@contoso.com\", \"bob@contoso.com\"]");
    assert_eq!((sent(), both["tasks"].as_array().unwrap().len()), (2, 2));
    let body: Value = serde_json::from_str(
        &simulator.requests().iter().rfind(|seen| seen.path == "/api/ExecOffboardUser").unwrap().body,
    )
    .unwrap();
    assert_eq!(body["user"], serde_json::json!(["ann@contoso.com"]));
}

#[test]
fn secrets_are_shown_to_nobody_who_does_not_ask() {
    let simulator = simulator(Settings::default());
    let device = "let device = intune::list_devices(\"contoso.com\").filter(|d| d.operatingSystem == \"Windows\")[0];";
    let cases = [
        ("user::reset_password(\"contoso.com\", #{ user_id: \"ann@contoso.com\" })".to_owned(), "r.password"),
        ("user::create_temporary_access_password(\"contoso.com\", #{ user_id: \"ann@contoso.com\" })".to_owned(), "r.temporary_access_pass"),
        ("user::add_user(\"contoso.com\", #{ display_name: \"D\", username: \"d\", domain: \"contoso.com\", usage_location: \"GB\" })".to_owned(), "r.password"),
        (format!("{device} intune::get_local_admin_password(\"contoso.com\", #{{ device_id: device.azureADDeviceId }})"), "r.copyField"),
        (format!("{device} intune::get_recovery_key(\"contoso.com\", #{{ device_id: device.azureADDeviceId }})"), "(if type_of(r) == \"array\" { r[0].copyField } else { r.copyField })"),
    ];
    for (call, secret) in cases {
        let code = format!(
            "fn it() {{ {call} }}
            let r = it();
            let secret = {secret};
            print(r); debug(r); log::warn(r); print(r.to_json()); print(`${{secret}}`);
            if type_of(r) == \"map\" {{ table([r]); }}
            print(attempt(|| \"it is \" + secret));
            secret.reveal()"
        );
        let said = Arc::default();
        let revealed =
            run_into(&simulator, &code, Arc::clone(&said)).value.unwrap_or_else(|f| panic!("{call}: {}", f.report()));
        let (revealed, said) = (revealed.to_string(), String::from_utf8(said.lock().unwrap().clone()).unwrap());
        assert!(revealed.len() > 5, "{call}: {revealed}");
        assert!(said.contains("••••") && !said.contains(&revealed), "{call} says {revealed}:\n{said}");
    }
}
