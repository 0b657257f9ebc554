//! `ListLogs`: the trace of every write.

use serde_json::{Value, json};

use super::{Client, Settings};

fn messages(client: &Client, query: &str) -> Vec<String> {
    let rows = client.get(&format!("ListLogs{query}")).json();
    rows.as_array().unwrap().iter().map(|row| row["Message"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn each_result_of_a_write_is_an_entry_newest_first() {
    let client = Client::new(Settings::default());
    assert_eq!(client.get("ListLogs").json(), json!([]));
    let set = |tenant: &str, user: &str, state: &str| {
        let body = json!({"tenantFilter": tenant, "userPrincipalName": user, "State": state});
        client.post("ExecPerUserMFA", &body).json()["Results"][0].as_str().unwrap().to_owned()
    };
    let good = set("contoso.com", "ann@contoso.com", "enforced");
    let bad = set("fabrikam.com", "bob@fabrikam.com", "on");
    client.get("ListUsers?tenantFilter=contoso.com");
    let stand_in =
        client.post("ExecDisableUser", &json!({"tenantFilter": "contoso.com", "ID": "ann@contoso.com"})).json();
    let rows = client.get("ListLogs").json();
    let said = |row: &Value| (row["API"].clone(), row["Tenant"].clone(), row["Severity"].clone());
    assert_eq!(rows.as_array().unwrap().len(), 3);
    assert_eq!(
        rows[0]["Message"],
        *[&stand_in["Results"], &stand_in["Results"][0]].into_iter().find(|text| text.is_string()).unwrap()
    );
    assert_eq!((rows[1]["Message"].as_str(), rows[2]["Message"].as_str()), (Some(bad.as_str()), Some(good.as_str())));
    assert_eq!(said(&rows[1]), (json!("ExecPerUserMFA"), json!("fabrikam.com"), json!("Error")));
    assert_eq!(said(&rows[2]), (json!("ExecPerUserMFA"), json!("contoso.com"), json!("Info")));
    let day = rows[2]["DateFilter"].as_str().unwrap().to_owned();
    for (query, expected) in [
        ("?Severity=error", 3),
        ("?Filter=true&Severity=error", 1),
        ("?Filter=true&Severity=error,info", 3),
        ("?Filter=true&Tenant=contoso.com", 2),
        ("?Filter=true&Tenant=AllTenants", 3),
        ("?Filter=true&API=peruser", 2),
        ("?Filter=true&User=sim*", 3),
        ("?Filter=true&User=sim", 0),
        ("?Filter=true&StartDate=20200101&EndDate=20200102", 0),
        ("?Filter=true&StartDate=20200101", 0),
        (&format!("?Filter=true&StartDate=20200101&EndDate={day}"), 3),
    ] {
        assert_eq!(messages(&client, query).len(), expected, "{query}");
    }
    entries_are_found_by_day_and_by_key(&client, &day, &rows[2]);
}

fn entries_are_found_by_day_and_by_key(client: &Client, day: &str, entry: &Value) {
    assert_eq!(client.get("ListLogs?ListLogs=false").json(), json!([{"value": day, "label": day}]));
    let key = entry["RowKey"].as_str().unwrap();
    let single = client.get(&format!("ListLogs?logentryid={key}")).json();
    assert_eq!(single[0]["Message"], entry["Message"]);
    assert!(single[0].get("Standard").is_some() && single[0].get("StandardInfo").is_none());
    assert_eq!(client.get("ListLogs?Filter=true&API=(").status, 500);
}
