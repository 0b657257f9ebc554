//! What belongs to the instance itself.

use super::walk::walk;

#[test]
fn a_backup_is_made_and_brings_things_back() {
    walk(&[
        ("ExecListBackup?Type=CIPP&NameOnly=true", "", &[("[].Timestamp", "=> night")]),
        ("ExecRunBackup", "{}", &[("Results.resultText", "Created backup"), ("backup", "null")]),
        (
            "ExecListBackup?Type=CIPP&NameOnly=true",
            "",
            &[("[].BackupName", "=> name"), ("[].Backup", "null"), ("[Timestamp=$night].Source", "blob")],
        ),
        ("ExecListBackup?BackupName=$name", "", &[("[].Backup", "~TenantGroups")]),
        ("ListTenantGroups", "", &[("Results[].Id", "=> group")]),
        ("ExecTenantGroup", r#"{"Action":"Delete","groupId":"$group"}"#, &[("status", "200")]),
        (
            "ExecRestoreBackup",
            r#"{"BackupName":"$name","SelectedTypes":["TenantGroups"]}"#,
            &[("Results", "Successfully restored 1 rows from backup.")],
        ),
        ("ListTenantGroups?groupId=$group", "", &[("Results[].Name", "Pilot customers")]),
        (
            "ExecRestoreBackup",
            r#"{"BackupName":"CIPPBackup_0"}"#,
            &[("status", "200"), ("Results", "Backup not found.")],
        ),
        (
            "ExecRestoreBackup",
            r#"[{"table":"templates","RowKey":"t-1","displayName":"Brought"},{"table":"CustomRoles","RowKey":"evil"}]"#,
            &[("Results", "Successfully restored 1 rows from backup.")],
        ),
        ("ListIntuneTemplates?ID=t-1", "", &[("[].displayName", "Brought")]),
        ("ListCustomRole", "", &[("[RoleName=evil]", "null")]),
        ("ExecListBackup?Type=Scheduled", "", &[("", "[]")]),
        ("ExecSetCIPPAutoBackup", r#"{"Enabled":true}"#, &[("Results", "~Automated CIPP Backup")]),
        (
            "ListScheduledItems?Name=Automated%20CIPP%20Backup",
            "",
            &[("[].Command", "New-CIPPBackup"), ("[].Recurrence", "1d")],
        ),
        ("ExecSetCIPPAutoBackup", r#"{"Enabled":"true"}"#, &[("", r#""""#)]),
        ("ExecSetCIPPAutoBackup", r#"{"Enabled":false}"#, &[("status", "200")]),
        ("ListScheduledItems?Name=Automated%20CIPP%20Backup", "", &[("", "[]")]),
    ]);
}

#[test]
fn integrations_are_set_mapped_and_tried() {
    walk(&[
        ("ListExtensionsConfig", "", &[("HaloPSA.APIKey", "SentToKeyVault"), ("Hudu.Enabled", "true")]),
        (
            "ExecExtensionsConfig",
            r#"{"HaloPSA":{"Enabled":true,"APIKey":"SentToKeyVault"},"Sherweb":{"Enabled":true,"APIKey":"very-secret"},"PWPush":{"Enabled":true}}"#,
            &[("Results", "~Successfully")],
        ),
        (
            "ListExtensionsConfig",
            "",
            &[("Sherweb.APIKey", "SentToKeyVault"), ("HaloPSA.APIKey", "SentToKeyVault"), ("Hudu", "null")],
        ),
        ("ExecExtensionTest?extensionName=HaloPSA", "", &[("Results", "Successfully connected to HaloPSA")]),
        ("ExecExtensionTest?extensionName=Hudu", "", &[("Results", "~Failed")]),
        ("ExecExtensionTest?extensionName=PWPush", "", &[("Results[].copyField", "~https://")]),
        ("ListLogs", "", &[("[].Message", "Generated a test link with PWPush")]),
        ("ExecExtensionTest?extensionName=Other", "", &[("", r#""""#)]),
        ("ListTenants", "", &[("[].customerId", "=> tenant")]),
        (
            "ExecExtensionMapping?AddMapping=HaloPSA",
            r#"[{"TenantId":"$tenant","IntegrationId":"7","IntegrationName":"Contoso"}]"#,
            &[("Results", "~Successfully edited mapping table")],
        ),
        (
            "ExecExtensionMapping?List=HaloPSA",
            "",
            &[("Mappings[TenantId=$tenant].IntegrationId", "7"), ("Companies[].value", "1")],
        ),
        ("ExecExtensionMapping?AddMapping=HaloPSA&List=HaloPSA", "[]", &[("Mappings", "[]")]),
        ("ExecExtensionMapping?AutoMapping=NinjaOne", "{}", &[("", "~NinjaOne")]),
        ("ListExtensionSync", "", &[("", "[]")]),
        ("ExecExtensionSync?Extension=NinjaOne", "{}", &[("Results", "~queued")]),
        ("ExecExtensionSync?Extension=Gradient", "{}", &[("", r#""""#)]),
    ]);
}

#[test]
fn clients_of_the_api_come_and_go() {
    walk(&[
        (
            "ExecApiClient",
            r#"{"Action":"AddUpdate","AppName":"Script","Role":{"value":"readonly"},"Enabled":true,"IpRange":[{"value":"203.0.113.0/24"}]}"#,
            &[("[].resultText", "~Script created"), ("[state=success].state", "success"), ("", "~copyField")],
        ),
        ("ListLogs", "", &[("[].Message", "API Client Script created")]),
        (
            "ExecApiClient?Action=List",
            "",
            &[
                ("Results[AppName=Script].ClientId", "=> id"),
                ("Results[AppName=Script].Role", "readonly"),
                ("Results[AppName=Script].IPRange[]", "203.0.113.0/24"),
            ],
        ),
        ("ExecApiClient?Action=GetAzureConfiguration", "", &[("Results.ClientIDs", "~-")]),
        ("ExecApiClient", r#"{"Action":"SaveToAzure"}"#, &[("status", "200")]),
        ("ExecApiClient?Action=GetAzureConfiguration", "", &[("Results.ClientIDs", "~$id")]),
        (
            "ExecApiClient",
            r#"{"Action":"ResetSecret","ClientId":"$id"}"#,
            &[("[].copyField", "~-"), ("[].resultText", "~Script")],
        ),
        (
            "ExecApiClient",
            r#"{"Action":"AddUpdate","ClientId":{"value":"$id"}}"#,
            &[("[].resultText", "API Client Script updated")],
        ),
        (
            "ExecApiClient?Action=List",
            "",
            &[("Results[ClientId=$id].Enabled", "false"), ("Results[ClientId=$id].Role", "null")],
        ),
        ("ExecApiClient", r#"{"Action":"RepairUri","ClientId":"$id"}"#, &[("Results.state", "success")]),
        ("ExecApiClient", r#"{"Action":"Delete","ClientId":"$id"}"#, &[("Results.resultText", "~deleted")]),
        (
            "ExecApiClient?Action=List",
            "",
            &[("Results[ClientId=$id]", "null"), ("Results[].AppName", "Simulated API client")],
        ),
        ("ExecApiClient", r#"{"Action":"Delete","ClientId":"$id"}"#, &[("status", "200"), ("", r#""""#)]),
        ("ExecApiClient?Action=ListAvailable", "", &[("Results[].displayName", "~CIPP-API")]),
    ]);
}

#[test]
fn roles_and_users_of_the_instance() {
    walk(&[
        (
            "ExecCustomRole",
            r#"{"Action":"AddUpdate","RoleName":"HelpDesk","Permissions":{"UserRead":"Identity.User.Read"},"AllowedTenants":["AllTenants"]}"#,
            &[("Results", "~HelpDesk saved")],
        ),
        (
            "ListCustomRole",
            "",
            &[("[RoleName=helpdesk].AllowedTenants[]", "AllTenants"), ("[RoleName=editor].Type", "Built-In")],
        ),
        (
            "ExecCustomRole",
            r#"{"Action":"Clone","RoleName":"helpdesk","NewRoleName":"Night"}"#,
            &[("Results", "~cloned")],
        ),
        ("ListCustomRole", "", &[("[RoleName=night].AllowedTenants[]", "AllTenants")]),
        ("ExecCustomRole", r#"{"Action":"Delete","RoleName":"HelpDesk"}"#, &[("status", "500")]),
        ("ExecCustomRole", r#"{"Action":"Delete","RoleName":"helpdesk"}"#, &[("Results", "Custom role deleted")]),
        ("ListCustomRole", "", &[("[RoleName=helpdesk]", "null")]),
        ("ExecCIPPUsers", r#"{"Action":"AddUpdate","UPN":"Ann@adatum.com","Roles":["admin"]}"#, &[("status", "200")]),
        ("ListCIPPUsers", "", &[("Users[UPN=ann@adatum.com].ManualRoles[]", "admin")]),
        ("ExecCIPPUsers", r#"{"Action":"Delete","UPN":"admin@adatum.com"}"#, &[("status", "400")]),
        ("ExecCIPPUsers", r#"{"Action":"Delete","UPN":"ann@adatum.com"}"#, &[("status", "200")]),
        ("ListCIPPUsers", "", &[("Users[UPN=ann@adatum.com]", "null")]),
    ]);
}

#[test]
fn repositories_and_github() {
    walk(&[
        ("ExecCommunityRepo", r#"{"Action":"Add","Id":"9","FullName":"Contoso/Own"}"#, &[("Results.state", "success")]),
        (
            "ExecCommunityRepo",
            r#"{"Action":"SetTemplateTypes","Id":"9","TemplateTypes":["CA"]}"#,
            &[("Results.state", "success")],
        ),
        (
            "ExecCommunityRepo",
            r#"{"Action":"SetBranch","FullName":"Contoso/Own","Branch":"dev"}"#,
            &[("Results.state", "success")],
        ),
        (
            "ListCommunityRepos",
            "",
            &[
                ("Results[FullName=Contoso/Own].TemplateTypes[]", "CA"),
                ("Results[FullName=Contoso/Own].UploadBranch", "dev"),
            ],
        ),
        ("ListCommunityRepos?WriteAccess=true", "", &[("Results[].FullName", "Contoso/Own")]),
        ("ExecCommunityRepo", r#"{"Action":"Delete","FullName":"Contoso/Own"}"#, &[("Results.state", "success")]),
        (
            "ExecCommunityRepo",
            r#"{"Action":"Delete","FullName":"Contoso/Community-Templates"}"#,
            &[("Results.state", "success")],
        ),
        (
            "ListCommunityRepos",
            "",
            &[("Results[FullName=Contoso/Own]", "null"), ("Results[].FullName", "Contoso/Community-Templates")],
        ),
        ("ExecGitHubAction?Action=GetBranches&FullName=Contoso/Own", "", &[("Results[].name", "main")]),
        (
            "ExecGitHubAction",
            r#"{"Action":"CreateRepo","Name":"New","Private":true,"Type":"Org","Org":"Contoso"}"#,
            &[("Results.state", "success")],
        ),
        ("ListCommunityRepos", "", &[("Results[Name=New].Visibility", "private")]),
    ]);
}

#[test]
fn settings_are_kept() {
    walk(&[
        ("ExecDnsConfig", r#"{"Action":"SetConfig","Resolver":"Cloudflare"}"#, &[("status", "200")]),
        ("ExecDnsConfig?Action=GetConfig", "", &[("Resolver", "Cloudflare")]),
        ("ExecDnsConfig", r#"{"Action":"SetConfig","Resolver":"None"}"#, &[("status", "400")]),
        ("ListDomainAnalyser?tenantFilter=contoso.com", "", &[("[].Domain", "contoso.com")]),
        ("ExecDnsConfig", r#"{"Action":"RemoveDomain","Domain":"contoso.com"}"#, &[("status", "200")]),
        ("ListDomainAnalyser?tenantFilter=contoso.com", "", &[("[Domain=contoso.com]", "null")]),
        ("ExecDomainAnalyser", r#"{"tenantFilter":{"value":"contoso.com"}}"#, &[("Results", "~started")]),
        ("ListDomainAnalyser?tenantFilter=contoso.com", "", &[("[Domain=contoso.com].Tenant", "contoso.com")]),
        (
            "ExecNotificationConfig",
            r#"{"email":"new@adatum.com","Severity":[{"value":"Error"}]}"#,
            &[("status", "200")],
        ),
        (
            "ListNotificationConfig",
            "",
            &[("email", "new@adatum.com"), ("Severity[]", "Error"), ("onePerTenant", "false")],
        ),
        ("ExecFeatureFlag", r#"{"Action":"Set","Id":"MCPServer","Enabled":"false"}"#, &[("status", "200")]),
        ("ListFeatureFlags", "", &[("[Id=MCPServer].Enabled", "true")]),
        ("ExecFeatureFlag", r#"{"Action":"Set","Id":"SuperAdminNG","Enabled":true}"#, &[("status", "400")]),
        ("ExecPasswordConfig", r#"{"passwordType":"Passphrase","wordCount":5,"separator":"."}"#, &[("status", "200")]),
        ("ExecPasswordConfig?List=true", "", &[("Results.passwordType", "Passphrase"), ("Results.wordCount", "5")]),
        (
            "ExecPasswordConfig",
            r#"{"passwordType":"Classic","charCount":14,"includeDigits":true}"#,
            &[("status", "400")],
        ),
        (
            "ExecUserSettings",
            r#"{"user":"allUsers","currentSettings":{"direction":"rtl"}}"#,
            &[("[].Results", "~Successfully")],
        ),
        ("ListUserSettings", "", &[("direction", "rtl")]),
    ]);
}

#[test]
fn the_report_database_is_filled_again_on_demand() {
    walk(&[
        ("ListDevices?tenantFilter=contoso.com", "", &[("[].id", "=> id")]),
        ("ExecDeviceAction", r#"{"tenantFilter":"contoso.com","GUID":"$id","Action":"delete"}"#, &[("status", "200")]),
        ("ListDBCache?tenantFilter=contoso.com&type=ManagedDevices", "", &[("Results[id=$id].id", "$id")]),
        (
            "ListDBCache?tenantFilter=contoso.com&type=ManagedDevices&countsOnly=true",
            "",
            &[("Results[].Type", "ManagedDevices"), ("Results[].LastRefresh", "=> before")],
        ),
        (
            "ExecCIPPDBCache?TenantFilter=contoso.com&Name=ManagedDevices",
            "{}",
            &[
                ("Results", "Successfully started cache operation for ManagedDevices on tenant contoso.com"),
                ("Metadata.QueueId", "=> queue"),
            ],
        ),
        ("ListCippQueue?QueueId=$queue", "", &[("[].Status", "Queued")]),
        (
            "ListDBCache?tenantFilter=contoso.com&type=ManagedDevices",
            "",
            &[("Results[id=$id]", "null"), ("Results[].id", "~-")],
        ),
        ("ExecCIPPDBCache", r#"{"TenantFilter":"contoso.com","Name":"ManagedDevices"}"#, &[("status", "400")]),
        ("ListDBCache?tenantFilter=contoso.com", "", &[("status", "400"), ("AvailableTypes[]", "~")]),
        (
            "ListDBCache?tenantFilter=contoso.com&type=Users",
            "",
            &[("Results[userPrincipalName=ann@contoso.com].displayName", "Ann Berg")],
        ),
    ]);
}

#[test]
fn facts_are_looked_up() {
    walk(&[
        ("ExecGeoIPLookup?IP=203.0.113.9", "", &[("ip", "203.0.113.9"), ("countryCode", "=> code")]),
        ("ExecGeoIPLookup", "{}", &[("status", "200"), ("Results", "~Error")]),
        ("ExecGeoIPLookup?IP=x", "", &[("status", "500")]),
        (
            "ListExternalTenantInfo?tenant=contoso.com",
            "",
            &[("GraphRequest.displayName", "Contoso"), ("OpenIdConfig.issuer", "~https://")],
        ),
        ("ExecUniversalSearch?name=ann", "", &[("[userPrincipalName=ann@contoso.com].displayName", "Ann Berg")]),
        (
            "ExecUniversalSearchV2?searchTerms=ann%20berg&limit=1",
            "",
            &[("[].Data.userPrincipalName", "ann@contoso.com"), ("[].Tenant", "contoso.com")],
        ),
        ("ListFunctionParameters?Function=Set-CIPPSignInState", "", &[("[].Parameters[].Name", "userid")]),
        ("ListDomainHealth?Action=ReadSPFRecord&Domain=contoso.com", "", &[("Record", "~v=spf1")]),
        ("ListDomainHealth?Action=GetDkimSelectors&Domain=contoso.com", "", &[("", "~selector1")]),
    ]);
}

#[test]
fn exchange_is_read_by_cmdlets() {
    walk(&[
        (
            "ListExoRequest",
            r#"{"TenantFilter":"contoso.com","Cmdlet":"Get-Mailbox","cmdParams":{"Identity":"ann@contoso.com"},"Select":"UserPrincipalName,EmailAddresses"}"#,
            &[
                ("Results[].UserPrincipalName", "ann@contoso.com"),
                ("Results[].EmailAddresses", "~SMTP:ann@contoso.com smtp:"),
                ("Results[].Alias", "null"),
            ],
        ),
        (
            "ListExoRequest",
            r#"{"TenantFilter":"contoso.com","Cmdlet":"Get-AcceptedDomain"}"#,
            &[("Results[].DomainName", "contoso.com")],
        ),
        ("ListExoRequest", r#"{"TenantFilter":"contoso.com","Cmdlet":"Set-Mailbox"}"#, &[("status", "400")]),
        (
            "ListExoRequest",
            r#"{"TenantFilter":"contoso.com","Cmdlet":"Get-Nothing"}"#,
            &[("status", "200"), ("Results[].Error", "~not recognized")],
        ),
        (
            "ListExoRequest",
            r#"{"TenantFilter":"tailspintoys.com","Cmdlet":"Get-Mailbox"}"#,
            &[("status", "200"), ("Results[].Error", "~AADSTS")],
        ),
        ("ListExoRequest", r#"{"AvailableCmdlets":true}"#, &[("Results[].Cmdlet", "~Get-")]),
    ]);
}
