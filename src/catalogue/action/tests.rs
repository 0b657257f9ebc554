//! Arguments of actions: what is sent for them, and what is said of those that are wrong.

use serde_json::{Value, json};

use super::arguments::{endpoint_arguments, refusal};
use super::find_action;

/// What the endpoint gets, or the report of what is wrong.
fn sent(action: &str, given: Value) -> Result<Value, String> {
    let action = find_action(action).unwrap();
    let given = given.as_object().unwrap();
    endpoint_arguments(action, given).map_err(|problems| refusal(action, &problems).report())
}

#[test]
fn arguments_of_the_endpoint() {
    let cases = [
        (
            "user::set_per_user_mfa",
            json!({ "Tenant_Filter": "contoso.com", "userId": "ann", "MFASTATE": "ENFORCED" }),
            json!({ "tenantFilter": "contoso.com", "userPrincipalName": "ann", "State": "enforced" }),
        ),
        (
            "calendar::edit_calendar_permissions",
            json!({ "tenant_filter": "t", "user_id": "a", "user_to_get_permissions": ["b", "c"], "modification": "Remove" }),
            json!({ "tenantFilter": "t", "userID": "a", "permissions": [{ "UserID": ["b", "c"], "Modification": "Remove" }] }),
        ),
        (
            "calendar::edit_calendar_permissions",
            json!({ "tenant_filter": "t", "user_id": "a", "permissions": [{ "UserID": "b", "Modification": "Remove" }] }),
            json!({ "tenantFilter": "t", "userID": "a", "permissions": [{ "UserID": "b", "Modification": "Remove" }] }),
        ),
        (
            "user::reset_mfa",
            json!({ "tenant_filter": "t", "user_id": "a", "method_id": "all" }),
            json!({ "tenantFilter": "t", "ID": "a" }),
        ),
        (
            "tenant::edit_tenant",
            json!({ "customer_id": "t", "tenant_alias": "" }),
            json!({ "customerId": "t", "tenantAlias": "" }),
        ),
        ("tenant::clear_tenant_cache", json!({}), json!({ "ClearCache": true, "TenantsOnly": true })),
        (
            "tenant::clear_tenant_cache",
            json!({ "clear_cache": true, "tenants_only": false }),
            json!({ "ClearCache": true, "TenantsOnly": false }),
        ),
        (
            "intune::add_store_app",
            json!({ "selected_tenants": ["t"], "package_name": "p", "application_name": "a", "description": null }),
            json!({ "selectedTenants": ["t"], "PackageName": "p", "ApplicationName": "a", "InstallationIntent": false }),
        ),
        ("cipp::execute_restore_backup", json!({ "backup_data": [{ "table": "t" }] }), json!([{ "table": "t" }])),
    ];
    for (action, given, expected) in cases {
        assert_eq!(sent(action, given.clone()), Ok(expected), "{action} {given}");
    }
}

#[test]
fn all_that_is_wrong_is_told_in_the_names_of_the_action() {
    let cases: [(&str, Value, &[&str]); 14] = [
        (
            "user::set_per_user_mfa",
            json!({ "tenant_filter": "t", "userPrincipalName": "a", "State": "x", "color": 1 }),
            &[
                "user::set_per_user_mfa: 5 problems",
                "unknown parameter \"userPrincipalName\"; here it is called user_id",
                "unknown parameter \"State\"; here it is called mfa_state",
                "unknown parameter \"color\"; it takes tenant_filter, user_id, mfa_state and user_object_id",
                "missing required parameter \"user_id\"",
                "missing required parameter \"mfa_state\"",
                "`cippsh doc user::set_per_user_mfa` shows what it takes",
            ],
        ),
        (
            "user::disable_user",
            json!({ "tenant_filter": "t", "user_id": "a" }),
            &["\"enable\"", "so would leaving it out"],
        ),
        (
            "user::disable_user",
            json!({ "tenant_filter": "t", "user_id": "a", "enable": "no" }),
            &["\"enable\" takes true or false"],
        ),
        (
            "user::reset_mfa",
            json!({ "tenant_filter": "t", "user_id": "a", "method_id": "" }),
            &["required parameter \"method_id\" is empty"],
        ),
        (
            "user::set_per_user_mfa",
            json!({ "tenant_filter": "t", "user_id": "a", "user_Id": "b", "mfa_state": "enabled" }),
            &["\"user_id\" is given twice"],
        ),
        (
            "user::set_email_forward",
            json!({ "tenant_filter": "t", "user_id": "a", "forward_option": "externaladdress" }),
            &["missing parameter \"forward_external\", which forward_option \"ExternalAddress\" needs"],
        ),
        (
            "intune::add_choco_app",
            json!({ "selected_tenants": ["t"], "package_name": "p", "application_name": "a", "installation_intent": true }),
            &["\"installation_intent\" takes install or uninstall, not true"],
        ),
        (
            "calendar::edit_calendar_permissions",
            json!({ "tenant_filter": "t", "user_id": "a" }),
            &[
                "missing required parameter \"permissions\"",
                "or its one element by modification, user_to_get_permissions",
            ],
        ),
        (
            "calendar::edit_calendar_permissions",
            json!({ "tenant_filter": "t", "user_id": "a", "modification": "Add", "user_to_get_permissions": "b", "permission_level": "x" }),
            &["\"permission_level\" takes Author, AvailabilityOnly"],
        ),
        (
            "calendar::edit_calendar_permissions",
            json!({ "tenant_filter": "t", "user_id": "a", "permissions": [{ "UserID": "b", "Modification": "x" }] }),
            &["\"permissions[0].Modification\" takes Add or Remove"],
        ),
        (
            "calendar::edit_calendar_permissions",
            json!({ "tenant_filter": "t", "user_id": "a", "modification": "Remove", "user_to_get_permissions": "b", "permissions": [{ "UserID": "b" }] }),
            &["\"modification\" is a part of \"permissions\": give one of them"],
        ),
        (
            "user::offboard_user",
            json!({ "tenant_filter": "t", "users": ["a@b"], "scheduled": { "date": "soon" } }),
            &["\"scheduled.date\" takes a time"],
        ),
        ("tenant::clear_tenant_cache", json!({ "clear_cache": false }), &["\"clear_cache\" is always true"]),
        ("user::list_user_counts", json!({ "tenant_filter": ["a", "b"] }), &["\"tenant_filter\" takes"]),
    ];
    for (action, given, expected) in cases {
        let report = sent(action, given.clone()).unwrap_err();
        for text in expected {
            assert!(report.contains(text), "{action} {given}\n{text:?} is missing in\n{report}");
        }
    }
}
