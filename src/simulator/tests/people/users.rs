//! Users.

use serde_json::{Value, json};

use super::{ANN, Client, E5, Settings, case, id, read, row, run, write};

#[test]
fn one_account_is_changed_and_shown() {
    let client = Client::new(Settings::default());
    let ann = "ListUsers?UserID=ann@contoso.com";
    let graph = |path: &str| format!("ListGraphRequest?Endpoint=users/ann@contoso.com{path}");
    write(&client, "PatchUser", &json!({"id": ANN, "onPremisesImmutableId": "abc=="}));
    let identity = id(&client, ANN);
    run(
        &client,
        vec![
            case(
                "ExecDisableUser",
                json!({"ID": ANN, "Enable": false}),
                "Successfully set account enabled state to False for ann@contoso.com",
                ann,
                "/0/accountEnabled",
                json!(false),
            ),
            case(
                "ExecDisableUser",
                json!({"ID": identity, "Enable": "TRUE"}),
                "Successfully set account enabled state to True",
                ann,
                "/0/accountEnabled",
                json!(true),
            ),
            // A trap: without Enable the account is blocked.
            case(
                "ExecDisableUser",
                json!({"ID": ANN}),
                "Successfully set account enabled state to False",
                ann,
                "/0/accountEnabled",
                json!(false),
            ),
            case(
                "ExecClrImmId",
                json!({"ID": ANN}),
                "Successfully cleared",
                ann,
                "/0/onPremisesImmutableId",
                Value::Null,
            ),
            case(
                "ExecPasswordNeverExpires",
                json!({"userId": ANN, "PasswordPolicy": {"value": "DisablePasswordExpiration"}}),
                "Successfully set PasswordPolicy",
                &graph("&$select=passwordPolicies"),
                "/Results/0/passwordPolicies",
                json!("DisablePasswordExpiration"),
            ),
            case(
                "ExecDismissRiskyUser",
                json!({"userId": identity}),
                "Successfully dismissed",
                &format!("ListGraphRequest?Endpoint=identityProtection/riskyUsers/{identity}"),
                "/Results/0/riskState",
                json!("dismissed"),
            ),
            case(
                "ExecSetDefaultMFAMethod",
                json!({"ID": ANN, "MethodType": "sms"}),
                "Successfully set default MFA method to sms",
                &graph("/authentication/signInPreferences"),
                "/Results/0/userPreferredMethodForSecondaryAuthentication",
                json!("sms"),
            ),
            case(
                "ExecCreateTAP",
                json!({"ID": ANN, "lifetimeInMinutes": 90}),
                "The TAP for ann@contoso.com is",
                &graph("/authentication/temporaryAccessPassMethods"),
                "/Results/0/lifetimeInMinutes",
                json!(90),
            ),
            case(
                "ExecResetMFA",
                json!({"ID": ANN}),
                "Successfully removed MFA methods (",
                &graph("/authentication/methods"),
                "/Results/1",
                Value::Null,
            ),
            case(
                "ExecResetMFA",
                json!({"ID": ANN}),
                "No MFA methods found for user ann@contoso.com",
                "ListMFAUsers",
                "/2/MFAMethods",
                json!([]),
            ),
            case(
                "ExecReprocessUserLicenses",
                json!({"ID": ANN}),
                "Successfully started",
                ann,
                "/0/userPrincipalName",
                json!(ANN),
            ),
            case(
                "PatchUser",
                json!({"id": ANN, "jobtitle": "Chief"}),
                "Successfully patched 1 user across 1 tenant",
                ann,
                "/0/jobTitle",
                json!("Chief"),
            ),
            case(
                "EditUser",
                json!({"id": identity, "username": "ann", "Domain": "contoso.com", "city": "Oslo", "setManager": {"value": "bob@contoso.com"}, "clearProperties": ["jobTitle"]}),
                "Success. The user has been edited.",
                ann,
                "/0/city",
                json!("Oslo"),
            ),
            case(
                "EditUserAliases",
                json!({"id": ANN, "AddedAliases": "a1@contoso.com,a2@contoso.com"}),
                "Successfully added aliases",
                ann,
                "/0/Aliases",
                json!(
                    "SMTP:ann@contoso.com, smtp:ann@contoso.onmicrosoft.com, smtp:a1@contoso.com, smtp:a2@contoso.com"
                ),
            ),
            case(
                "EditUserAliases",
                json!({"id": ANN, "RemovedAliases": "a1@contoso.com", "MakePrimary": "a2@contoso.com"}),
                "Successfully",
                ann,
                "/0/mail",
                json!("a2@contoso.com"),
            ),
        ],
    );
    let ann = read(&client, ann);
    assert_eq!(
        (ann[0]["jobTitle"].clone(), ann[0]["manager"]["userPrincipalName"].clone()),
        (Value::Null, json!("bob@contoso.com"))
    );
}

#[test]
fn times_move_and_secrets_stay_out_of_the_log() {
    let client = Client::new(Settings::default());
    let before = read(&client, "ListGraphRequest?Endpoint=users/ann@contoso.com")["Results"][0].clone();
    let answer = client.post(
        "ExecResetPass",
        &json!({"tenantFilter": "contoso.com", "ID": ANN, "MustChange": true, "displayName": "Ann Berg"}),
    );
    let results = answer.json()["Results"].clone();
    let password = results["copyField"].as_str().unwrap();
    let text = format!(
        "Successfully reset the password for Ann Berg, ann@contoso.com. User must change password is set to True. The new password is {password}"
    );
    assert_eq!(results["resultText"], text.as_str());
    write(&client, "ExecRevokeSessions", &json!({"id": ANN, "Username": "bob"}));
    let pass = client.post("ExecCreateTAP", &json!({"tenantFilter": "contoso.com", "ID": ANN})).json();
    let pass = pass["Results"][0]["temporaryAccessPass"].as_str().unwrap().to_owned();
    let created = client
        .post(
            "AddUser",
            &json!({"tenantFilter": "contoso.com", "username": "new", "Domain": "contoso.com", "displayName": "New"}),
        )
        .json();
    let new = created["Results"][2]["copyField"].as_str().unwrap().to_owned();
    let log = client.get("ListLogs").text();
    assert!([password, &pass, &new].iter().all(|secret| !secret.is_empty() && !log.contains(*secret)), "{log}");
    assert!(log.contains("Successfully revoked sessions for bob") && log.contains("Username: new@contoso.com"));
    let after = read(&client, "ListGraphRequest?Endpoint=users/ann@contoso.com")["Results"][0].clone();
    for name in ["lastPasswordChangeDateTime", "signInSessionsValidFromDateTime"] {
        assert!(after[name].as_str() > before[name].as_str(), "{name}");
    }
}

#[test]
fn users_come_and_go() {
    let client = Client::new(Settings::default());
    let zoe = json!({
        "username": "zoe", "PrimDomain": {"value": "contoso.com"}, "displayName": "Zoe", "givenName": "Zoe", "usageLocation": {"value": "NO"},
        "jobTitle": "Clerk", "licenses": [{"value": E5}], "AddedAliases": "z@contoso.com", "setManager": {"value": ANN},
    });
    let user = "ListUsers?UserID=zoe@contoso.com";
    run(
        &client,
        vec![
            case("AddUser", zoe.clone(), "Created New User.", user, "/0/LicJoined", json!("Microsoft 365 E5")),
            case(
                "AddUserBulk",
                json!({"BulkUser": [{"mailNickName": "b1", "domain": "contoso.com", "givenName": "B", "surname": "One"}], "licenses": {"value": E5}}),
                "Created user b1@contoso.com",
                "ListUsers?UserID=b1@contoso.com",
                "/0/displayName",
                json!("B One"),
            ),
            case(
                "AddGuest",
                json!({"displayName": "Gus", "mail": "gus@relecloud.com", "sendInvite": true}),
                "Invited Guest Gus with Email Invite",
                "ListUsers?graphFilter=mail%20eq%20'gus@relecloud.com'",
                "/0/externalUserState",
                json!("PendingAcceptance"),
            ),
            case(
                "AddGuest",
                json!({"displayName": "Gus", "mail": "gus@relecloud.com"}),
                "Invited Guest Gus with no Email Invite",
                "ListUsers?graphFilter=mail%20eq%20'gus@relecloud.com'",
                "/1",
                Value::Null,
            ),
        ],
    );
    let same = json!({"tenantFilter": "contoso.com", "username": "same", "Domain": "contoso.com", "displayName": "Same", "copyFrom": {"value": ANN}});
    let copied = client.post("AddUser", &same).json()["CopyFrom"]["Success"].as_array().unwrap().len();
    let groups =
        |client: &Client, user: &str| read(client, &format!("ListUserGroups?userId={user}")).as_array().unwrap().len();
    assert!(copied > 0 && copied == groups(&client, ANN) && copied == groups(&client, "same@contoso.com"));
    let found = read(&client, user)[0].clone();
    assert_eq!(
        (&found["usageLocation"], &found["jobTitle"], &found["manager"]["userPrincipalName"]),
        (&json!("NO"), &json!("Clerk"), &json!(ANN))
    );
    let (status, texts) = write(&client, "AddUser", &zoe);
    assert_eq!(
        (status, texts[0].as_str()),
        (
            500,
            "Failed to create user. Error:Another object with the same value for property userPrincipalName already exists."
        )
    );
    let id = found["id"].as_str().unwrap();
    write(&client, "RemoveUser", &json!({"ID": id, "userPrincipalName": "zoe"}));
    assert_eq!(client.get(&format!("{user}&tenantFilter=contoso.com")).status, 500);
    assert_eq!(row(&read(&client, "ListDeletedItems"), "id", id)["TargetType"], "User");
    assert_eq!(write(&client, "RemoveUser", &json!({"ID": id})).0, 500);
    run(
        &client,
        vec![
            case("ExecRestoreDeleted", json!({"ID": id}), "Successfully restored", user, "/0/id", json!(id)),
            case(
                "RemoveUser",
                json!({"ID": "zoe@contoso.com"}),
                "Successfully deleted user",
                "ListDeletedItems",
                "/0/id",
                json!(id),
            ),
            case(
                "RemoveDeletedObject",
                json!({"ID": id}),
                "Successfully deleted object permanently",
                "ListDeletedItems",
                "/0",
                Value::Null,
            ),
        ],
    );
    assert_eq!(write(&client, "ExecRestoreDeleted", &json!({"ID": id})).0, 500);
}

#[test]
fn what_is_wrong_is_told_or_not_as_on_the_server() {
    let client = Client::new(Settings { errors: 1, ..Settings::default() });
    for (endpoint, body, status, start) in [
        (
            "ExecDisableUser",
            json!({"ID": "nobody@contoso.com", "Enable": true}),
            500,
            "Failed to set account enabled state",
        ),
        ("ExecDisableUser", json!({"ID": ANN, "Enable": "maybe"}), 500, "String 'maybe' was not recognized"),
        ("ExecDisableUser", json!({"tenantFilter": "nowhere.example", "ID": ANN}), 200, "Successfully"),
        ("ExecDisableUser", json!({"tenantFilter": "tailspintoys.com", "ID": "ann@tailspintoys.com"}), 500, "Failed"),
        ("EditUser", json!({"id": ANN, "city": "Oslo"}), 200, "Failed to edit user."),
        ("EditUser", json!({"city": "Oslo"}), 400, "Failed to edit user."),
        ("PatchUser", json!({"id": ANN, "nonsense": 1}), 400, "Failed to patch user ann@contoso.com"),
        ("PatchUser", json!({"city": "Oslo"}), 400, "Failed to patch user(s)."),
        ("AddUser", json!({"tenantFilter": null, "username": "x"}), 400, "tenantFilter is required"),
        (
            "AddUser",
            json!({"username": "x", "PrimDomain": "contoso.com", "displayName": "X"}),
            500,
            "Failed to create user.",
        ),
        ("ExecSendPush", json!({"UserEmail": "nobody@contoso.com"}), 200, "Authentication Failed!"),
        ("ExecResetMFA", json!({"ID": "nobody@contoso.com"}), 500, "Failed to reset MFA"),
    ] {
        let (found, texts) = write(&client, endpoint, &body);
        assert_eq!(found, status, "{endpoint} {body}: {texts:?}");
        assert!(texts[0].starts_with(start), "{endpoint} {body}: {texts:?}");
    }
    assert_eq!(read(&client, "ListUsers?UserID=ann@contoso.com")[0]["accountEnabled"], true);
}

#[test]
fn a_photo_is_bytes() {
    let client = Client::new(Settings::default());
    let photo = "ListUserPhoto?tenantFilter=contoso.com&UserID=ann@contoso.com";
    assert_eq!(client.get(photo).status, 500);
    write(
        &client,
        "ExecSetUserPhoto",
        &json!({"userId": ANN, "action": "set", "photoData": "data:image/jpeg;base64,/9j/"}),
    );
    assert_eq!(client.get(photo).body, [0xff, 0xd8, 0xff]);
    write(&client, "ExecSetUserPhoto", &json!({"userId": ANN, "action": "remove"}));
    assert_eq!(client.get(photo).status, 500);
}
