//! Exclusion, offboarding and onboarding of tenants.

use super::walk::walk;

#[test]
fn an_excluded_tenant_is_gone_until_it_is_taken_back() {
    walk(&[
        ("ExecExcludeTenant?List=true", "", &[("[].defaultDomainName", "proseware.com"), ("[].Excluded", "true")]),
        ("ListTenants", "", &[("[displayName=Contoso].customerId", "=> id")]),
        (
            "ExecExcludeTenant?AddExclusion=false",
            r#"{"value":["$id"]}"#,
            &[("Results", "Success. Added exclusions for customer(s): contoso.com")],
        ),
        ("ListTenants", "", &[("[displayName=Contoso]", "null")]),
        (
            "ListOffboardTenants",
            "",
            &[("[customerId=$id].Excluded", "true"), ("[displayName=Fabrikam].Excluded", "false")],
        ),
        ("ExecExcludeTenant?ListAll=true", "", &[("[customerId=$id].ExcludeUser", "Simulated API client")]),
        ("ListUsers?tenantFilter=contoso.com", "", &[("[]", "null")]),
        ("ExecExcludeTenant?RemoveExclusion=true", r#"{"value":["$id"]}"#, &[("Results", "~Success. Removed")]),
        ("ListTenants", "", &[("[displayName=Contoso].Excluded", "false")]),
        (
            "ExecExcludeTenant?AddExclusion=true",
            r#"{"value":["nobody"]}"#,
            &[("status", "200"), ("Results", "~Failed.")],
        ),
        ("ListLogs", "", &[("[].Message", "~Failed.")]),
    ]);
}

#[test]
fn offboarding_takes_the_row_only_with_the_relationship() {
    walk(&[
        (
            "ExecOffboardTenant",
            r#"{"TenantFilter":{"value":"fabrikam.com"},"RemoveCSPGuestUsers":true}"#,
            &[("Results[]", "~guest users"), ("Errors[]", "null")],
        ),
        ("ListOffboardTenants", "", &[("[displayName=Fabrikam].Excluded", "false")]),
        ("ExecOffboardTenant", r#"{"TenantFilter":"fabrikam.com","TerminateGDAP":true}"#, &[("Results[]", "~GDAP")]),
        ("ListOffboardTenants", "", &[("[displayName=Fabrikam]", "null")]),
        ("ListTenants", "", &[("[displayName=Fabrikam]", "null")]),
        (
            "ExecOffboardTenant",
            r#"{"TenantFilter":"fabrikam.com","TerminateGDAP":true}"#,
            &[("status", "200"), ("Errors[]", "Tenant has already been offboarded")],
        ),
    ]);
}

#[test]
fn onboarding_is_started_seen_and_forgotten() {
    walk(&[
        ("ExecOnboardTenant", r#"{"id":"relation-1"}"#, &[("RowKey", "relation-1")]),
        ("ListTenantOnboarding", "", &[("[RowKey=relation-1].Status", "succeeded")]),
        ("ExecOnboardTenant", r#"{"id":"relation-1","Cancel":true}"#, &[("Results", "~cancelled")]),
        ("ListTenantOnboarding", "", &[("[]", "null")]),
    ]);
}

#[test]
fn a_removed_tenant_has_no_row() {
    walk(&[
        ("ListTenants", "", &[("[displayName=Contoso].customerId", "=> id")]),
        ("ExecRemoveTenant", r#"{"TenantID":"$id"}"#, &[("Results", "~contoso.com")]),
        ("ListTenants", "", &[("[displayName=Contoso]", "null")]),
        ("ExecRemoveTenant", r#"{"TenantID":"$id"}"#, &[("status", "500")]),
    ]);
}
