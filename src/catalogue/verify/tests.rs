use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::catalogue::{Tenant, TenantLookup, arguments, effect};

struct AnyTenant;

impl TenantLookup for AnyTenant {
    fn resolve(&self, name: &str) -> Result<Tenant, String> {
        Ok(Tenant { domain: name.into(), id: format!("id of {name}"), name: name.into() })
    }
}

/// What a call would look for: for each claim the reads and how they tell it, in words.
fn looked_for(endpoint: &str, arguments: Value, reply: Value) -> Vec<String> {
    let endpoint = find(endpoint).unwrap();
    let request = arguments::build(endpoint, &arguments, &AnyTenant).unwrap();
    let user = |name: &str| {
        (name == "ann@contoso.com").then(|| User { id: "ann-id".into(), upn: name.into(), name: "Ann".into() })
    };
    let claims = claims(&Sent { request: &request, reply, user: &user });
    claims.iter().flat_map(|claim| &claim.one).map(in_words).collect()
}

fn in_words(check: &Check) -> String {
    let row: Vec<String> = check.row.iter().map(|(field, value)| format!("{field}={value}")).collect();
    let expect: Vec<String> =
        check.expect.iter().map(|(field, _, values)| format!("{field} {}", Value::Array(values.clone()))).collect();
    let arguments: BTreeMap<_, _> = check.arguments.as_object().unwrap().iter().collect();
    let arguments = serde_json::to_string(&arguments).unwrap();
    format!("{} {arguments} [{}] {:?} {}", check.read.name, row.join(","), check.presence, expect.join(","))
}

#[test]
fn recipes_are_filled_with_what_was_sent() {
    let t = "contoso.com";
    let cases = [
        (
            "ExecPerUserMFA",
            json!({ "tenantFilter": t, "userPrincipalName": "ann@contoso.com", "State": { "label": "x", "value": "enforced" } }),
            vec![
                r#"ListPerUserMFA {"tenantFilter":"contoso.com","userId":"ann@contoso.com"} [] Present PerUserMFAState ["enforced"]"#,
            ],
        ),
        // What expects something that was not sent is left out.
        (
            "EditUser",
            json!({ "tenantFilter": t, "id": "1", "username": "ann", "jobTitle": "CEO", "Domain": t }),
            vec![
                r#"ListUsers {"UserID":"1","tenantFilter":"contoso.com"} [id="1"] Present jobTitle ["CEO"],userPrincipalName ["ann@contoso.com"]"#,
            ],
        ),
        // A text for what is not there.
        (
            "ExecDisableUser",
            json!({ "tenantFilter": t, "ID": "1" }),
            vec![
                r#"ListUsers {"UserID":"1","tenantFilter":"contoso.com"} [id|userPrincipalName="1"] Present accountEnabled ["false"]"#,
            ],
        ),
        // Each row of a body that is an array, each value of a list; another name of a user.
        (
            "ExecModifyCalPerms",
            json!({ "tenantFilter": t, "userID": "bob", "permissions": [
                { "UserID": "ann@contoso.com", "PermissionLevel": "Editor", "Modification": "Add" },
                { "UserID": "Default", "PermissionLevel": "Owner", "Modification": "Remove" },
            ] }),
            vec![
                r#"ListCalendarPermissions {"UserID":"bob","tenantFilter":"contoso.com"} [User="Ann"] Present AccessRights ["Editor"]"#,
                r#"ListCalendarPermissions {"UserID":"bob","tenantFilter":"contoso.com"} [User="Default"] Absent "#,
            ],
        ),
        (
            "ExecBulkLicense",
            json!([
                { "tenantFilter": t, "userIds": ["1"], "LicenseOperation": "Add", "Licenses": ["a", "b"] },
                { "tenantFilter": "fabrikam.com", "userIds": ["2"], "LicenseOperation": "Remove", "LicensesToRemove": ["c"] },
            ]),
            vec![
                r#"ListUsers {"UserID":"1","tenantFilter":"contoso.com"} [id="1"] Present assignedLicenses.skuId ["a","b"]"#,
                r#"ListUsers {"UserID":"2","tenantFilter":"fabrikam.com"} [id="2"] Present assignedLicenses.skuId ["c"]"#,
            ],
        ),
        // Of all tenants there is no telling; of what is named beside them there is.
        (
            "AddNamedLocation",
            json!({ "selectedTenants": ["AllTenants"], "policyName": "x", "Type": "Countries" }),
            vec![],
        ),
        (
            "AddNamedLocation",
            json!({ "selectedTenants": ["AllTenants", t], "policyName": "x", "Type": "Countries" }),
            vec![r#"ListNamedLocations {"tenantFilter":"contoso.com"} [displayName="x"] Present "#],
        ),
        // By condition; default is for the rest.
        (
            "ExecDeviceAction",
            json!({ "tenantFilter": t, "GUID": "g", "Action": "delete" }),
            vec![r#"ListDevices {"tenantFilter":"contoso.com"} [id="g"] Absent "#],
        ),
        (
            "ExecDeviceAction",
            json!({ "tenantFilter": t, "GUID": "g", "Action": "syncDevice" }),
            vec![
                r#"ListDeviceDetails {"DeviceID":"g","tenantFilter":"contoso.com"} [actionName="syncDevice"] Present lastUpdatedDateTime [null]"#,
            ],
        ),
        // A quote in a filter of OData is doubled.
        (
            "ExecDeviceDelete",
            json!({ "tenantFilter": t, "ID": "o'x", "action": "Delete" }),
            vec![
                r#"ListGraphRequest {"$filter":"id eq 'o''x'","Endpoint":"devices","tenantFilter":"contoso.com"} [id="o'x"] Absent "#,
            ],
        ),
        ("ExecOneDriveShortCut", json!({ "tenantFilter": t, "username": "ann@contoso.com", "siteUrl": "x" }), vec![]),
    ];
    for (endpoint, arguments, expected) in cases {
        assert_eq!(looked_for(endpoint, arguments.clone(), Value::Null), expected, "{endpoint} {arguments}");
    }
}

#[test]
fn an_answer_fills_holes_too() {
    let arguments = json!({ "Action": "Save", "TemplateName": "x" });
    let reply = json!({ "Metadata": { "TemplateId": "7" } });
    let expected = [r#"ExecAppPermissionTemplate {"TemplateId":"7"} [] Present TemplateName ["x"]"#];
    assert_eq!(looked_for("ExecAppPermissionTemplate", arguments.clone(), reply), expected);
    // Of an answer that got lost nothing is known.
    assert!(looked_for("ExecAppPermissionTemplate", arguments, Value::Null).is_empty());
}

#[test]
fn what_a_read_shows() {
    use Expect::{After, Contains, Empty, Exactly, Includes, Is, Lacks, Not, Set};
    let row = json!({
        "id": "1", "State": "Enforced", "name": "Ann", "on": true, "nothing": null, "blank": "",
        "skus": [{ "id": "a" }, { "id": "b" }], "none": [], "csv": "Ann Lee, Bob", "html": "<p>I am away</p>",
        "when": "2026-03-01T10:00:00Z", "box": { "label": "x", "value": "y" },
    });
    let so = || Seen::So;
    let other = |what: &str| Seen::Other(what.into());
    let missing = |what: &str| Seen::Missing(what.into());
    let cases: Vec<(&'static str, Expect, Value, Seen)> = vec![
        ("state", Is(""), json!(["enforced"]), so()),
        ("state", Is(""), json!(["disabled"]), other(r#"state is "Enforced", not "disabled""#)),
        ("on", Is(""), json!(["True"]), so()),
        ("box", Is(""), json!(["y"]), so()),
        ("skus.id", Is(""), json!(["B", "a"]), so()),
        ("skus.id", Is(""), json!(["a"]), other(r#"skus.id is "a", "b", not "a""#)),
        ("nothing", Is(""), json!(["x"]), other(r#"nothing is empty, not "x""#)),
        ("absent", Is(""), json!(["x"]), missing("absent is not told")),
        ("blank", Is(""), json!([""]), so()),
        ("name", Exactly(""), json!(["Ann"]), so()),
        ("name", Exactly(""), json!(["ann"]), other(r#"name is "Ann", not "ann""#)),
        ("on", Not(""), json!([false]), so()),
        ("on", Not(""), json!([true]), other("on is still true")),
        ("absent", Not(""), json!([true]), missing("absent is not told")),
        ("skus.id", Contains(""), json!(["a"]), so()),
        ("skus.id", Contains(""), json!(["a", "c"]), other(r#"skus.id is "a", "b", without "a", "c""#)),
        ("csv", Contains(""), json!(["bob"]), so()),
        ("none", Contains(""), json!(["a"]), other(r#"none is empty, without "a""#)),
        ("skus.id", Lacks(""), json!(["c"]), so()),
        ("none", Lacks(""), json!(["c"]), so()),
        ("skus.id", Lacks(""), json!(["b"]), other(r#"skus.id is "a", "b", still with "b""#)),
        ("html", Includes(""), json!(["i am away"]), so()),
        ("html", Includes(""), json!(["here"]), other(r#"html is "<p>I am away</p>", without "here""#)),
        ("when", After, json!([null]), so()),
        ("nothing", After, json!([null]), other("nothing is empty, which is before the call")),
        ("nothing", Empty, json!([null]), so()),
        ("blank", Empty, json!([null]), so()),
        ("absent", Empty, json!([null]), so()),
        ("name", Empty, json!([null]), other(r#"name is "Ann", not empty"#)),
        ("name", Set, json!([null]), so()),
        ("nothing", Set, json!([null]), other("nothing is empty")),
    ];
    let since = "2026-03-01T09:00:00Z".parse().unwrap();
    for (field, expect, wanted, expected) in cases {
        let check = Check { expect: vec![(field, expect, wanted.as_array().unwrap().clone())], ..check() };
        assert_eq!(check.seen(&json!([{ "id": "2" }, row]), since), expected, "{field} {expect:?} {wanted}");
    }
}

#[test]
fn rows_are_there_or_not() {
    use Presence::{Absent, AbsentBesideOthers, Present};
    let since = "2026-03-01T09:00:00Z".parse().unwrap();
    let (with, without, empty) = (json!([{ "ID": "1" }, { "id": "2" }]), json!([{ "id": "2" }]), json!([]));
    let missing = |what: &str| Seen::Missing(what.into());
    let there = Seen::Other(r#"the row with id|key "1" is still there"#.into());
    let cases = [
        (Present, &with, Seen::So),
        (Present, &without, missing(r#"the row with id|key "1" is not there"#)),
        (Present, &Value::Null, missing(r#"the row with id|key "1" is not there"#)),
        (Absent, &with, there.clone()),
        (Absent, &without, Seen::So),
        (Absent, &empty, Seen::So),
        (AbsentBesideOthers, &with, there),
        (AbsentBesideOthers, &without, Seen::So),
        (AbsentBesideOthers, &empty, missing("the list is empty")),
    ];
    for (presence, read, expected) in cases {
        let check = Check { presence, row: vec![("id|key", json!("1"))], ..check() };
        assert_eq!(check.seen(read, since), expected, "{presence:?} {read}");
    }
    // Several rows can be meant; one that is as it should be is enough.
    let both = json!({ "inner": { "rows": [{ "id": "1", "on": false }, { "id": "1", "on": true }] } });
    let on = vec![("on", Expect::Is(""), vec![json!(true)])];
    let check = Check { rows: "inner.rows", expect: on, ..check() };
    assert_eq!(check.seen(&both, since), Seen::So);
    // All rows but one kind, by a name of OData.
    let row = vec![("@odata.type", json!("! #password"))];
    let check = Check { presence: Absent, row, ..self::check() };
    assert_eq!(check.seen(&json!([{ "@odata.type": "#password" }]), since), Seen::So);
    assert_ne!(check.seen(&json!([{ "@odata.type": "#fido" }]), since), Seen::So);
}

fn check() -> Check {
    let read = find("ListUsers").unwrap();
    let row = vec![("id", json!("1"))];
    Check { read, arguments: json!({}), rows: "", row, presence: Presence::Present, expect: Vec::new() }
}

/// Every look of every recipe, with arguments as they might be filled in.
fn looks() -> Vec<(&'static Endpoint, &'static Endpoint, Value)> {
    let mut all = Vec::new();
    for endpoint in crate::catalogue::all() {
        let looks = endpoint.verify.iter().flat_map(|recipe| [Some(&recipe.one), recipe.many.as_ref()]);
        for look in looks.flatten() {
            let read = find(look.read).unwrap();
            let value = |(name, template): &(&str, &'static str)| {
                let values = read.param(name).map_or(&[][..], |param| param.values);
                let value = if template.contains('<') { values.first().unwrap_or(template) } else { template };
                ((*name).to_owned(), Value::from(*value))
            };
            all.push((endpoint, read, look.arguments.iter().map(value).collect()));
        }
    }
    all
}

#[test]
fn recipes_read_and_give_what_a_read_requires() {
    let mut wrong = Vec::new();
    for (endpoint, read, arguments) in looks() {
        if effect::effect(read, &arguments) >= crate::catalogue::Effect::Write {
            wrong.push(format!("{}: {} is no read", endpoint.name, read.name));
        }
        for problem in arguments::build(read, &arguments, &AnyTenant).err().unwrap_or_default() {
            wrong.push(format!("{}: {}: {}", endpoint.name, read.name, problem.message));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_read_back_has_recipes_or_a_reason() {
    let wrong = |endpoint: &&Endpoint| {
        !endpoint.verify_none.is_empty() && (!endpoint.verify.is_empty() || endpoint.verify_none.ends_with('.'))
    };
    let wrong: Vec<&str> = crate::catalogue::all().iter().filter(wrong).map(|endpoint| endpoint.name).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}
