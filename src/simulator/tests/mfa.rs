//! The legacy per-user state and the report.

use serde_json::{Value, json};

use super::{Client, Settings};

fn state(client: &Client, tenant: &str, user: &str) -> Value {
    client.get(&format!("ListPerUserMFA?tenantFilter={tenant}&userId={user}")).json()[0]["PerUserMFAState"].clone()
}

fn set(client: &Client, tenant: &str, user: &str, state: Value) -> (u16, Value) {
    let body = json!({"tenantFilter": tenant, "userPrincipalName": user, "State": state});
    let answer = client.post("ExecPerUserMFA", &body);
    (answer.status, answer.json()["Results"].clone())
}

#[test]
fn a_state_that_was_set_is_read_back() {
    let client = Client::new(Settings::default());
    assert_eq!(state(&client, "contoso.com", "ann@contoso.com"), "disabled");
    for word in
        [json!("enforced"), json!({"label": "Enabled", "value": "enabled"}), json!("Disabled"), json!("ENFORCED")]
    {
        let expected = json!(["Successfully set Per user MFA State for ann@contoso.com"]);
        assert_eq!(set(&client, "contoso.com", "ann@contoso.com", word.clone()), (200, expected));
        let word = word.get("value").unwrap_or(&word).as_str().unwrap().to_lowercase();
        assert_eq!(state(&client, "contoso.com", "ann@contoso.com"), word.as_str());
    }
    let all = client.get("ListPerUserMFA?tenantFilter=contoso.com&allUsers=true").json();
    let ann = all.as_array().unwrap().iter().find(|row| row["userPrincipalName"] == "ann@contoso.com").unwrap();
    assert_eq!(ann["perUserMfaState"], "enforced");
    assert_eq!(ann.as_object().unwrap().len(), 3);
    let report = client.get("ListMFAUsers?tenantFilter=contoso.com").json();
    assert_eq!(report[2]["PerUser"], "enforced");
    let stored = client.get("ListMFAUsers?tenantFilter=contoso.com&UseReportDB=true").json();
    assert_eq!(stored[2]["PerUser"], "disabled");
    assert!(stored[2]["CacheTimestamp"].is_string());
}

#[test]
fn setting_succeeds_where_there_is_nothing_to_set() {
    let client = Client::new(Settings::default());
    for (tenant, user) in [
        ("contoso.com", "nobody@contoso.com"),
        ("Contoso.com", "ann@contoso.com"),
        ("nowhere.example", "ann@contoso.com"),
        ("proseware.com", "ann@proseware.com"),
        ("", "ann@contoso.com"),
    ] {
        let expected = json!([format!("Successfully set Per user MFA State for {user}")]);
        assert_eq!(set(&client, tenant, user, json!("enforced")), (200, expected), "{tenant}");
    }
    assert_eq!(state(&client, "contoso.com", "ann@contoso.com"), "disabled");
}

#[test]
fn without_a_tenant_the_partner_is_written_to() {
    let client = Client::new(Settings::default());
    let body = json!({"userPrincipalName": "ann@adatum.com", "State": "enforced"});
    assert_eq!(client.post("ExecPerUserMFA?tenantFilter=contoso.com", &body).status, 200);
    assert_eq!(state(&client, "adatum.com", "ann@adatum.com"), "enforced");
}

#[test]
fn a_wrong_state_is_refused() {
    let client = Client::new(Settings::default());
    for word in [Value::Null, json!("on"), json!(""), json!({"label": "enforced"})] {
        let (status, results) = set(&client, "contoso.com", "ann@contoso.com", word.clone());
        assert_eq!(status, 500, "{word}");
        assert!(results[0].as_str().unwrap().starts_with("Failed to set Per user MFA State for ann@contoso.com"));
    }
}

#[test]
fn a_guest_is_written_by_id_only() {
    let client = Client::new(Settings::default());
    let users = client.get("ListUsers?tenantFilter=contoso.com").json();
    let guest = users.as_array().unwrap().iter().find(|user| user["userType"] == "Guest").unwrap();
    let (upn, id) = (guest["userPrincipalName"].as_str().unwrap(), guest["id"].as_str().unwrap());
    assert_eq!(set(&client, "contoso.com", upn, json!("enforced")).0, 200);
    assert_eq!(state(&client, "contoso.com", id), "disabled");
    let body = json!({"tenantFilter": "contoso.com", "userPrincipalName": upn, "userId": id, "State": "enforced"});
    client.post("ExecPerUserMFA", &body);
    assert_eq!(state(&client, "contoso.com", id), "enforced");
    assert_eq!(
        client.get(&format!("ListPerUserMFA?tenantFilter=contoso.com&userId={}", upn.replace('#', "%23"))).status,
        500
    );
}

#[test]
fn reading_tells_what_it_can() {
    let client = Client::new(Settings::default());
    for (query, status) in [
        ("tenantFilter=nowhere.example&userId=ann@contoso.com", 200),
        ("tenantFilter=nowhere.example&allUsers=true", 200),
        ("tenantFilter=contoso.com&userId=nobody@contoso.com", 500),
    ] {
        let answer = client.get(&format!("ListPerUserMFA?{query}"));
        assert_eq!(answer.status, status, "{query}");
        let rows = answer.json();
        if status == 200 {
            assert_eq!(rows, json!([]), "{query}");
        } else {
            assert!(rows[0].as_str().unwrap().starts_with("Failed to get MFA State for nobody@contoso.com"));
        }
    }
    let neither = client.get("ListPerUserMFA?tenantFilter=contoso.com").json();
    assert_eq!(neither[0]["PerUserMFAState"].as_array().unwrap().len(), 40);
}

#[test]
fn the_report_over_all_tenants_waits_for_a_job() {
    let client = Client::new(Settings::default());
    for _ in 0..3 {
        let rows = client.get("ListMFAUsers?tenantFilter=AllTenants").json();
        assert_eq!(rows, json!([{"UPN": "Loading data for all tenants. Please check back in a few minutes"}]));
    }
    let rows = client.get("ListMFAUsers?tenantFilter=AllTenants").json();
    assert_eq!(rows.as_array().unwrap().len(), 120);
    assert_eq!(rows[119]["Tenant"], "tailspintoys.com");
}
