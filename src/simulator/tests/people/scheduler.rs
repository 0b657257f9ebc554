//! Tasks, offboarding and administrators for a time.

use serde_json::{Value, json};

use super::{ANN, Client, Settings, case, id, read, row, run, write};

fn task(client: &Client, name: &str) -> Value {
    read(client, &format!("ListScheduledItems?Name={}", name.replace(' ', "%20")))[0].clone()
}

#[test]
fn tasks_move_when_they_are_looked_at() {
    let client = Client::new(Settings::default());
    let later = jiff::Timestamp::now().as_second() + 3 * 3600;
    let add = |body: Value| write(&client, "AddScheduledItem", &body).1.remove(0);
    assert!(add(json!({"Name": "A", "Command": {"value": "Get-CIPPThing"}, "ScheduledTime": later, "Parameters": {"x": 1}, "RowKey": "key-a"})).starts_with("Successfully added task: A. It will run in 3 hours."));
    assert_eq!(add(json!({"Name": "B", "Command": "Get-CIPPThing", "RunNow": true})), "Task B scheduled to run now");
    assert_eq!(
        add(json!({"Name": "B", "Command": "Get-CIPPThing", "DisallowDuplicateName": true})),
        "Task with name B already exists"
    );
    assert_eq!(
        add(json!({"Name": "C", "Command": "nonsense"})),
        "Error - The command 'nonsense' does not exist and cannot be scheduled."
    );
    client.post(
        "AddScheduledItem?hidden=false",
        &json!({"Name": "H", "Command": "Get-CIPPThing", "tenantFilter": "contoso.com", "RowKey": "key-h"}),
    );
    let all = read(&client, "ListScheduledItems");
    let names: Vec<_> = all.as_array().unwrap().iter().map(|row| row["Name"].as_str().unwrap()).collect();
    assert_eq!(names, ["A", "B"]);
    assert_eq!(
        (&all[0]["TaskState"], &all[1]["TaskState"], &all[0]["Tenant"]["value"]),
        (&json!("Planned"), &json!("Running"), &json!("contoso.com"))
    );
    assert_eq!(task(&client, "B")["TaskState"], "Completed");
    assert_eq!(read(&client, "ListScheduledItems?ShowHidden=true")[0]["Name"], "H");
    assert_eq!(read(&client, "ListScheduledItems?Id=key-h")[0]["Hidden"], true);
    assert_eq!(read(&client, "ListScheduledItems?SearchTitle=a*")[0]["RowKey"], "key-a");
    let looks = (0..20).take_while(|_| task(&client, "A")["TaskState"] != "Completed").count();
    assert!((3..15).contains(&looks), "{looks}");
    let details = read(&client, "ListScheduledItemDetails?RowKey=key-a");
    assert_eq!(
        (&details["Task"]["Name"], &details["Details"][0]["Results"][0]),
        (&json!("A"), &json!("Task Get-CIPPThing completed for contoso.com"))
    );
    assert_eq!(
        write(&client, "RemoveScheduledItem", &json!({"id": "key-a"})),
        (200, vec!["Task removed successfully.".to_owned()])
    );
    assert_eq!(
        write(&client, "RemoveScheduledItem", &json!({"id": "key-a"})),
        (400, vec!["Task removed successfully.".to_owned()])
    );
    assert_eq!(read(&client, "ListScheduledItems?Id=key-a"), json!([]));
    assert_eq!(client.get("ListScheduledItemDetails?RowKey=key-a").status, 404);
}

#[test]
fn offboarding_takes_its_steps() {
    let client = Client::new(Settings::default());
    let ann = id(&client, ANN);
    let options = json!({
        "user": [{"value": ANN}], "DisableSignIn": true, "HideFromGAL": true, "RemoveGroups": true, "RemoveRules": true, "RemoveMobile": true,
        "OOO": "Gone", "forward": {"value": "bob@contoso.com"}, "KeepCopy": true, "AccessAutomap": [{"value": "bob@contoso.com"}],
        "ConvertToShared": true, "RemoveMFADevices": true, "RemoveLicenses": true, "ResetPass": true, "RevokeSessions": "true", "DeleteUser": false,
    });
    let (status, texts) = write(&client, "ExecOffboardUser", &options);
    assert_eq!((status, texts), (200, vec!["Task Offboarding: ann@contoso.com scheduled to run now".to_owned()]));
    assert_eq!(task(&client, "Offboarding: ann@contoso.com")["TaskState"], "Running");
    let done = task(&client, "Offboarding: ann@contoso.com");
    assert_eq!(done["TaskState"], "Completed");
    let text = done["Results"].as_str().unwrap();
    assert!(text.contains("The new password is") && text.contains("Successfully set licenses"), "{text}");
    assert!(!client.get("ListLogs").text().contains("The new password is"));
    let user = read(&client, "ListUsers?UserID=ann@contoso.com")[0].clone();
    assert_eq!((&user["accountEnabled"], &user["LicJoined"]), (&json!(false), &json!("")));
    let mailbox = read(&client, "ListMailboxes?Identity=ann@contoso.com")[0].clone();
    assert_eq!(
        (
            &mailbox["recipientTypeDetails"],
            &mailbox["HiddenFromAddressListsEnabled"],
            &mailbox["InternalForwardingAddress"]
        ),
        (&json!("SharedMailbox"), &json!(true), &json!("Bob Kowalski"))
    );
    for (what, at, expected) in [
        ("ListOoO?userid=ann@contoso.com", "/AutoReplyState", json!("Enabled")),
        ("ListmailboxPermissions?userId=ann@contoso.com", "/0/User", json!("bob@contoso.com")),
        ("ListUserMailboxRules?UserID=ann@contoso.com", "/0", Value::Null),
        ("ListMailboxMobileDevices?Mailbox=ann@contoso.com", "/0", Value::Null),
        (&format!("ListUserGroups?userId={ann}"), "/0", Value::Null),
    ] {
        assert_eq!(read(&client, what).pointer(at).cloned().unwrap_or_default(), expected, "{what}");
    }
    for (body, start) in [
        (json!({"user": ["ann"], "DisableSignIn": true}), "'ann' is not"),
        (json!({"user": [ANN], "DisableSignIn": false}), "No offboarding actions"),
        (json!({"user": [], "DisableSignIn": true}), "No users"),
        (json!({"tenantFilter": "nowhere.example", "user": [ANN], "DisableSignIn": true}), "Tenant 'nowhere.example'"),
    ] {
        let (status, texts) = write(&client, "ExecOffboardUser", &body);
        assert!(status == 400 && texts[0].starts_with(start), "{body}: {texts:?}");
    }
    let later = json!({"user": ["bob@contoso.com", "x@contoso.com"], "DeleteUser": true, "Scheduled": {"enabled": true, "date": 1}});
    assert_eq!(write(&client, "ExecOffboardUser", &later).1.len(), 2);
    let looks =
        (0..5).take_while(|_| task(&client, "Offboarding: bob@contoso.com")["TaskState"] != "Completed").count();
    assert!(looks >= 1);
    assert!(task(&client, "Offboarding: x@contoso.com")["Results"].as_str().unwrap().starts_with("Failed"));
    assert_eq!(row(&read(&client, "ListDeletedItems"), "displayName", "Bob Kowalski")["TargetType"], "User");
}

#[test]
fn an_administrator_for_a_time() {
    let client = Client::new(Settings::default());
    let now = jiff::Timestamp::now().as_second();
    let security = "194ae4cb-b126-40b2-bd5b-6091b380977d";
    let members = |client: &Client| row(&read(client, "ListRoles"), "roleTemplateId", security)["Members"].clone();
    let before = members(&client).as_array().unwrap().len();
    run(
        &client,
        vec![case(
            "ExecJITAdmin",
            json!({"userAction": "select", "existingUser": {"value": ANN}, "AdminRoles": [{"value": security}], "StartDate": now, "EndDate": now + 4 * 3600, "ExpireAction": {"value": "RemoveRoles"}, "Reason": "work"}),
            "Successfully enabled JIT Admin",
            "ListJITAdmin",
            "/Results/0/jitAdminEnabled",
            json!(true),
        )],
    );
    assert_eq!(members(&client).as_array().unwrap().len(), before + 1);
    assert_eq!(task(&client, "JIT Admin (RemoveRoles): ann@contoso.com")["TaskState"], "Planned");
    for _ in 0..20 {
        read(&client, "ListScheduledItems");
    }
    assert_eq!(members(&client).as_array().unwrap().len(), before);
    assert_eq!(read(&client, "ListJITAdmin")["Results"][0]["jitAdminEnabled"], false);
    let created = json!({"userAction": "create", "Username": "jit", "Domain": "contoso.com", "FirstName": "J", "LastName": "T", "AdminRoles": [security], "UseTAP": true, "StartDate": now + 7200, "EndDate": now + 9000, "ExpireAction": {"value": "DeleteUser"}});
    let (status, texts) = write(&client, "ExecJITAdmin", &created);
    assert!(status == 200 && texts[1].starts_with("Password: "), "{texts:?}");
    assert!(!client.get("ListLogs").text().contains(texts[1].trim_start_matches("Password: ")));
    let ends = |client: &Client| client.get("ListUsers?tenantFilter=contoso.com&UserID=jit@contoso.com").status;
    assert_eq!(ends(&client), 200);
    for _ in 0..15 {
        read(&client, "ListScheduledItems");
    }
    assert_eq!(ends(&client), 500);
}

#[test]
fn a_user_is_made_later() {
    let client = Client::new(Settings::default());
    let body = json!({"username": "late", "PrimDomain": {"value": "contoso.com"}, "displayName": "Late", "Scheduled": {"Enabled": true, "date": 1}});
    assert_eq!(write(&client, "AddUser", &body).1, ["Successfully created scheduled task to create user Late"]);
    assert_eq!(client.get("ListUsers?tenantFilter=contoso.com&UserID=late@contoso.com").status, 500);
    for _ in 0..3 {
        task(&client, "New user creation: late@contoso.com");
    }
    assert_eq!(read(&client, "ListUsers?UserID=late@contoso.com")[0]["displayName"], "Late");
}
