//! Templates of all kinds, one case each.

use serde_json::json;

use super::{Client, Settings};

/// What lists, adds and removes, the column of the name, and the name as it is sent.
const KINDS: &[(&str, &str, &str, &str, &str)] = &[
    ("ListAppTemplates", "AddAppTemplate", "RemoveAppTemplate", "displayName", "displayName"),
    (
        "ListAssignmentFilterTemplates",
        "AddAssignmentFilterTemplate",
        "RemoveAssignmentFilterTemplate",
        "displayName",
        "displayName",
    ),
    ("ListBaselines", "AddBaseline", "RemoveBaseline", "name", "name"),
    ("ListCAtemplates", "AddCATemplate", "RemoveCATemplate", "displayName", "displayName"),
    ("ListConnectionFilterTemplates", "AddConnectionFilterTemplate", "RemoveConnectionfilterTemplate", "name", "name"),
    ("ListContactTemplates", "AddContactTemplates", "RemoveContactTemplates", "displayName", "displayName"),
    (
        "ListDlpCompliancePolicyTemplates",
        "AddDlpCompliancePolicyTemplate",
        "RemoveDlpCompliancePolicyTemplate",
        "name",
        "Name",
    ),
    ("ListExConnectorTemplates", "AddExConnectorTemplate", "RemoveExConnectorTemplate", "name", "name"),
    (
        "ListIntuneReusableSettingTemplates",
        "AddIntuneReusableSettingTemplate",
        "RemoveIntuneReusableSettingTemplate",
        "displayName",
        "displayName",
    ),
    ("ListJITAdminTemplates", "AddJITAdminTemplate", "RemoveJITAdminTemplate", "templateName", "templateName"),
    ("ListNewUserDefaults", "AddUserDefaults", "RemoveUserDefaultTemplate", "templateName", "templateName"),
    (
        "ListRetentionCompliancePolicyTemplates",
        "AddRetentionCompliancePolicyTemplate",
        "RemoveRetentionCompliancePolicyTemplate",
        "name",
        "Name",
    ),
    (
        "ListSafeLinksPolicyTemplates",
        "AddSafeLinksPolicyTemplate",
        "RemoveSafeLinksPolicyTemplate",
        "TemplateName",
        "TemplateName",
    ),
    (
        "ListSensitiveInfoTypeTemplates",
        "AddSensitiveInfoTypeTemplate",
        "RemoveSensitiveInfoTypeTemplate",
        "name",
        "Name",
    ),
    (
        "ListSensitivityLabelTemplates",
        "AddSensitivityLabelTemplate",
        "RemoveSensitivityLabelTemplate",
        "DisplayName",
        "DisplayName",
    ),
    ("ListSpamFilterTemplates", "AddSpamFilterTemplate", "RemoveSpamfilterTemplate", "name", "name"),
    (
        "ListTenantAllowBlockListTemplates",
        "AddTenantAllowBlockListTemplate",
        "RemoveTenantAllowBlockListTemplate",
        "templateName",
        "templateName",
    ),
    ("ListTransportRulesTemplates", "AddTransportTemplate", "RemoveTransportRuleTemplate", "name", "name"),
];

#[test]
fn a_template_is_added_listed_and_removed() {
    let client = Client::new(Settings::default());
    for (list, add, remove, column, sent) in KINDS {
        let said = client.post(add, &json!({*sent: "Mine", "other": 1})).json()["Results"].as_str().unwrap().to_owned();
        let id = said.rsplit(' ').next().unwrap();
        let row = &client.get(&format!("{list}?ID={id}")).json()[0];
        assert_eq!((&row[*column], &row["other"], &row["GUID"]), (&json!("Mine"), &json!(1), &json!(id)), "{list}");
        assert_eq!(client.post(remove, &json!({"ID": id})).status, 200, "{remove}");
        assert_eq!(client.get(list).json(), json!([]), "{list}");
        assert_eq!(client.post(remove, &json!({"ID": id})).status, 500, "{remove}");
    }
}

#[test]
fn a_template_is_edited_or_overwritten_by_its_id() {
    let client = Client::new(Settings::default());
    client.post("AddContactTemplates", &json!({"GUID": "c-1", "displayName": "One", "city": "Utrecht"}));
    client.post("EditContactTemplates", &json!({"ContactTemplateID": "c-1", "displayName": "Two"}));
    let rows = client.get("ListContactTemplates").json();
    assert_eq!((&rows[0]["displayName"], &rows[0]["city"]), (&json!("Two"), &json!("Utrecht")));
    client.post("AddContactTemplates", &json!({"GUID": "c-1", "displayName": "Three"}));
    let rows = client.get("ListContactTemplates").json();
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["city"]), (1, &json!(null)));
    client.post("CreateSafeLinksPolicyTemplate", &json!({"GUID": "s-1", "TemplateName": "Links"}));
    client.post("EditSafeLinksPolicyTemplate", &json!({"ID": "s-1", "TemplateName": "Links 2"}));
    let details = client.get("ListSafeLinksPolicyTemplateDetails?ID=s-1").json();
    assert_eq!(details["Results"]["TemplateName"], "Links 2");
    for (edit, body) in
        [("EditJITAdminTemplate", json!({"GUID": "x"})), ("EditTenantAllowBlockListTemplate", json!({"GUID": "x"}))]
    {
        assert_eq!(client.post(edit, &body).status, 500, "{edit}");
    }
}
