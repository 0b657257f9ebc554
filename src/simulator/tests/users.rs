//! `ListUsers`.

use serde_json::{Value, json};

use super::{Client, Settings};

fn rows(client: &Client, what: &str) -> Vec<Value> {
    client.get(what).json().as_array().unwrap().clone()
}

#[test]
fn a_user_looks_as_in_graph_beta() {
    let client = Client::new(Settings::default());
    let users = rows(&client, "ListUsers?tenantFilter=contoso.com");
    assert_eq!(users.len(), 40);
    for user in &users {
        let row = user.as_object().unwrap();
        assert!(row.len() >= 60, "{} properties", row.len());
        assert!(row["onPremisesSyncEnabled"].is_boolean() && row["assignedPlans"].is_array());
        assert_eq!(row["primDomain"]["value"], row["userPrincipalName"].as_str().unwrap().split_once('@').unwrap().1);
    }
    let sizes: Vec<_> = users.iter().map(|user| user.to_string().len()).collect();
    assert!(sizes.iter().any(|size| *size > 6000) && sizes.iter().any(|size| *size < 3500), "{sizes:?}");
    assert!(users.iter().any(|user| user["manager"]["displayName"].is_string()));
}

#[test]
fn one_user_comes_as_an_array_with_fewer_properties() {
    let client = Client::new(Settings::default());
    let user = &rows(&client, "ListUsers?tenantFilter=contoso.com&UserID=Ann%40contoso.com")[0];
    assert_eq!(user["userPrincipalName"], "ann@contoso.com");
    assert!(user.get("lastPasswordChangeDateTime").is_some() && user.get("passwordPolicies").is_none());
    assert!(user.get("LastSigninDate").is_none());
    let detailed =
        &rows(&client, "ListUsers?tenantFilter=contoso.com&UserID=ann%40contoso.com&IncludeLogonDetails=false")[0];
    assert!(detailed["LastSigninDate"].as_str().unwrap().ends_with('\n'));
}

#[test]
fn a_filter_is_graphs() {
    let client = Client::new(Settings::default());
    let ann = rows(&client, "ListUsers?tenantFilter=contoso.com&graphFilter=startswith(mail,'ann@')");
    assert_eq!((ann.len(), ann[0]["userPrincipalName"].as_str()), (1, Some("ann@contoso.com")));
    let enforced = rows(&client, "ListUsers?tenantFilter=contoso.com&graphFilter=perUserMfaState%20eq%20'enforced'");
    assert!(!enforced.is_empty() && enforced.len() < 40 && enforced[0].get("perUserMfaState").is_none());
    let wrong = client.get("ListUsers?tenantFilter=contoso.com&graphFilter=nope%20eq%201");
    assert_eq!(wrong.status, 500);
    assert!(wrong.text().starts_with("Could not find a property named 'nope'"));
}

#[test]
fn what_is_not_there_is_not_told() {
    let client = Client::new(Settings { errors: 1, ..Settings::default() });
    let no_user = "Resource 'nobody@contoso.com' does not exist or one of its queried reference-property objects are not present.";
    for (query, status, body) in [
        ("tenantFilter=nowhere.example", 200, "[]"),
        ("tenantFilter=Contoso.com", 200, "[]"),
        ("tenantFilter=proseware.com", 200, "[]"),
        ("tenantFilter=nowhere.example&UserID=ann@contoso.com", 200, "[]"),
        ("tenantFilter=contoso.com&UserID=nobody@contoso.com", 500, no_user),
    ] {
        let answer = client.get(&format!("ListUsers?{query}"));
        assert_eq!((answer.status, answer.text().as_str()), (status, body), "{query}");
    }
    let broken = client.get("ListUsers?tenantFilter=tailspintoys.com");
    assert_eq!(broken.status, 500);
    assert!(broken.text().contains("tailspintoys.com"));
    let all = rows(&client, "ListUsers?tenantFilter=AllTenants");
    assert!(all[0]["Message"].as_str().unwrap().starts_with("This function has been deprecated for all users"));
}

#[test]
fn no_tenant_means_the_partner() {
    let client = Client::new(Settings::default());
    let users = rows(&client, "ListUsers");
    assert_eq!(users[0]["userPrincipalName"], "admin@adatum.com");
    assert_eq!(
        client.post("ListUsers", &json!({"tenantFilter": "contoso.com"})).json()[0]["userPrincipalName"],
        "admin@adatum.com"
    );
}
