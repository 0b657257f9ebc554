//! Groups.

use serde_json::{Value, json};

use super::{ANN, Client, Settings, case, id, read, row, run, write};

#[test]
fn groups_are_made_changed_and_deleted() {
    let client = Client::new(Settings::default());
    let ann = id(&client, ANN);
    run(
        &client,
        vec![
            case(
                "AddGroup",
                json!({"displayName": "Crew", "groupType": "m365", "username": "crew", "primDomain": {"value": "contoso.com"}, "members": [{"value": "bob@contoso.com"}]}),
                "Successfully created group Crew for contoso.com",
                "ListGroups?expandMembers=true",
                "/7/membersCsv",
                json!("bob@contoso.com"),
            ),
            case(
                "AddGroup",
                json!({"displayName": "Crew", "groupType": "m365", "username": "crew", "primDomain": {"value": "contoso.com"}}),
                "Successfully created group Crew",
                "ListGroups",
                "/8",
                Value::Null,
            ),
        ],
    );
    let crew = row(&read(&client, "ListGroups"), "displayName", "Crew")["id"].as_str().unwrap().to_owned();
    let one = format!("ListGroups?groupID={crew}&groupType=Microsoft%20365&members=true&owners=true");
    run(
        &client,
        vec![
            case(
                "EditGroup",
                json!({"groupId": crew, "AddMember": [{"value": ann, "addedFields": {"userPrincipalName": ANN}}], "RemoveMember": [{"value": id(&client, "bob@contoso.com")}]}),
                "Added member ann@contoso.com to Crew group",
                &one,
                "/members/0/userPrincipalName",
                json!(ANN),
            ),
            case(
                "EditGroup",
                json!({"groupId": {"value": crew}, "AddOwner": [{"value": ann}], "displayName": "Crew 2", "sendCopies": true}),
                "Added owner",
                &one,
                "/groupInfo/displayName",
                json!("Crew 2"),
            ),
            case(
                "ExecGroupsDeliveryManagement",
                json!({"ID": "crew@contoso.com", "GroupType": "Microsoft 365", "OnlyAllowInternal": true}),
                "Successfully set",
                &one,
                "/allowExternal",
                json!(false),
            ),
            case(
                "EditUser",
                json!({"id": ann, "username": "ann", "Domain": "contoso.com", "RemoveFromGroups": [{"value": crew}]}),
                "Removed member ann@contoso.com",
                &one,
                "/members/0",
                Value::Null,
            ),
            case(
                "EditUser",
                json!({"id": ann, "username": "ann", "Domain": "contoso.com", "AddToGroups": [{"value": crew}]}),
                "Added member ann@contoso.com",
                &one,
                "/sendCopies",
                json!(true),
            ),
        ],
    );
    assert!(!row(&read(&client, &format!("ListUserGroups?userId={ann}")), "id", &crew).is_null());
    write(
        &client,
        "ExecGroupsHideFromGAL",
        &json!({"ID": "crew@contoso.com", "GroupType": "Microsoft 365", "HideFromGAL": "true"}),
    );
    assert_eq!(
        row(&read(&client, "ListGlobalAddressList"), "ExternalDirectoryObjectId", &crew)["HiddenFromAddressListsEnabled"],
        true
    );
    run(
        &client,
        vec![
            case(
                "ExecGroupsDelete",
                json!({"id": crew, "GroupType": "Microsoft 365", "displayName": "Crew 2"}),
                "Successfully Deleted Microsoft 365 group Crew 2",
                "ListDeletedItems",
                "/0/TargetType",
                json!("Group"),
            ),
            case(
                "ExecRestoreDeleted",
                json!({"ID": crew}),
                "Successfully restored",
                &one,
                "/groupInfo/id",
                json!(crew),
            ),
            case(
                "AddGroupTemplate",
                json!({"displayName": "T", "groupType": "generic", "GUID": "11111111-2222-3333-4444-555555555555"}),
                "Successfully created",
                "ListGroupTemplates?id=11111111-2222-3333-4444-555555555555",
                "/0/displayName",
                json!("T"),
            ),
            case(
                "RemoveGroupTemplate",
                json!({"ID": "11111111-2222-3333-4444-555555555555"}),
                "Removed Template T",
                "ListGroupTemplates?id=11111111-2222-3333-4444-555555555555",
                "/0",
                Value::Null,
            ),
        ],
    );
    assert_eq!(
        write(
            &client,
            "ExecGroupsDeliveryManagement",
            &json!({"ID": "crew@contoso.com", "GroupType": "Microsoft 365", "OnlyAllowInternal": "true"})
        )
        .0,
        500
    );
    assert_eq!(client.get("ListGroups?tenantFilter=contoso.com&members=true").status, 400);
    assert_eq!(
        write(&client, "EditGroup", &json!({"groupId": crew, "AddMember": ["nobody@contoso.com"]})).1,
        [
            "Error - Resource 'nobody@contoso.com' does not exist or one of its queried reference-property objects are not present."
        ]
    );
}
