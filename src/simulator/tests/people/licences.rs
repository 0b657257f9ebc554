//! Licences.

use serde_json::{Value, json};

use super::{ANN, Client, MAIL, Settings, id, read, row};

#[test]
fn licences_move() {
    let client = Client::new(Settings::default());
    let ann = id(&client, ANN);
    let used = |client: &Client| {
        row(&read(client, "ListLicenses"), "skuId", MAIL)["CountUsed"].as_str().unwrap().parse::<u32>().unwrap()
    };
    let bulk = |rows: Value| client.post("ExecBulkLicense", &rows).json()["Results"][0].as_str().unwrap().to_owned();
    let one = |operation: &str, list: &str| json!([{"tenantFilter": "contoso.com", "userIds": [ann], "LicenseOperation": operation, list: [{"value": MAIL}]}]);
    let before = used(&client);
    assert!(bulk(one("Add", "Licenses")).starts_with("Successfully set licenses for ann@contoso.com"));
    assert_eq!(used(&client), before + 1);
    assert_eq!(bulk(one("Add", "Licenses")), "No license changes needed for user ann@contoso.com");
    assert!(
        read(&client, "ListUsers?UserID=ann@contoso.com")[0]["LicJoined"]
            .as_str()
            .unwrap()
            .contains("Exchange Online (Plan 1)")
    );
    assert!(bulk(one("Remove", "LicensesToRemove")).starts_with("Successfully"));
    assert_eq!(used(&client), before);
    assert_eq!(
        bulk(
            json!([{"tenantFilter": "contoso.com", "userIds": ["x"], "LicenseOperation": "Add", "Licenses": [{"value": MAIL}]}])
        ),
        "User x not found in tenant contoso.com"
    );
    assert_eq!(
        bulk(json!([{"tenantFilter": "contoso.com", "userIds": [ann], "LicenseOperation": "Add", "Licenses": [MAIL]}])),
        "No license changes needed for user ann@contoso.com"
    );
    let stale = json!([
        {"tenantFilter": "contoso.com", "userIds": ["x"], "LicenseOperation": "Add", "Licenses": [{"value": MAIL}]},
        {"tenantFilter": "contoso.com", "userIds": [ann], "LicenseOperation": "Assign"},
    ]);
    client.post("ExecBulkLicense", &stale);
    assert_eq!(used(&client), before + 1);
    assert_eq!(
        client
            .post(
                "ExecBulkLicense",
                &json!([{"tenantFilter": "contoso.com", "userIds": [ANN], "LicenseOperation": "Add"}])
            )
            .status,
        500
    );
    assert_eq!(row(&read(&client, "ListLicensesReport"), "skuId", MAIL)["License"], "Exchange Online (Plan 1)");
    let notice = client.get("ListLicenses?tenantFilter=AllTenants").json();
    assert!(notice[0]["License"].as_str().unwrap().starts_with("Loading data for all tenants"));
}
