//! Mailboxes and what belongs to them.

use serde_json::{Value, json};

use super::{ANN, Client, Settings, case, read, row, run, write};

#[test]
fn one_mailbox_is_changed_and_shown() {
    let client = Client::new(Settings::default());
    let ann = "ListMailboxes?Identity=ann@contoso.com";
    let details = "ListUserMailboxDetails?UserID=ann@contoso.com&userMail=ann@contoso.com";
    let replies = "ListOoO?userid=ann@contoso.com";
    run(
        &client,
        vec![
            case(
                "ExecHideFromGAL",
                json!({"ID": ANN, "HideFromGAL": "true"}),
                "Successfully hidden ann@contoso.com from GAL.",
                ann,
                "/0/HiddenFromAddressListsEnabled",
                json!(true),
            ),
            case(
                "ExecCopyForSent",
                json!({"ID": ANN, "messageCopyState": true}),
                "Successfully enabled",
                ann,
                "/0/MessageCopyForSentAsEnabled",
                json!(true),
            ),
            case(
                "ExecEnableArchive",
                json!({"id": ANN, "username": "Ann"}),
                "Successfully enabled archive for Ann",
                ann,
                "/0/ArchiveEnabled",
                json!(true),
            ),
            case(
                "ExecEnableAutoExpandingArchive",
                json!({"ID": ANN}),
                "Successfully enabled",
                ann,
                "/0/AutoExpandingArchive",
                json!(true),
            ),
            case(
                "ExecSetLitigationHold",
                json!({"Identity": ANN}),
                "Litigation hold",
                ann,
                "/0/LitigationHoldEnabled",
                json!(true),
            ),
            case(
                "ExecSetLitigationHold",
                json!({"Identity": ANN, "disable": true}),
                "Litigation hold",
                ann,
                "/0/LitigationHoldEnabled",
                json!(false),
            ),
            case(
                "ExecSetRetentionHold",
                json!({"Identity": ANN}),
                "Retention hold",
                ann,
                "/0/RetentionHoldEnabled",
                json!(true),
            ),
            case(
                "ExecSetMailboxQuota",
                json!({"user": ANN, "quota": "40GB", "ProhibitSendQuota": true}),
                "Changed ProhibitSendQuota",
                details,
                "/0/Mailbox/ProhibitSendQuota",
                json!("40 GB"),
            ),
            case(
                "ExecSetRecipientLimits",
                json!({"Identity": ANN, "recipientLimit": 100}),
                "Recipient limit",
                details,
                "/0/Mailbox/RecipientLimits",
                json!("100"),
            ),
            case(
                "ExecSetMailboxEmailSize",
                json!({"id": ANN, "maxSendSize": 50}),
                "Successfully set",
                details,
                "/0/Mailbox/MaxSendSize",
                json!("50 MB"),
            ),
            case(
                "ExecConvertMailbox",
                json!({"ID": ANN, "MailboxType": "Room"}),
                "Successfully converted ann@contoso.com to a Room mailbox",
                ann,
                "/0/recipientTypeDetails",
                json!("RoomMailbox"),
            ),
            case(
                "ExecEmailForward",
                json!({"userID": ANN, "forwardOption": "internalAddress", "ForwardInternal": {"value": "bob@contoso.com"}, "KeepCopy": true}),
                "Successfully set forwarding for ann@contoso.com to Internal Address bob@contoso.com with keeping a copy set to True",
                "ListMailboxForwarding",
                "/0/ForwardTo",
                json!("Bob Kowalski"),
            ),
            case(
                "ExecEmailForward",
                json!({"userID": ANN, "forwardOption": "ExternalAddress", "ForwardExternal": "a@b.example"}),
                "Successfully set forwarding",
                ann,
                "/0/ForwardingSmtpAddress",
                json!("a@b.example"),
            ),
            case(
                "ExecEmailForward",
                json!({"userID": ANN, "forwardOption": "disabled"}),
                "Disabling forwarding for ann@contoso.com",
                "ListMailboxForwarding",
                "/0/UPN",
                json!("lee.petrov@contoso.com"),
            ),
            case(
                "ExecSetOoO",
                json!({"userId": ANN, "AutoReplyState": {"value": "Enabled"}, "input": "Gone"}),
                "Set Out-of-office for ann@contoso.com to Enabled.",
                replies,
                "/InternalMessage",
                json!("Gone"),
            ),
            case(
                "ExecSetOoO",
                json!({"userId": ANN, "AutoReplyState": "Scheduled", "InternalMessage": "", "StartTime": 1_785_542_400, "EndTime": 1_785_628_800}),
                "Scheduled Out-of-office for ann@contoso.com between 2026-08-01 00:00 and 2026-08-02 00:00.",
                replies,
                "/InternalMessage",
                json!("Gone"),
            ),
            case(
                "ExecSetOoO",
                json!({"userId": ANN, "AutoReplyState": "Disabled"}),
                "Set Out-of-office",
                replies,
                "/StartTime",
                Value::Null,
            ),
            case(
                "AddSharedMailbox",
                json!({"tenantID": "contoso.com", "username": "desk", "domain": "contoso.com", "displayName": "Desk"}),
                "Successfully created shared mailbox",
                "ListMailboxes?Identity=desk@contoso.com",
                "/0/recipientTypeDetails",
                json!("SharedMailbox"),
            ),
        ],
    );
    let shared = read(&client, "ListSharedMailboxStatistics");
    assert!(
        !row(&shared, "UserPrincipalName", "desk@contoso.com").is_null()
            && !row(&shared, "UserPrincipalName", "info@contoso.com").is_null()
    );
}

#[test]
fn rights_are_granted_and_taken_away() {
    let client = Client::new(Settings::default());
    let (rights, calendar) =
        ("ListmailboxPermissions?userId=ann@contoso.com", "ListCalendarPermissions?UserID=ann@contoso.com");
    let bob = "bob@contoso.com";
    run(
        &client,
        vec![
            case(
                "ExecEditMailboxPermissions",
                json!({"userID": ANN, "AddFullAccess": [{"value": bob}], "AddSendAs": [{"value": bob}]}),
                "Granted bob@contoso.com FullAccess to ann@contoso.com with automapping True",
                rights,
                "/1/Permissions",
                json!("SendAs"),
            ),
            case(
                "ExecEditMailboxPermissions",
                json!({"userID": ANN, "RemoveFullAccess": [{"value": bob}], "AddSendAs": [bob]}),
                "Removed bob@contoso.com FullAccess from ann@contoso.com",
                rights,
                "/0/Permissions",
                json!("SendAs"),
            ),
            case(
                "ExecModifyMBPerms",
                json!({"userID": ANN, "permissions": [{"PermissionLevel": "FullAccess, SendOnBehalf", "Modification": "Add", "AutoMap": false, "UserID": [{"value": bob}]}]}),
                "Granted bob@contoso.com FullAccess to ann@contoso.com with automapping False",
                rights,
                "/2/Permissions",
                json!("SendOnBehalf"),
            ),
            case(
                "ExecModifyMBPerms",
                json!({"mailboxRequests": [{"userID": ANN, "permissions": [{"PermissionLevel": "FullAccess", "Modification": "Remove", "UserID": bob}]}]}),
                "Removed",
                "ListmailboxPermissions?UseReportDB=true",
                "/0/MailboxUPN",
                json!(ANN),
            ),
            case(
                "ExecModifyMBPerms",
                json!({"userID": ANN, "permissions": [{"PermissionLevel": "SendAs", "Modification": "Add", "UserID": "x@contoso.com"}]}),
                "Could not find user x@contoso.com",
                rights,
                "/2",
                Value::Null,
            ),
            case(
                "ExecModifyCalPerms",
                json!({"userID": ANN, "permissions": [{"PermissionLevel": {"value": "Editor"}, "Modification": "Add", "UserID": [{"value": bob}]}]}),
                "Successfully set permissions on folder Calendar.",
                calendar,
                "/2/AccessRights/0",
                json!("Editor"),
            ),
            case(
                "ExecEditCalendarPermissions",
                json!({"userid": ANN, "FolderName": "Calendar", "UserToGetPermissions": {"value": bob}, "Permissions": {"value": "Reviewer"}, "CanViewPrivateItems": false}),
                "Successfully set permissions",
                calendar,
                "/2/AccessRights/0",
                json!("Reviewer"),
            ),
            case(
                "ExecEditCalendarPermissions",
                json!({"userid": ANN, "FolderName": "Calendar", "RemoveAccess": {"value": bob}}),
                "Successfully removed access",
                calendar,
                "/2",
                Value::Null,
            ),
        ],
    );
    assert_eq!(read(&client, calendar)[0]["MailboxInfo"]["UserPrincipalName"], ANN);
}

#[test]
fn rules_and_phones_are_changed() {
    let client = Client::new(Settings::default());
    let rules = "ListUserMailboxRules?UserID=ann@contoso.com";
    let rule = read(&client, rules)[0]["Identity"].clone();
    run(
        &client,
        vec![
            case(
                "ExecSetMailboxRule",
                json!({"ruleId": rule, "ruleName": "N", "userPrincipalName": ANN, "Disable": true}),
                "Successfully disabled mailbox rule N",
                rules,
                "/0/Enabled",
                json!(false),
            ),
            case(
                "ExecSetMailboxRule",
                json!({"ruleId": rule, "ruleName": "N", "userPrincipalName": ANN, "Enable": "false"}),
                "Successfully enabled",
                rules,
                "/0/Enabled",
                json!(true),
            ),
            case(
                "ExecRemoveMailboxRule",
                json!({"ruleId": rule, "ruleName": "N", "userPrincipalName": ANN}),
                "Successfully deleted",
                rules,
                "/0",
                Value::Null,
            ),
        ],
    );
    let phones = "ListMailboxMobileDevices?Mailbox=ann@contoso.com";
    let phone = read(&client, phones)[0].clone();
    let (device, guid) = (phone["deviceID"].as_str().unwrap(), phone["Guid"].as_str().unwrap());
    let set = |rest: &str| {
        client.get(&format!(
            "ExecMailboxMobileDevices?tenantFilter=contoso.com&Userid={ANN}&deviceid={device}&guid={guid}&{rest}"
        ))
    };
    set("Quarantine=true&Delete=true");
    assert_eq!(read(&client, phones)[0]["deviceAccessState"], "Blocked");
    set("Delete=true");
    assert_eq!(read(&client, phones), json!([]));
    assert_eq!(read(&client, "ListMailboxRules")["Results"], json!([]));
    for _ in 0..3 {
        read(&client, "ListCippQueue");
    }
    assert!(
        read(&client, "ListMailboxRules")["Results"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["Tenant"] == "contoso.com")
    );
}

#[test]
fn who_has_no_mailbox_is_refused() {
    let client = Client::new(Settings::default());
    for (endpoint, body, status, start) in [
        (
            "ExecHideFromGAL",
            json!({"ID": "breakglass@contoso.com", "HideFromGAL": true}),
            500,
            "Could not hide breakglass@contoso.com",
        ),
        ("ExecHideFromGAL", json!({"ID": ANN, "HideFromGAL": "yes"}), 500, "String 'yes'"),
        ("ExecConvertMailbox", json!({"ID": ANN, "MailboxType": "Box"}), 500, "Failed to convert"),
        (
            "ExecSetOoO",
            json!({"userId": "nobody@contoso.com", "AutoReplyState": "Enabled"}),
            500,
            "Could not set Out of Office for user: nobody@contoso.com. Error: ",
        ),
        (
            "ExecEmailForward",
            json!({"userID": ANN, "forwardOption": "internalAddress", "ForwardInternal": "x@contoso.com"}),
            500,
            "Could not set forwarding",
        ),
    ] {
        let (found, texts) = write(&client, endpoint, &body);
        assert_eq!((found, texts[0].starts_with(start)), (status, true), "{endpoint} {body}: {texts:?}");
    }
    assert_eq!(client.get("ListOoO?tenantFilter=contoso.com&userid=breakglass@contoso.com").status, 500);
    let unknown = client
        .post("ExecEmailForward", &json!({"tenantFilter": "contoso.com", "userID": ANN, "forwardOption": "away"}));
    assert_eq!((unknown.status, unknown.json()["Results"].clone()), (200, json!([])));
    assert_eq!(
        read(&client, "ListUserMailboxDetails?UserID=nobody@contoso.com"),
        json!([{"Mailbox": null, "RecipientTypeDetails": null}])
    );
}
