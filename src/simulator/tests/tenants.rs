//! `ListTenants`.

use serde_json::Value;

use super::{Client, Settings};

fn names(client: &Client, what: &str) -> Vec<String> {
    let rows = client.get(what).json();
    rows.as_array().unwrap().iter().map(|row| row["defaultDomainName"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn lists_customers_by_name_without_the_excluded_one_and_the_partner() {
    let client = Client::new(Settings::default());
    for (query, expected) in [
        ("", vec!["contoso.com", "fabrikam.com", "tailspintoys.com"]),
        ("?AllTenantSelector=true", vec!["AllTenants", "contoso.com", "fabrikam.com", "tailspintoys.com"]),
        ("?AllTenantSelector=false", vec!["contoso.com", "fabrikam.com", "tailspintoys.com"]),
        ("?tenantFilter=fabrikam.com", vec!["fabrikam.com"]),
        ("?tenantFilter=Fabrikam.com", vec![]),
        ("?tenantFilter=proseware.com", vec![]),
    ] {
        assert_eq!(names(&client, &format!("ListTenants{query}")), expected, "{query}");
    }
}

#[test]
fn rows_have_the_fields_of_the_table() {
    let client = Client::new(Settings { errors: 1, partner: true, ..Settings::default() });
    let rows = client.get("ListTenants?Mode=TenantList&IncludeOffboardingDefaults=true").json();
    let rows = rows.as_array().unwrap();
    let row = |domain: &str| rows.iter().find(|row| row["defaultDomainName"] == domain).unwrap();
    let contoso = row("contoso.com");
    assert_eq!(contoso["initialDomainName"], "contoso.onmicrosoft.com");
    assert_eq!(contoso["customerId"], contoso["RowKey"]);
    assert_eq!(contoso["delegatedPrivilegeStatus"], "granularDelegatedAdminPrivileges");
    assert_eq!(contoso["GraphErrorCount"], 0);
    assert_eq!(contoso["offboardingDefaults"], Value::Null);
    assert!(contoso["portal_m365"].as_str().unwrap().ends_with("contoso.com"));
    assert_eq!(row("tailspintoys.com")["GraphErrorCount"], 3);
    assert!(row("tailspintoys.com")["LastGraphError"].as_str().unwrap().contains("AADSTS"));
    assert_eq!(row("adatum.com")["displayName"], "*Partner Tenant");
    assert!(row("adatum.com").get("relationshipEnd").is_none());
}

#[test]
fn many_tenants_have_names_of_their_own() {
    let client = Client::new(Settings { tenants: 500, users: 1000, ..Settings::default() });
    let mut names = names(&client, "ListTenants");
    assert!(names.contains(&"tenant0500.example".to_owned()));
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 500);
}

#[test]
fn clearing_the_cache_is_answered_as_queued() {
    let client = Client::new(Settings::default());
    let answer = client.post("ListTenants", &serde_json::json!({"ClearCache": true})).json();
    assert_eq!(answer["Results"][0]["Results"], "Cache has been cleared and a tenant refresh is queued.");
}
