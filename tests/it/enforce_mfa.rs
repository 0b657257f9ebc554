//! The main job on a real socket, seen by a second client.

use cippsh::simulator::{Settings, Simulator};
use serde_json::Value;

use crate::test::{Test, of_repository, simulator};

fn enforce(simulator: &Simulator, arguments: &[&str]) -> crate::test::Ran {
    let script = of_repository("scripts/enforce-mfa.rhai");
    Test::new(["run", script.to_str().unwrap()]).args(arguments).on(simulator).run()
}

/// The rows of an endpoint as another client sees them.
async fn rows(simulator: &Simulator, endpoint: &str, query: &str) -> Vec<Value> {
    let client = reqwest::Client::new();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", simulator.client_id()),
        ("client_secret", simulator.client_secret()),
        ("scope", &format!("api://{}/.default", simulator.client_id())),
    ];
    let answer = client.post(simulator.token_url()).form(&form).send().await.unwrap().bytes().await.unwrap();
    let token: Value = serde_json::from_slice(&answer).unwrap();
    let url = format!("{}/{endpoint}?{query}", simulator.url());
    let request = client.get(url).bearer_auth(token["access_token"].as_str().unwrap());
    let answer = request.send().await.unwrap().bytes().await.unwrap();
    serde_json::from_slice::<Value>(&answer).unwrap().as_array().unwrap().clone()
}

fn seen(simulator: &Simulator, endpoint: &str, query: &str) -> Vec<Value> {
    // Installed by whichever client comes first in this process.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(rows(simulator, endpoint, query))
}

/// Users of a tenant and their state, by object id.
fn states(simulator: &Simulator) -> Vec<(Value, String)> {
    let states = seen(simulator, "ListPerUserMFA", "tenantFilter=contoso.com&allUsers=true");
    let users = seen(simulator, "ListUsers", "tenantFilter=contoso.com");
    users
        .into_iter()
        .map(|user| {
            let state = states.iter().find(|state| state["id"] == user["id"]).unwrap();
            (user, state["perUserMfaState"].as_str().unwrap().to_string())
        })
        .collect()
}

fn is_enabled_member(user: &Value) -> bool {
    user["accountEnabled"] == true && user["userType"] == "Member"
}

fn writes(simulator: &Simulator) -> usize {
    simulator.requests().iter().filter(|seen| seen.path == "/api/ExecPerUserMFA").count()
}

#[test]
fn every_enabled_member_is_enforced_and_nobody_else() {
    let simulator = simulator(Settings::default());
    let before = states(&simulator);
    assert!(before.iter().any(|(user, state)| is_enabled_member(user) && state != "enforced"));
    assert!(before.iter().any(|(user, _)| !is_enabled_member(user)));

    let ran = enforce(&simulator, &["tenant=contoso.com"]).code(0);
    ran.tells(&["enforce MFA: ", " 0 not done"]);

    for ((user, before), (_, after)) in before.iter().zip(states(&simulator)) {
        let expected = if is_enabled_member(user) { "enforced" } else { before };
        assert_eq!(after, expected, "{}", user["userPrincipalName"]);
    }
    let missing = before.iter().filter(|(user, state)| is_enabled_member(user) && state != "enforced").count();
    assert_eq!(writes(&simulator), missing);

    enforce(&simulator, &["tenant=contoso.com"]).code(0);
    assert_eq!(writes(&simulator), missing, "the second run changes nothing");
}

#[test]
fn the_result_is_rows_with_before_and_after() {
    let simulator = simulator(Settings::default());
    let ran = enforce(&simulator, &["tenant=Contoso", "-o", "json"]).code(0);
    let rows: Value = serde_json::from_str(&ran.stdout).unwrap();
    let rows = rows.as_array().unwrap();
    assert!(rows.len() > 20);
    assert!(rows.iter().all(|row| row["after"] == "enforced" && row["user"].is_string()));
    assert!(rows.iter().any(|row| row["before"] == "disabled"));
    let table = enforce(&simulator, &["tenant=contoso.com", "-o", "table"]).code(0);
    assert!(table.stdout.contains("before") && table.stdout.contains("enforced"), "{}", table.stdout);
}

#[test]
fn somebody_who_is_left_out_stays_as_before() {
    let simulator = simulator(Settings::default());
    let before = states(&simulator);
    let (user, state) = before.iter().find(|(user, state)| is_enabled_member(user) && state != "enforced").unwrap();
    let name = user["userPrincipalName"].as_str().unwrap();
    enforce(&simulator, &["tenant=contoso.com", &format!("exclude={}", name.to_uppercase())]).code(0);
    let after = states(&simulator);
    assert_eq!(&after.iter().find(|(other, _)| other["id"] == user["id"]).unwrap().1, state);
}

#[test]
fn an_exclusion_that_matches_nobody_stops_it_before_any_write() {
    let simulator = simulator(Settings::default());
    let ran = enforce(&simulator, &["tenant=contoso.com", "exclude=nobody@contoso.com"]).code(1);
    ran.tells(&["\"nobody@contoso.com\" is to be left out, but contoso.com has no such user", "enforce-mfa.rhai"]);
    assert_eq!(writes(&simulator), 0);
}

#[test]
fn a_write_that_the_server_drops_is_not_called_done() {
    let faults =
        "[[fault]]\nendpoint = \"ExecPerUserMFA\"\nresults = \"Successfully set Per user MFA State\"\ntimes = 1\n";
    let settings =
        Settings { faults: Some(cippsh::simulator::Faults::parse(faults, "faults").unwrap()), ..Settings::default() };
    let simulator = simulator(settings);
    enforce(&simulator, &["tenant=contoso.com"]).code(3);
}
