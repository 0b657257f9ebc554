//! Sign-ins, counts, contacts, quarantine, subscriptions, an account that was taken over.

use serde_json::{Value, json};

use super::{ANN, Client, Settings, case, id, read, row, run, write};

#[test]
fn reads_about_users() {
    let client = Client::new(Settings::default());
    let ann = id(&client, ANN);
    let signs = read(&client, "ListSignIns?Days=30");
    let all = signs.as_array().unwrap().len();
    assert!(all > read(&client, "ListSignIns").as_array().unwrap().len());
    assert!(
        signs[0]["createdDateTime"].as_str() >= signs[all - 1]["createdDateTime"].as_str()
            && signs[0]["locationcipp"].as_str().unwrap().contains(" - ")
    );
    let failed = read(&client, "ListSignIns?Days=30&failedLogonsOnly=true");
    assert!(failed.as_array().unwrap().iter().all(|row| row["errorCode"] == 50126) && !failed[0].is_null());
    let filter = read(&client, "ListSignIns?Filter=userPrincipalName%20eq%20'ann@contoso.com'");
    assert_eq!(
        filter.as_array().unwrap().len(),
        read(&client, &format!("ListUserSigninLogs?UserID={ann}")).as_array().unwrap().len()
    );
    assert_eq!(read(&client, "ListUserSigninLogs?UserID=ann@contoso.com"), json!([]));
    let counts = read(&client, "ListUserCounts");
    assert_eq!((&counts["Users"], &counts["Guests"], &counts["Gas"]), (&json!(40), &json!(6), &json!(2)));
    assert_eq!(client.get("ListUserCounts?tenantFilter=AllTenants").json()["Users"], "Not Supported");
    let inactive = read(&client, "ListInactiveAccounts?InactiveDays=90");
    assert!(
        inactive
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["daysSinceLastSignIn"].as_i64().is_none_or(|days| days >= 90))
    );
    assert!(!row(&read(&client, "ListUsersAndGroups"), "displayName", "All Company").is_null());
    assert!(!row(&read(&client, "ListGraphRequest?Endpoint=groups"), "displayName", "All Company").is_null());
    let roles = read(&client, "ListRoles");
    assert_eq!(roles[0]["Members"].as_array().unwrap().len(), 2);
}

#[test]
fn contacts_and_quarantine_are_changed() {
    let client = Client::new(Settings::default());
    // One contact comes without its list.
    let first = read(&client, "ListContacts")["Guid"].as_str().unwrap().to_owned();
    let new = json!({"tenantid": "contoso.com", "displayName": "Eve", "email": "eve@relecloud.com", "hidefromGAL": false, "City": "Oslo"});
    let message = read(&client, "ListMailQuarantine")["Results"][1]["Identity"].clone();
    run(
        &client,
        vec![
            case(
                "AddContact",
                new,
                "Successfully created contact Eve",
                "ListContacts",
                "/1/WindowsEmailAddress",
                json!("eve@relecloud.com"),
            ),
            case(
                "EditContact",
                json!({"tenantID": "contoso.com", "ContactID": first, "Company": "New", "hidefromGAL": true}),
                "Successfully edited",
                &format!("ListContacts?id={first}"),
                "/companyName",
                json!("New"),
            ),
            case(
                "RemoveContact",
                json!({"GUID": first, "Mail": "x"}),
                "Deleted contact x",
                "ListContacts",
                "/DisplayName",
                json!("Eve"),
            ),
            case(
                "ExecQuarantineManagement",
                json!({"Identity": message, "Type": "Release"}),
                "Successfully processed",
                "ListMailQuarantine",
                "/Results/1/ReleaseStatus",
                json!("RELEASED"),
            ),
            case(
                "ExecQuarantineManagement",
                json!({"Identity": "none", "Type": "Deny"}),
                "Quarantine Management failed",
                "ListMailQuarantine",
                "/Results/0/ReleaseStatus",
                json!("NOTRELEASED"),
            ),
        ],
    );
}

#[test]
fn licences_are_left_out_and_bought() {
    let client = Client::new(Settings::default());
    let mail = "4b9405b0-7788-4568-add1-99614e613b69";
    let listed =
        |client: &Client, query: &str| !row(&read(client, &format!("ListLicenses{query}")), "skuId", mail).is_null();
    for (action, body, listed_then, flag) in [
        ("AddExclusion", json!({"SKUName": "Mail"}), false, json!(true)),
        ("AlertOnly", json!({"SKUName": "Mail"}), true, json!(false)),
        ("RemoveExclusion", json!({}), true, Value::Null),
    ] {
        let mut body = body;
        body["Action"] = json!(action);
        body["GUID"] = json!(mail);
        assert_eq!(write(&client, "ExecExcludeLicenses", &body).0, 200, "{action}");
        assert_eq!((listed(&client, ""), listed(&client, "?IncludeExcluded=true")), (listed_then, true), "{action}");
        assert_eq!(row(&read(&client, "ListExcludedLicenses"), "GUID", mail)["ExcludedEverywhere"], flag, "{action}");
    }
    assert_eq!(write(&client, "ExecExcludeLicenses", &json!({"Action": "RemoveExclusion", "GUID": mail})).0, 500);
    client.post("ExecExtensionsConfig", &json!({"Sherweb": {"Enabled": false}}));
    assert_eq!(client.get("ListCSPLicenses?tenantFilter=contoso.com").status, 400);
    client.post("ExecExtensionsConfig", &json!({"Sherweb": {"Enabled": true}}));
    let sku = read(&client, "ListCSPLicenses")[0]["sku"].as_str().unwrap().to_owned();
    let quantity = |client: &Client| row(&read(client, "ListCSPLicenses"), "sku", &sku)["quantity"].as_i64().unwrap();
    let before = quantity(&client);
    let change = |body: Value| client.post("ExecCSPLicense", &body).status;
    assert_eq!(change(json!({"tenantFilter": "contoso.com", "Action": "Add", "SKU": {"value": sku}, "Add": 3})), 200);
    assert_eq!(quantity(&client), before + 3);
    assert_eq!(change(json!({"tenantFilter": "contoso.com", "Action": "NewSub", "SKU": sku, "Quantity": 2})), 200);
    assert_eq!(quantity(&client), 2);
    assert_eq!(change(json!({"tenantFilter": "contoso.com", "Action": "Buy", "SKU": sku})), 200);
    assert_eq!(change(json!({"tenantFilter": "contoso.com", "Action": "Add", "SKU": "none", "Add": 1})), 500);
    assert!(client.get("ListLogs").text().contains("License change executed successfully."));
    assert_eq!(read(&client, "ListCSPsku").as_array().unwrap().len(), 4);
}

#[test]
fn an_account_that_was_taken_over_is_closed() {
    let client = Client::new(Settings::default());
    let ann = id(&client, ANN);
    assert_eq!(read(&client, &format!("ExecBECCheck?userid={ann}&userName={ANN}"))["GUID"], ann.as_str());
    let report = format!("ExecBECCheck?GUID={ann}");
    assert_eq!(read(&client, &report)["Waiting"], true);
    assert!(read(&client, &report)["ExtractedAt"].is_string());
    run(
        &client,
        vec![case(
            "ExecBECRemediate",
            json!({"userid": ann, "username": ANN}),
            "Successfully reset the password",
            "ListUsers?UserID=ann@contoso.com",
            "/0/accountEnabled",
            json!(false),
        )],
    );
    assert_eq!(read(&client, "ListUserMailboxRules?UserID=ann@contoso.com")[0]["Enabled"], false);
    assert!(!client.get("ListLogs").text().contains("new password is"));
}
