//! `ListGraphRequest`.

use serde_json::{Value, json};

use super::{Client, Settings};

fn graph(client: &Client, query: &str) -> Value {
    client.get(&format!("ListGraphRequest?tenantFilter=contoso.com&{query}")).json()
}

fn names(answer: &Value) -> Vec<&str> {
    let rows = answer["Results"].as_array().unwrap();
    rows.iter().map(|row| row["userPrincipalName"].as_str().unwrap()).collect()
}

#[test]
fn users_come_with_tenant_and_status_and_the_call_is_echoed() {
    let client = Client::new(Settings::default());
    let answer = graph(&client, "Endpoint=users&$select=id,displayName&Version=beta");
    assert_eq!(answer["Results"].as_array().unwrap().len(), 40);
    let keys: Vec<_> = answer["Results"][2].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "displayName", "Tenant", "CippStatus"]);
    assert_eq!(answer["Results"][2]["Tenant"], "contoso.com");
    assert_eq!(answer["Results"][2]["CippStatus"], "Good");
    assert_eq!(answer["Metadata"]["Endpoint"], "users");
    assert_eq!(answer["Metadata"]["Parameters"], json!({"$select": "id,displayName"}));
    assert_eq!(answer["Metadata"]["Version"], "beta");
    assert!(answer["Metadata"].get("nextLink").is_none());
}

#[test]
fn what_is_selected_decides_what_comes() {
    let client = Client::new(Settings::default());
    for (query, present, absent) in [
        ("Endpoint=users", "assignedPlans", "signInActivity"),
        ("Endpoint=users&Version=v1.0", "jobTitle", "assignedPlans"),
        ("Endpoint=users&$select=signInActivity", "signInActivity", "id"),
        ("Endpoint=users&$select=PERUSERMFASTATE", "perUserMfaState", "id"),
        ("Endpoint=users&$select=passwordProfile/password,mail", "passwordProfile", "id"),
    ] {
        let answer = graph(&client, query);
        let row = answer["Results"][2].as_object().unwrap();
        assert!(row.contains_key(present) && !row.contains_key(absent), "{query}: {row:?}");
    }
}

#[test]
fn filters_and_order_are_graphs() {
    let client = Client::new(Settings { users: 4, ..Settings::default() });
    let (admin, glass, ann, bob) =
        ("admin@contoso.com", "breakglass@contoso.com", "ann@contoso.com", "bob@contoso.com");
    for (query, expected) in [
        ("$filter=userPrincipalName%20eq%20'ANN@contoso.com'", vec![ann]),
        ("graphFilter=startswith(userPrincipalName,'b')%20and%20accountEnabled%20eq%20true", vec![glass, bob]),
        ("$orderby=displayName", vec![admin, ann, bob, glass]),
        ("$orderby=displayName%20desc", vec![glass, bob, ann, admin]),
        ("$orderby=givenName&$top=2&NoPagination=true", vec![admin, glass]),
        ("$filter=perUserMfaState%20eq%20'enforced'", vec![admin]),
        ("$filter=assignedLicenses/$count%20ne%200", vec![ann, bob]),
        ("$filter=mail%20eq%20'nobody'", vec![]),
    ] {
        let answer = graph(&client, &format!("Endpoint=users&$select=userPrincipalName&{query}"));
        assert_eq!(names(&answer), expected, "{query}");
    }
    assert_eq!(names(&graph(&client, "Endpoint=users/ann@contoso.com")), ["ann@contoso.com"]);
    assert_eq!(names(&graph(&client, "Endpoint=/users/ann@contoso.com")), ["ann@contoso.com"]);
}

#[test]
fn pages_are_followed_by_the_caller_only_when_asked() {
    let client = Client::new(Settings { users: 250, ..Settings::default() });
    let count = |query: &str| graph(&client, query)["Results"].as_array().unwrap().len();
    assert_eq!(count("Endpoint=users&$top=10"), 250);
    assert_eq!(count("Endpoint=users&$top=10&NoPagination=true"), 10);
    assert_eq!(count("Endpoint=users&NoPagination=true"), 100);
    assert_eq!(graph(&client, "Endpoint=users&CountOnly=true")["Results"], json!([250]));
    let mut seen = Vec::new();
    let mut link = String::new();
    loop {
        let page = graph(&client, &format!("Endpoint=users&$top=100&$select=id&manualPagination=true&nextLink={link}"));
        seen.extend(page["Results"].as_array().unwrap().iter().map(|row| row["id"].to_string()));
        let Some(next) = page["Metadata"]["nextLink"].as_str() else { break };
        link = next.replace('&', "%26").replace('?', "%3F");
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 250);
}

#[test]
fn properties_can_be_listed() {
    let client = Client::new(Settings::default());
    let answer = graph(&client, "Endpoint=users&ListProperties=true");
    assert!(answer["Results"].as_array().unwrap().contains(&json!("userPrincipalName")));
}

#[test]
fn each_wrong_call_is_refused_with_text() {
    let client = Client::new(Settings { errors: 1, ..Settings::default() });
    for (query, status, expected) in [
        (
            "tenantFilter=nowhere.example&Endpoint=users",
            400,
            "Graph Error: Graph request denied for 'nowhere.example': ",
        ),
        ("tenantFilter=Contoso.com&Endpoint=users", 400, "Graph Error: Graph request denied for 'Contoso.com': "),
        ("tenantFilter=tailspintoys.com&Endpoint=users", 400, "AADSTS65001"),
        ("tenantFilter=contoso.com&Endpoint=users/nobody", 400, "Graph Error: Resource 'nobody' does not exist"),
        ("tenantFilter=contoso.com&Endpoint=users&$select=nope", 400, "Could not find a property named 'nope'"),
        ("tenantFilter=contoso.com&Endpoint=users&$orderby=nope", 400, "Could not find a property named 'nope'"),
        ("tenantFilter=contoso.com&Endpoint=users&$filter=mail", 400, "Graph Error: Invalid filter clause"),
        ("tenantFilter=contoso.com&Endpoint=users&$top=1000", 400, "Invalid page size specified: '1000'"),
        ("tenantFilter=contoso.com&Endpoint=users&$search=x", 400, "does not support $search"),
        (
            "tenantFilter=contoso.com&Endpoint=users&manualPagination=true&nextLink=https://evil.example/",
            400,
            "nextLink",
        ),
        ("tenantFilter=contoso.com&Endpoint=users&CountOnly=yes", 500, "String 'yes' was not recognized"),
        ("tenantFilter=contoso.com&Endpoint=users/nobody&IgnoreErrors=false", 200, "Graph Error: Resource 'nobody'"),
    ] {
        let answer = client.get(&format!("ListGraphRequest?{query}"));
        assert_eq!(answer.status, status, "{query}");
        assert!(answer.text().contains(expected), "{query}: {}", answer.text());
        assert!(answer.header("content-type").unwrap().starts_with("text/plain"), "{query}");
    }
    assert!(client.get("ListGraphRequest?Endpoint=users&$filter=a").text().ends_with(" - Endpoint: users"));
}

#[test]
fn no_tenant_means_the_partner_and_other_paths_are_stand_ins() {
    let client = Client::new(Settings::default());
    let own = client.get("ListGraphRequest?Endpoint=users/admin@adatum.com");
    assert_eq!(own.json()["Results"][0]["userPrincipalName"], "admin@adatum.com");
    assert_eq!(own.header("x-cippsh-sim"), Some("stateful"));
    let other = client.get("ListGraphRequest?tenantFilter=contoso.com&Endpoint=directory/administrativeUnits");
    assert_eq!(other.header("x-cippsh-sim"), Some("generic"));
    assert_eq!(other.json()["Results"][0]["Tenant"], "contoso.com");
}

#[test]
fn all_tenants_wait_for_a_job_and_name_those_that_fail() {
    let client = Client::new(Settings { errors: 1, ..Settings::default() });
    let ask = || client.get("ListGraphRequest?tenantFilter=AllTenants&Endpoint=users&$select=userPrincipalName").json();
    let first = ask();
    assert_eq!((first["Results"].clone(), first["Metadata"]["Queued"].clone()), (json!([]), json!(true)));
    let id = first["Metadata"]["QueueId"].as_str().unwrap().to_owned();
    assert_eq!(ask()["Metadata"]["QueueId"], id.as_str());
    let poll = || client.get(&format!("ListCippQueue?QueueId={id}")).json()[0].clone();
    let running = poll();
    assert_eq!(running["Status"], "Running");
    assert_eq!((running["TotalTasks"].clone(), running["CompletedTasks"].clone()), (json!(3), json!(1)));
    assert_eq!(running["Tasks"][1]["Status"], "Running");
    assert_eq!(poll()["Status"], "Completed");
    let rows = ask();
    assert!(rows["Metadata"].get("QueueId").is_none());
    let rows = rows["Results"].as_array().unwrap();
    assert_eq!(rows.len(), 81);
    assert_eq!(
        rows[0],
        json!({"userPrincipalName": "admin@contoso.com", "Tenant": "contoso.com", "CippStatus": "Good"})
    );
    assert_eq!(rows[80]["Tenant"], "tailspintoys.com");
    assert!(rows[80]["CippStatus"].as_str().unwrap().starts_with("Could not connect to tenant. "));
    let other = client.get("ListGraphRequest?tenantFilter=AllTenants&Endpoint=users&$select=id").json();
    assert_ne!(other["Metadata"]["QueueId"], id.as_str());
    let direct = client.get("ListGraphRequest?tenantFilter=AllTenants&Endpoint=users&$select=id&SkipCache=true").json();
    assert_eq!(direct["Results"].as_array().unwrap().len(), 81);
}
