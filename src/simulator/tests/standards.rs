//! Standards, drift, alignment.

use super::walk::walk;

#[test]
fn a_template_is_saved_run_and_removed() {
    walk(&[
        ("listStandardTemplates", "", &[("[].templateName", "Baseline"), ("[].tenantFilter[].value", "contoso.com")]),
        (
            "AddStandardsTemplate",
            r#"{"templateName":"Gold","tenantFilter":[{"value":"fabrikam.com","label":"Fabrikam","type":"Tenant"}],"runManually":false,"standards":{"AuditLog":{"action":[{"value":"Remediate"}]}}}"#,
            &[("Results", "Successfully added template"), ("Metadata.id", "=> id")],
        ),
        (
            "listStandardTemplates?id=$id",
            "",
            &[("[].templateName", "Gold"), ("[].runManually", "false"), ("[].updatedBy", "~client")],
        ),
        ("ListStandardsCompare?tenantFilter=fabrikam.com&templateId=$id", "", &[("", "[]")]),
        (
            "ExecStandardsRun?tenantFilter=fabrikam.com&templateId=$id",
            "{}",
            &[("Results", "Successfully started Standards Run for tenant: fabrikam.com - Template: $id")],
        ),
        (
            "ListStandardsCompare?tenantFilter=fabrikam.com&templateId=$id",
            "",
            &[("[].tenantFilter", "fabrikam.com"), ("[]", "~LastRefresh")],
        ),
        (
            "ListStandards?tenantFilter=fabrikam.com&ShowConsolidated=true",
            "",
            &[("[].Standard", "AuditLog"), ("[].TemplateId", "$id")],
        ),
        ("ListStandards?tenantFilter=fabrikam.com", "", &[("", "[]")]),
        ("ListTenantAlignment", "", &[("[standardId=$id].alignmentScore", "100")]),
        ("ListTenantAlignment?granular=true", "", &[("[templateId=$id].complianceStatus", "Compliant")]),
        (
            "ExecStandardsRun",
            r#"{"tenantFilter":"fabrikam.com"}"#,
            &[("Results", "~tenant: allTenants - Template: All")],
        ),
        (
            "AddStandardsTemplate",
            r#"{"GUID":"$id","templateName":"Gold 2","tenantFilter":["fabrikam.com"],"standards":{}}"#,
            &[("Metadata.id", "$id")],
        ),
        ("listStandardTemplates?id=$id", "", &[("[].templateName", "Gold 2"), ("[].runManually", "null")]),
        ("ExecStandardTemplateSchedule", r#"{"TemplateId":"$id","runManually":true}"#, &[("status", "200")]),
        ("listStandardTemplates?id=$id", "", &[("[].runManually", "true")]),
        ("RemoveStandardTemplate", r#"{"ID":"$id"}"#, &[("Results", "~Gold 2")]),
        ("listStandardTemplates?id=$id", "", &[("", "[]")]),
        ("RemoveStandardTemplate", r#"{"ID":"$id"}"#, &[("status", "500")]),
        ("RemoveStandard?ID=contoso.com", "{}", &[("status", "200")]),
    ]);
}

#[test]
fn verdicts_on_drift_are_kept() {
    walk(&[
        (
            "ListTenantDrift?tenantFilter=contoso.com",
            "",
            &[("[].allDeviations[].Status", "New"), ("[].currentDeviationsCount", "2")],
        ),
        (
            "ExecUpdateDriftDeviation",
            r#"{"TenantFilter":"contoso.com","deviations":[{"standardName":"standards.AuditLog","status":"Accepted"},{"standardName":"none","status":"New"}]}"#,
            &[("Results[].success", "true"), ("Results", "~does not exist")],
        ),
        (
            "ListTenantDrift?tenantFilter=contoso.com",
            "",
            &[
                ("[].allDeviations[standardName=standards.AuditLog].Status", "Accepted"),
                ("[].acceptedDeviationsCount", "1"),
            ],
        ),
        ("ListConditionalAccessPolicies?tenantFilter=contoso.com", "", &[("Results[].id", "=> id")]),
        (
            "ExecUpdateDriftDeviation",
            r#"{"TenantFilter":"contoso.com","deviations":[{"standardName":"ConditionalAccessTemplates.local","status":"DeniedDelete","receivedValue":"{\"id\":\"$id\",\"conditions\":{}}"}]}"#,
            &[("Results[].success", "true")],
        ),
        ("ListConditionalAccessPolicies?tenantFilter=contoso.com", "", &[("Results[id=$id]", "null")]),
        (
            "ExecUpdateDriftDeviation",
            r#"{"TenantFilter":"contoso.com","RemoveDriftCustomization":"false"}"#,
            &[("Results[].state", "success")],
        ),
        ("ListTenantDrift?tenantFilter=contoso.com", "", &[("[].currentDeviationsCount", "2")]),
    ]);
}
