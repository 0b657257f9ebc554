//! Writes are believed when a read shows them, and sent to users who exist.

use cippsh::simulator::{Faults, Settings, Simulator};
use serde_json::Value;

use crate::test::{Ran, Test, simulator};

fn with_faults(text: &str) -> Simulator {
    simulator(Settings { faults: Some(Faults::parse(text, "faults").unwrap()), ..Settings::default() })
}

fn eval(simulator: &Simulator, code: &str, more: &[&str]) -> Ran {
    Test::new(["eval", "-o", "json", code]).free().args(more).on(simulator).run()
}

fn value(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap()
}

/// The requests to an endpoint, as query and body.
fn sent(simulator: &Simulator, endpoint: &str) -> Vec<(String, String)> {
    let path = format!("/api/{endpoint}");
    simulator.requests().into_iter().filter(|seen| seen.path == path).map(|seen| (seen.query, seen.body)).collect()
}

/// A user whose state is not enforced yet, of the wanted kind.
const SOMEBODY: &str = r#"
    let t = "contoso.com";
    let states = #{};
    for row in ListPerUserMFA(#{ tenantFilter: t, allUsers: true }) { states[row.id] = row.perUserMfaState; }
    let users = ListUsers(#{ tenantFilter: t }).filter(|u| states[u.id] != "enforced");
    let enforce = |u| ExecPerUserMFA(#{ tenantFilter: "contoso.com", userPrincipalName: u, State: "enforced" });
"#;

fn enforce(user: &str) -> String {
    format!("{SOMEBODY} let r = enforce.call({user}); [r.status, r.done, r.message]")
}

#[test]
fn a_write_that_shows_is_verified() {
    let simulator = simulator(Settings::default());
    for user in ["users[0].userPrincipalName", "users[1].id", "users[2]"] {
        let ran = eval(&simulator, &enforce(user), &[]).code(0);
        assert_eq!(value(&ran)[0], "verified", "{user}");
        ran.tells(&["1 write: 1 verified, 0 accepted"]);
    }
}

#[test]
fn a_write_that_the_server_drops_is_contradicted() {
    let simulator = with_faults("[[fault]]\nendpoint = \"ExecPerUserMFA\"\nresults = \"Successfully set it\"\n");
    let ran = eval(&simulator, &enforce("users[0]"), &[]).code(3);
    assert_eq!(value(&ran)[0], "contradicted");
    assert_eq!(value(&ran)[1], false);
    let message = value(&ran)[2].as_str().unwrap().to_owned();
    assert!(message.contains("not \"enforced\"") && message.contains("Successfully set it"), "{message}");
    ran.tells(&["0 verified, 0 accepted, 0 queued, 1 not done"]);

    let ran = eval(&simulator, &enforce("users[0]"), &["--no-verify"]).code(0);
    assert_eq!(value(&ran)[0], "accepted");
}

#[test]
fn a_lost_answer_is_verified_or_stays_in_doubt() {
    let fault = "[[fault]]\nendpoint = \"ExecPerUserMFA\"\nreset = \"before\"\n";
    let applied = with_faults(&format!("{fault}apply = true\n"));
    let ran = eval(&applied, &enforce("users[0]"), &[]).code(0);
    assert_eq!(value(&ran)[0], "verified");
    ran.tells(&["1 verified", "0 not done"]);

    let dropped = with_faults(&format!("{fault}apply = false\n"));
    let ran = eval(&dropped, &enforce("users[0]"), &[]).code(3);
    ran.tells(&["the change may have been made", "read back: PerUserMFAState is", "1 not done"]);

    let unread = with_faults(&format!("{fault}apply = true\n"));
    eval(&unread, &enforce("users[0]"), &["--no-verify"]).code(3).tells(&["1 not done"]);
}

#[test]
fn what_cannot_be_read_is_unconfirmed() {
    let simulator = with_faults("[[fault]]\nendpoint = \"ListPerUserMFA\"\nafter = 1\nstatus = 500\nbody = \"boom\"\n");
    let ran = eval(&simulator, &enforce("users[0]"), &[]).code(3);
    assert_eq!(value(&ran)[0], "unconfirmed");
    assert!(value(&ran)[2].as_str().unwrap().contains("boom"), "{}", ran.stdout);
}

#[test]
fn nothing_is_sent_to_somebody_who_does_not_exist() {
    let simulator = simulator(Settings::default());
    for user in ["\"nobody@contoso.com\"", "\"00000000-0000-0000-0000-000000000000\"", "#{ id: \"x\" }"] {
        eval(&simulator, &enforce(user), &[]).code(1).tells(&["no user", "in contoso.com"]);
    }
    assert_eq!(sent(&simulator, "ExecPerUserMFA"), []);
}

#[test]
fn a_guest_goes_by_its_id() {
    let simulator = simulator(Settings::default());
    let code = enforce("users.find(|u| u.userType == \"Guest\").userPrincipalName");
    let ran = eval(&simulator, &code, &[]).code(0);
    assert_eq!(value(&ran)[0], "verified");
    let body: Value = serde_json::from_str(&sent(&simulator, "ExecPerUserMFA")[0].1).unwrap();
    assert_eq!(body["userPrincipalName"].as_str().unwrap().len(), 36, "{body}");
}

#[test]
fn nothing_is_sent_when_users_cannot_be_looked_up() {
    let fault = "[[fault]]\nendpoint = \"ListGraphRequest\"\nstatus = 403\nbody = \"Access to this CIPP API endpoint is not allowed\"\n";
    let simulator = with_faults(fault);
    let ran = eval(&simulator, &enforce("users[0]"), &[]).code(4);
    ran.tells(&["the users of contoso.com are looked up, and nothing was sent", "hint: "]);
    assert_eq!(sent(&simulator, "ExecPerUserMFA"), []);
}

#[test]
fn a_bulk_reads_once_for_each_tenant() {
    let simulator = simulator(Settings::default());
    let code = r#"
        let items = [];
        for t in ["contoso.com", "fabrikam.com"] {
            for u in ListUsers(#{ tenantFilter: t }) { items.push(#{ t: t, u: u }); }
        }
        let report = bulk(items, |i| ExecPerUserMFA(#{ tenantFilter: i.t, userPrincipalName: i.u, State: "enforced" }));
        [report.total, report.verified, report.items.all(|i| i.done && i.value.status == "verified")]
    "#;
    let ran = eval(&simulator, code, &[]).code(0);
    assert_eq!(value(&ran), serde_json::json!([80, 80, true]));
    let reads = sent(&simulator, "ListPerUserMFA");
    assert_eq!(reads.len(), 2, "{reads:#?}");
    assert!(reads.iter().all(|(query, _)| query.contains("allUsers=true")), "{reads:#?}");
    assert_ne!(reads[0].0.split("_imp=").nth(1), reads[1].0.split("_imp=").nth(1));
    assert_eq!(sent(&simulator, "ListGraphRequest").len(), 2, "users are looked up once for each tenant");
}

#[test]
fn an_item_of_a_bulk_is_what_its_writes_are() {
    let fault = "[[fault]]\nendpoint = \"ExecPerUserMFA\"\nresults = \"Successfully set it\"\ntimes = 1\n";
    let simulator = with_faults(fault);
    let code = format!(
        "{SOMEBODY} let report = bulk([users[0], users[1]], #{{ concurrency: 1 }}, enforce); \
         report.items.map(|i| [i.status, i.done, i.value.status])"
    );
    let ran = eval(&simulator, &code, &[]).code(3);
    let expected = serde_json::json!([["contradicted", false, "contradicted"], ["verified", true, "verified"]]);
    assert_eq!(value(&ran), expected);
    ran.tells(&["2 writes: 1 verified, 0 accepted, 0 queued, 1 not done"]);
}

#[test]
fn somebody_made_in_the_same_run_is_found() {
    let simulator = simulator(Settings::default());
    let code = r#"
        let t = "contoso.com";
        ExecPerUserMFA(#{ tenantFilter: t, userPrincipalName: "ann@contoso.com", State: "enforced" });
        AddUser(#{ tenantFilter: t, username: "neo", Domain: t, DisplayName: "Neo", givenName: "Neo", surname: "One", usageLocation: "US" });
        ExecPerUserMFA(#{ tenantFilter: t, userPrincipalName: "neo@contoso.com", State: "enforced" }).status
    "#;
    let ran = eval(&simulator, code, &[]).code(0);
    assert_eq!(value(&ran), "verified");
    assert_eq!(sent(&simulator, "ListGraphRequest").len(), 2, "users are read again once");
}
