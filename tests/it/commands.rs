//! The commands, their output forms and exit codes.

use cippsh::simulator::Settings;
use serde_json::Value;

use crate::test::{Test, of_repository, simulator};

#[test]
fn actions_finds_what_an_admin_looks_for() {
    let ran = Test::new(["actions", "mfa", "-o", "json"]).run().code(0);
    let found: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap();
    let of_kind = |kind: &str| -> Vec<&str> {
        found.iter().filter(|row| row["kind"] == kind).map(|row| row["name"].as_str().unwrap()).collect()
    };
    assert!(of_kind("action")[..4].contains(&"set_per_user_mfa"), "{:?}", of_kind("action"));
    let names = of_kind("endpoint");
    for name in ["ExecPerUserMFA", "ListMFAUsers", "ListPerUserMFA", "ExecResetMFA"] {
        assert!(names[..8].contains(&name), "{name} is not among the first of {names:?}");
    }
    Test::new(["actions", "no", "such", "thing", "anywhere"]).run().code(1).tells(&["nothing is found"]);
}

#[test]
fn actions_as_json_has_everything() {
    let ran = Test::new(["actions", "--output", "json"]).run().code(0);
    let rows: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap();
    let of_kind = |kind: &str| rows.iter().filter(|row| row["kind"] == kind).count();
    assert_eq!((of_kind("action"), of_kind("endpoint"), rows.len()), (143, 645, 788));
    for row in &rows {
        for key in ["kind", "namespace", "name", "endpoint", "method", "effect", "role", "about", "params"] {
            assert!(row.get(key).is_some(), "{} has no {key}", row["name"]);
        }
        for param in row["params"].as_array().unwrap() {
            for key in ["name", "wire", "in", "type", "required", "values"] {
                assert!(param.get(key).is_some(), "{}: a parameter has no {key}", row["name"]);
            }
        }
    }
}

#[test]
fn actions_can_be_narrowed() {
    let count = |arguments: &[&str]| {
        let ran = Test::new(["actions", "-o", "json"]).args(arguments).run().code(0);
        serde_json::from_str::<Vec<Value>>(&ran.stdout).unwrap()
    };
    let rows = count(&["--namespace", "intune"]);
    assert_eq!(rows.len(), 26);
    assert!(rows.iter().all(|row| row["namespace"] == "intune" && row["kind"] == "action"));
    let rows = count(&["--namespace", "user", "--effect", "destroy", "--role", "identity.user"]);
    assert!(rows.iter().any(|row| row["name"] == "remove_user"));
    assert!(
        rows.iter().all(|row| row["effect"] == "destroy" && row["role"].as_str().unwrap().starts_with("Identity.User"))
    );
    let table = Test::new(["actions", "--namespace", "calendar", "-o", "table"]).run().code(0);
    assert!(table.stdout.contains("calendar::edit_calendar_permissions"), "{}", table.stdout);
    Test::new(["actions", "--namespace", "users"]).run().code(1).tells(&["the namespaces are calendar, cipp"]);
}

#[test]
fn doc_and_call_know_actions() {
    let ran = Test::new(["doc", "USER::SetPerUserMfa"]).run().code(0);
    for text in [
        "user::set_per_user_mfa\n",
        "call     user::set_per_user_mfa(tenant, #{ user_id: …, mfa_state: … })",
        "sends    POST /api/ExecPerUserMFA",
        "mfa_state       text, required, one of enforced, enabled, disabled",
        "[userPrincipalName]",
        "Example\n  user::set_per_user_mfa(\"contoso.com\", #{ ",
    ] {
        assert!(ran.stdout.contains(text), "{text:?} is missing in:\n{}", ran.stdout);
    }
    Test::new(["doc", "user::set_mfa"]).run().code(1).tells(&["there is no action \"user::set_mfa\""]);
    let simulator = simulator(Settings::default());
    let call = |arguments: &[&str]| Test::new(["call"]).args(arguments).on(&simulator).run();
    let ran = call(&[
        "user::disable_user",
        "tenant_filter=contoso.com",
        "user_id=ann@contoso.com",
        "enable=true",
        "-o",
        "json",
    ]);
    assert_eq!(serde_json::from_str::<Value>(&ran.code(0).stdout).unwrap()["userId"], "ann@contoso.com");
    call(&["user::disable_user", "tenant_filter=contoso.com", "user_id=ann@contoso.com"])
        .code(1)
        .tells(&["\"enable\""]);
    let ran = call(&["user::list_all_users", "tenant_filter=contoso.com", "--fields", "id", "-o", "ndjson"]).code(0);
    assert_eq!(ran.stdout.lines().count(), 40);
}

#[test]
fn doc_tells_parameters_role_effect_and_an_example() {
    let ran = Test::new(["doc", "execperusermfa"]).run().code(0);
    for text in [
        "ExecPerUserMFA\n",
        "effect   write",
        "role     Identity.User.ReadWrite",
        "State",
        "one of enforced, enabled, disabled",
        "required",
        "Example\n  let result = ExecPerUserMFA(#{ ",
        "tenantFilter: \"contoso.com\"",
    ] {
        assert!(ran.stdout.contains(text), "{text:?} is missing in:\n{}", ran.stdout);
    }
    Test::new(["doc", "bulk"]).run().code(0).tells(&[]);
    Test::new(["doc", "ListUser"]).run().code(1).tells(&["did you mean ListUsers or "]);
}

#[test]
fn call_takes_pairs_or_json() {
    let simulator = simulator(Settings::default());
    let call = |arguments: &[&str]| Test::new(["call"]).args(arguments).on(&simulator);
    let ran = call(&["list_users", "tenant_filter=contoso.com", "--fields", "id", "-o", "ndjson"]).run().code(0);
    assert_eq!(ran.stdout.lines().count(), 40);
    assert!(
        ran.stdout.lines().all(|line| serde_json::from_str::<Value>(line).unwrap().as_object().unwrap().len() == 1)
    );
    let json = r#"{ "tenantFilter": "contoso.com", "userPrincipalName": "ann@contoso.com", "State": "enforced" }"#;
    let ran = call(&["ExecPerUserMFA", "--json", "-"]).stdin(json).run().code(0);
    assert_eq!(serde_json::from_str::<Value>(&ran.stdout).unwrap()["status"], "verified");
    ran.tells(&["1 tenant, 1 target, 1 write: 1 verified, 0 accepted, 0 queued, 0 not done"]);
    call(&["ListUsers"]).run().code(1).tells(&["missing required parameter \"tenantFilter\""]);
    call(&["ListUser"]).run().code(1).tells(&["did you mean ListUsers or "]);
    call(&["ListUsers", "oops"]).run().code(2).tells(&["key=value"]);
    assert_eq!(
        call(&["ListUsers", "tenantFilter=contso.com"]).run().code(1).stdout("").stderr.matches("contoso.com").count(),
        1
    );
}

#[test]
fn text_of_a_script_stays_out_of_data() {
    let code = r#"print("hello"); table([#{ a: 1 }]); [#{ b: 2 }]"#;
    let ran = Test::eval(code).args(["-o", "json"]).run().code(0);
    assert_eq!(serde_json::from_str::<Value>(&ran.stdout).unwrap()[0]["b"], 2);
    ran.tells(&["hello", "a"]);
    let ran = Test::eval(code).args(["-o", "table"]).run().code(0);
    assert!(ran.stdout.starts_with("hello\n"), "{}", ran.stdout);
    Test::eval(code).args(["-o", "csv"]).run().code(0).stdout("b\n2\n");
    Test::eval("print(1)").run().code(0).stdout("");
    Test::eval("()").args(["-o", "json"]).run().code(0).stdout("null\n");
}

#[test]
fn code_from_standard_input() {
    Test::new(["eval", "--demo", "-"]).stdin("1 + 1").run().code(0).stdout("2\n");
}

#[test]
fn exit_codes() {
    let cases: &[(&str, i32)] = &[
        ("1", 0),
        ("exit(0)", 0),
        ("exit(7)", 7),
        ("exit(300)", 1),
        ("throw 1", 1),
        ("tenant(\"nope\")", 1),
        ("ListMFAUsers(#{ tenantFilter: \"AllTenants\" })", 6),
        // A failed write counts whether it is caught or not, and one that was refused before.
        ("attempt(|| ExecPerUserMFA(#{ tenantFilter: \"contoso.com\", userPrincipalName: \"x\", State: \"x\" }))", 3),
        ("try { api(\"ExecPerUserMFA\", #{ body: #{ tenantFilter: \"contoso.com\" } }) } catch {}", 3),
    ];
    for (code, expected) in cases {
        let ran = Test::eval(code).run();
        assert_eq!(ran.code, *expected, "{code}\n{}", ran.stderr);
    }
    Test::new(["frobnicate"]).run().code(2);
    Test::new(["run", "nope.rhai"]).run().code(2).tells(&["cannot read the script nope.rhai"]);
}

#[test]
fn a_script_shows_its_own_help() {
    let script = "//! Counts.\n//@ arg tenant: text  whose users\nlet n = 1;";
    let ran = Test::new(["run", "count.rhai", "--help"]).file("count.rhai", script).run().code(0);
    ran.stdout("Counts.\n\nUsage: cippsh run count.rhai [options] -- tenant=…\n\nArguments:\n  tenant: text  whose users (required)\n");
    let ran = Test::new(["run", "count.rhai", "--demo", "--", "tenat=x"]).file("count.rhai", script).run().code(2);
    ran.tells(&["did you mean tenant?", "tenant is missing"]);
}

/// A negative number of days would make everybody inactive.
#[test]
fn days_of_a_script_are_one_or_more() {
    for name in ["inactive-members", "stale-guests", "license-waste"] {
        for days in ["-90", "0"] {
            let script = of_repository(&format!("scripts/{name}.rhai"));
            let ran = Test::new(["run", script.to_str().unwrap(), "--demo", "--", "tenants=all"])
                .args([format!("days={days}")])
                .run();
            ran.code(1).stdout("").tells(&["days is 1 or more"]);
        }
    }
}

#[test]
fn completions_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = Test::new(["completions", shell]).run().code(0);
        assert!(ran.stdout.contains("cippsh"), "{shell}");
    }
}

#[test]
fn api_sends_what_it_is_given() {
    let code = r#"api("listusers", #{ query: #{ tenantFilter: "contoso.com" } }).len()"#;
    Test::eval(code).run().code(0).stdout("40\n");
    Test::eval(r#"api("../x")"#).run().code(1).tells(&["is no name of an endpoint"]);
    let nowhere = r#"api("Whatever", #{ query: #{ tenantId: "nope" } })"#;
    Test::eval(nowhere).free().run().code(1).tells(&["no tenant \"nope\""]);
    // An endpoint that the catalogue does not know counts as one that destroys, and this one failed.
    Test::eval(r#"api("Whatever")"#).run().code(5).tells(&["the catalogue does not know it, so it may do anything"]);
    Test::eval(r#"api("Whatever")"#).free().run().code(3).tells(&["the server does not know Whatever"]);
}
