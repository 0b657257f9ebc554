//! `cippsh connection`, and secrets: where they are kept, and that they are found nowhere else.

use std::{fs, path::Path};

use cippsh::simulator::{Faults, Settings, Simulator};
use serde_json::Value;

use crate::test::{Ran, Test, simulator};

const ID: &str = "11111111-2222-4333-8444-555555555555";
const RESET: &str = r#"let user = ListUsers(#{ tenantFilter: "contoso.com" })[0];
    let done = ExecResetPass(#{ tenantFilter: "contoso.com", ID: user.id, MustChange: true, displayName: "x" });"#;

fn add<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let given = ["connection", "add", "lab", "--url", "https://cipp.example", "--tenant-id", ID, "--client-id", ID];
    [&given, more].concat()
}

#[test]
fn a_connection_is_added_listed_and_removed() {
    let before = "# mine\n\n[connections.old]\nurl = \"https://old.example\"\ntenant_id = \"t\"\nclient_id = \"c\"\nsecret = { file = \"x\" }\n";
    let test = |arguments: &[&str], text: &str| {
        Test::new(arguments).file("cippsh/config.toml", text).keeping("cippsh/config.toml").run()
    };
    let added = test(&add(&["--secret-command", "pass cipp"]), before).code(0).stdout("");
    let text = added.file();
    assert_eq!(
        text,
        format!(
            "{before}\n[connections.lab]\nurl = \"https://cipp.example\"\ntenant_id = \"{ID}\"\nclient_id = \"{ID}\"\nsecret = {{ command = \"pass cipp\" }}\nread_only = true\n"
        )
    );
    added.tells(&["connection \"lab\" (read-only) is added to ", "cippsh connection test lab"]);
    let rows = r#"[{"name":"lab","url":"https://cipp.example","read_only":true,"secret":"a command"},{"name":"old","url":"https://old.example","read_only":false,"secret":"file x"}]"#;
    test(&["connection", "list"], &text).code(0).stdout(&format!("{rows}\n"));
    let removed = test(&["connection", "remove", "lab"], &text).code(0);
    assert_eq!(removed.file(), format!("{before}\n"));
    test(&add(&["--secret-env", "X"]), &text).code(2).tells(&["there is a connection \"lab\" already"]);
    test(&["connection", "remove", "lap"], &text).code(2).tells(&["no connection \"lap\""]);
    let written = test(&add(&["--secret-env", "X", "--read-write"]), "").code(0).file();
    assert!(written.contains("secret = { env = \"X\" }\nread_only = false\n"), "{written}");
}

#[test]
fn what_is_missing_or_wrong_is_refused_before_anything_is_kept() {
    let ran = Test::new(["connection", "add"]).run().code(2);
    ran.tells(&["there is nobody to ask", "NAME; --url; --tenant-id; --client-id; --secret-stdin"]);
    Test::new(add(&["--secret-keyring"])).run().code(2).tells(&["nobody to ask for the secret", "--secret-stdin"]);
    Test::new(add(&["--secret-env", "X", "--secret-file", "y"])).run().code(2).tells(&["cannot be used with"]);
    let ran = Test::new(add(&["--secret-env", "X", "--client-id", "Hush-1~pasted"])).run().code(2);
    assert!(!ran.stderr.contains("Hush-1"), "{}", ran.stderr);
    let plain = ["connection", "add", "lab", "--url", "http://cipp.example", "--tenant-id", ID, "--client-id", ID];
    Test::new(plain).args(["--secret-env", "X"]).run().code(2).tells(&["plain http"]);
    let odd = ["connection", "add", "a.b", "--url", "https://cipp.example", "--tenant-id", ID, "--client-id", ID];
    Test::new(odd).args(["--secret-env", "X"]).run().code(2).tells(&["letters, digits, - and _ only"]);
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_keyring_the_other_ways_are_named() {
    let test = Test::new(add(&["--secret-stdin"])).env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
    let ran = test.keeping("cippsh/config.toml").stdin("Hush-1~planted\n").run().code(4);
    assert!(!ran.stderr.contains("Hush-1"), "{}", ran.stderr);
    assert_eq!(ran.file(), "", "nothing is kept without its secret");
    ran.tells(&["the keyring of this system cannot be used", "--secret-env NAME, --secret-file FILE"]);
}

#[test]
fn secrets_of_answers_go_into_the_file_and_nowhere_else() {
    let simulator = simulator(Settings::default());
    let test = |code: &str, more: &[&str]| {
        Test::new(["eval", "--verbose", code]).args(more).on(&simulator).keeping("secrets").run()
    };
    let ran = test(&format!("{RESET} print(done); done"), &["--secrets-to", "secrets"]).code(0);
    let kept: Value = serde_json::from_str(&ran.file()).unwrap();
    let password = kept["value"].as_str().unwrap();
    assert!(password.starts_with("Sim!"), "{kept}");
    assert_eq!((&kept["endpoint"], &kept["tenant"]), (&"ExecResetPass".into(), &"contoso.com".into()));
    assert_eq!(kept["of"].as_str().unwrap().len(), 36);
    nowhere(&ran, password);
    // A call and a new user.
    let user = r#"AddUser(#{ tenantFilter: "contoso.com", DisplayName: "New One", GivenName: "New", Surname: "One", Username: "new.one", PrimDomain: "contoso.com", usageLocation: "AT" })"#;
    let ran = test(user, &["--secrets-to", "secrets"]);
    let kept: Value = serde_json::from_str(ran.file().lines().next().unwrap_or_default()).unwrap();
    assert_eq!(kept["of"], "new.one@contoso.com", "{kept}");
    nowhere(&ran, kept["value"].as_str().unwrap());
}

#[cfg(unix)]
#[test]
fn a_file_for_secrets_that_cannot_be_is_refused_before_the_first_call() {
    let simulator = simulator(Settings::default());
    let readable = Test::new(["eval", RESET, "--secrets-to", "secrets"]).file("secrets", "").on(&simulator).run();
    readable.code(2).tells(&["secrets cannot be kept in secrets", "others can read it", "chmod 600 secrets"]);
    let nowhere = Test::new(["eval", RESET, "--secrets-to", "none/secrets"]).on(&simulator).run();
    nowhere.code(2).tells(&["secrets cannot be kept in none/secrets"]);
    assert_eq!(simulator.requests(), []);
}

#[test]
fn planted_secrets_are_found_nowhere() {
    let faults = r#"
        [[fault]]
        endpoint = "ExecPerUserMFA"
        status = 500
        results = "Failed: eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJwbGFudGVkIn0.planted-token and client_secret=planted-secret-1 and Password: Planted.1-x"
    "#;
    // The same seed makes the same secret; this server repeats it, as the real one repeats headers.
    let secret = simulator(Settings::default()).client_secret().to_owned();
    let repeated = format!("[[fault]]\nendpoint = \"ListGroups\"\nstatus = 500\nbody = \"it was {secret}\"\n");
    let planted = ["planted-token", "planted-secret-1", "Planted.1-x", "eyJhbGci"];
    let faults = Faults::parse(&format!("{faults}\n{repeated}"), "faults").unwrap();
    let simulator = simulator(Settings { faults: Some(faults), ..Settings::default() });
    assert_eq!(simulator.client_secret(), secret);
    let write = r#"ExecPerUserMFA(#{ tenantFilter: "contoso.com", userPrincipalName: ListUsers(#{ tenantFilter: "contoso.com" })[0].userPrincipalName, State: "enforced" })"#;
    for code in [
        write.to_owned(),
        format!(
            "try {{ {write} }} catch (e) {{ log::info(e.message); log::warn(e.results[0]); log::error(`${{e}}`); throw e }}"
        ),
        format!("try {{ {write} }} catch (e) {{ throw e.message }}"),
        format!("attempt(|| {write}); bulk([1], |x| {write}).summary()"),
        format!("{RESET} throw done"),
        format!("{RESET} throw `${{done}} of ${{done.results}}`"),
        r#"ListGroups(#{ tenantFilter: "contoso.com" })"#.to_owned(),
        r#"ListApiTest(#{})"#.to_owned(),
        r#"api("ListApiTest", #{})"#.to_owned(),
    ] {
        let ran = Test::new(["eval", "--verbose", "-o", "json", &code]).on(&simulator).keep_directory().run();
        for secret in planted.iter().chain([&simulator.client_secret()]) {
            nowhere(&ran, secret);
        }
        assert!(!ran.stderr.contains("eyJ") && !ran.stdout.contains("eyJ"), "{code}\n{}{}", ran.stdout, ran.stderr);
        nowhere(&ran, "Sim!");
    }
}

/// Whether a secret stands in what was printed or in any file of the directory, the file for secrets aside.
#[track_caller]
fn nowhere(ran: &Ran, secret: &str) {
    assert!(!secret.is_empty());
    assert!(!ran.stdout.contains(secret), "stdout has {secret}:\n{}", ran.stdout);
    assert!(!ran.stderr.contains(secret), "stderr has {secret}:\n{}", ran.stderr);
    let mut files = Vec::new();
    gather(ran.directory(), &mut files);
    for path in files.iter().filter(|path| !path.ends_with("secrets")) {
        let bytes = fs::read(path).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains(secret), "{} has {secret}", path.display());
    }
}

fn gather(directory: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { gather(&path, files) } else { files.push(path) }
    }
}

/// What others see of a process that runs: its arguments.
#[cfg(target_os = "linux")]
#[test]
fn arguments_hold_no_secret() {
    let simulator = simulator(Settings::default());
    let (mut child, _directory) = Test::new(["eval", "ListTenants(#{}); sleep(60)"]).on(&simulator).spawn();
    let line = fs::read(format!("/proc/{}/cmdline", child.id())).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!String::from_utf8_lossy(&line).contains(simulator.client_secret()));
}

fn with_role(permissions: &str) -> Simulator {
    let body = format!(r#"{{"clientPrincipal":{{"appId":"x","appRole":["lab"]}},"permissions":[{permissions}]}}"#);
    let faults = format!("[[fault]]\nendpoint = \"me\"\nbody = '{body}'\n");
    simulator(Settings { faults: Some(Faults::parse(&faults, "faults").unwrap()), ..Settings::default() })
}

fn asked(simulator: &Simulator, endpoint: &str) -> usize {
    simulator.requests().iter().filter(|seen| seen.path == format!("/api/{endpoint}")).count()
}

const MFA: &str = r#"fn set(user) { ExecPerUserMFA(#{ tenantFilter: "contoso.com", userPrincipalName: user.userPrincipalName, State: "enforced" }) }
    let users = ListUsers(#{ tenantFilter: "contoso.com" });"#;

#[test]
fn missing_permissions_are_told_before_anything_is_written() {
    let simulator = with_role(r#""Identity.User.ReadWrite","Tenant.Administration.Read""#);
    let code = format!(
        r#"{MFA} bulk(users, |u| {{ if u == 1 {{ AddStandardsTemplate(#{{}}) }} set(u) }}); try {{ set(users[0]) }} catch (e) {{ print("caught") }}"#
    );
    let ran = Test::new(["eval", &code]).free().on(&simulator).run().code(4).stdout("");
    ran.tells(&[
        "lacks permissions",
        "AddStandardsTemplate needs Tenant.Standards.ReadWrite",
        "Integrations > CIPP-API",
    ]);
    assert_eq!((asked(&simulator, "me"), asked(&simulator, "ExecPerUserMFA")), (1, 0));
    // What only modules call is looked at when it is called.
    let lib = r#"fn f() { ExecOffloadFunctions(#{ Action: "ListCurrent" }); ExecRunBackup(#{}) }"#;
    let code = format!("import \"lib\" as lib; {MFA} set(users[0]); lib::f()");
    let ran = Test::new(["eval", &code]).free().file("lib.rhai", lib).on(&simulator).run().code(4);
    ran.tells(&["lacks permissions", "CIPP."]);
}

#[test]
fn a_single_call_is_looked_at_too() {
    let simulator = with_role(r#""Identity.User.Read","Tenant.Administration.Read""#);
    let code = r#"ListUsers(#{ tenantFilter: "contoso.com" })[0].userPrincipalName"#;
    let ran = Test::new(["eval", code]).on(&simulator).run().code(0);
    let user = format!("user_id={}", ran.stdout.trim().trim_matches('"'));
    let call = ["call", "user::set_per_user_mfa", "tenant_filter=contoso.com", &user, "mfa_state=enforced"];
    let ran = Test::new(call).on(&simulator).run().code(4).stdout("");
    ran.tells(&["ExecPerUserMFA needs Identity.User.ReadWrite"]);
    assert_eq!(asked(&simulator, "ExecPerUserMFA"), 0);
}

#[test]
fn many_at_once_keep_their_secrets_line_by_line() {
    let simulator = simulator(Settings::default());
    let code = r#"bulk(ListUsers(#{ tenantFilter: "contoso.com" }), |user| ExecResetPass(#{ tenantFilter: "contoso.com", ID: user.id, MustChange: true, displayName: "x" })).summary()"#;
    let ran = Test::new(["eval", code, "--secrets-to", "secrets", "--concurrency", "16"]).free().on(&simulator);
    let ran = ran.keeping("secrets").run().code(0);
    let kept: Vec<Value> = ran.file().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut users: Vec<&str> = kept.iter().map(|line| line["of"].as_str().unwrap()).collect();
    users.sort_unstable();
    users.dedup();
    assert_eq!((kept.len(), users.len()), (40, 40));
    for line in &kept {
        nowhere(&ran, line["value"].as_str().unwrap());
    }
}

#[test]
fn enough_permissions_cost_one_request_and_reads_none() {
    let simulator = with_role(r#""Identity.User.ReadWrite","Tenant.Administration.Read""#);
    let ran =
        Test::new(["eval", &format!("{MFA} bulk(users, |u| set(u)).summary()")]).free().on(&simulator).run().code(0);
    assert_eq!(asked(&simulator, "me"), 1);
    let banner = format!("connection \"environment\" · {} · 3 tenants\n", simulator.origin());
    assert_eq!(ran.stderr.matches(&banner).count(), 1, "{}", ran.stderr);
    let ran = Test::new(["eval", "--quiet", &format!("{MFA} set(users[0]).done")]).on(&simulator).run().code(0);
    ran.stdout("true\n").stderr("");
    let ran = Test::new(["eval", &format!("{MFA} users.len()")]).on(&simulator).run().code(0);
    assert!(!ran.stderr.contains("connection \""), "{}", ran.stderr);
    assert_eq!(asked(&simulator, "me"), 2);
}

#[test]
fn where_the_server_does_not_say_it_goes_on() {
    let simulator = with_role("");
    let code = format!("{MFA} set(users[0]).done");
    let ran = Test::new(["eval", &code]).on(&simulator).run().code(0).stdout("true\n");
    assert!(!ran.stderr.contains("does not tell"), "{}", ran.stderr);
    let ran = Test::new(["eval", "--verbose", &code]).on(&simulator).run().code(0);
    ran.tells(&["the server does not tell what the client may do"]);
}
