//! What a tenant is, its domains, its groups.

use super::walk::walk;

#[test]
fn a_tenant_has_an_organization_and_domains() {
    walk(&[
        (
            "ListTenantDetails?tenantFilter=contoso.com",
            "",
            &[
                ("displayName", "Contoso"),
                ("technicalNotificationMails", "admin@contoso.com"),
                ("Groups[].Name", "Pilot customers"),
            ],
        ),
        ("ListOrg?tenantFilter=contoso.com", "", &[("verifiedDomains[name=contoso.com].isDefault", "true")]),
        ("ListOrg?tenantFilter=AllTenants", "", &[("", "[]")]),
        ("ListOrg?tenantFilter=tailspintoys.com", "", &[("status", "500")]),
        (
            "AddDomain",
            r#"{"tenantFilter":"contoso.com","domain":"new.contoso.com"}"#,
            &[("Results", "~added successfully")],
        ),
        ("AddDomain", r#"{"tenantFilter":"contoso.com","domain":"new.contoso.com"}"#, &[("status", "403")]),
        ("ListDomains?tenantFilter=contoso.com", "", &[("[id=new.contoso.com].isVerified", "false")]),
        (
            "ExecDomainAction",
            r#"{"tenantFilter":"contoso.com","domain":"new.contoso.com","Action":"verify"}"#,
            &[("Results", "~verified")],
        ),
        (
            "ExecDomainAction",
            r#"{"tenantFilter":"contoso.com","domain":"new.contoso.com","Action":"setDefault"}"#,
            &[("Results", "~set as default")],
        ),
        (
            "ListDomains?tenantFilter=contoso.com",
            "",
            &[("[id=new.contoso.com].isDefault", "true"), ("[id=contoso.com].isDefault", "false")],
        ),
        (
            "ExecDomainAction",
            r#"{"tenantFilter":"contoso.com","domain":"new.contoso.com","Action":"delete"}"#,
            &[("Results", "~deleted")],
        ),
        ("ListDomains?tenantFilter=contoso.com", "", &[("[id=new.contoso.com]", "null")]),
        ("ListDomains?tenantFilter=tailspintoys.com", "", &[("status", "500"), ("[]", "~AADSTS")]),
        (
            "ListAzureADConnectStatus?tenantFilter=contoso.com&DataToReturn=AzureADObjectsInError",
            "",
            &[("[].ObjectType", "User")],
        ),
        (
            "ListAzureADConnectStatus?tenantFilter=contoso.com",
            "",
            &[("[].AzureADConnectSettings.displayName", "Contoso")],
        ),
        ("ListServiceHealth?tenantFilter=AllTenants", "", &[("status", "200")]),
    ]);
}

#[test]
fn tenants_are_renamed_and_grouped() {
    walk(&[
        (
            "ListTenants",
            "",
            &[("[displayName=Fabrikam].customerId", "=> fabrikam"), ("[displayName=Contoso].customerId", "=> contoso")],
        ),
        ("ListTenantGroups", "", &[("Results[].Members[].customerId", "$contoso"), ("Results[].Id", "=> pilot")]),
        (
            "ExecTenantGroup",
            r#"{"Action":"AddEdit","groupName":"Gold","groupType":"static","members":[{"value":"$fabrikam"}]}"#,
            &[("Results[].resultText", "~created"), ("Results[].state", "success")],
        ),
        (
            "ListTenantGroups",
            "",
            &[("Results[Name=Gold].Members[].defaultDomainName", "fabrikam.com"), ("Results[Name=Gold].Id", "=> gold")],
        ),
        (
            "EditTenant",
            r#"{"customerId":"$contoso","tenantAlias":"Contoso HQ","tenantGroups":[{"groupId":"$gold"}]}"#,
            &[("state", "success"), ("Results", "null")],
        ),
        ("ListLogs", "", &[("[].Message", "~updated successfully")]),
        ("ListTenants?tenantFilter=contoso.com", "", &[("[].displayName", "Contoso HQ")]),
        (
            "ListTenantGroups?groupId=$gold",
            "",
            &[("Results[].Members[customerId=$contoso].defaultDomainName", "contoso.com")],
        ),
        (
            "ListTenantGroups?groupId=$pilot&includeUsage=true",
            "",
            &[("Results[].Members[]", "null"), ("Results[].Usage", "[]")],
        ),
        ("EditTenant", r#"{"customerId":"$contoso"}"#, &[("state", "success")]),
        ("ListTenants?tenantFilter=contoso.com", "", &[("[].displayName", "Contoso")]),
        ("EditTenant", "{}", &[("status", "400")]),
        ("ExecTenantGroup", r#"{"Action":"Delete","groupId":"$gold"}"#, &[("Results[].resultText", "~deleted")]),
        ("ListTenantGroups?groupId=$gold", "", &[("Results", "[]")]),
        (
            "ExecTenantGroup",
            r#"{"Action":"Delete","groupId":"$gold"}"#,
            &[("status", "200"), ("Results", "~not found")],
        ),
    ]);
}
