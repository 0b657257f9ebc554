//! Apps, policies, scripts and Autopilot.

use super::walk::walk;

#[test]
fn apps_go_through_the_queue_and_are_assigned() {
    walk(&[
        (
            "AddStoreApp",
            r#"{"selectedTenants":[{"defaultDomainName":"contoso.com"}],"ApplicationName":"Slack","PackageName":"x","AssignTo":"AllDevices"}"#,
            &[("Results", "~Slack for contoso.com to queue")],
        ),
        (
            "AddChocoApp",
            r#"{"selectedTenants":[{"defaultDomainName":"AllTenants"}],"ApplicationName":"VLC","PackageName":"vlc"}"#,
            &[("Results", "~VLC")],
        ),
        (
            "AddMSPApp",
            r#"{"selectedTenants":[{"defaultDomainName":"contoso.com"},{"defaultDomainName":"fabrikam.com"}],"RMMName":{"value":"syncro"},"DisplayName":"Syncro","params":{"ClientURL":"key"}}"#,
            &[("Results[]", "~Syncro")],
        ),
        ("AddMSPApp", r#"{"RMMName":{"value":"other"},"DisplayName":"X"}"#, &[("status", "400")]),
        (
            "AddWin32ScriptApp",
            r#"{"selectedTenants":["contoso.com"],"ApplicationName":"X"}"#,
            &[("status", "200"), ("Results", "null")],
        ),
        (
            "AddWin32ScriptApp",
            r#"{"selectedTenants":[{"defaultDomainName":"fabrikam.com"}],"ApplicationName":"Own","installScript":"x"}"#,
            &[("Results", "~Own")],
        ),
        (
            "ListApplicationQueue",
            "",
            &[
                ("[applicationName=Slack].tenantName", "contoso.com"),
                ("[applicationName=Syncro].cmdLine", "~key"),
                ("[applicationName=Own].id", "=> own"),
            ],
        ),
        ("RemoveQueuedApp", r#"{"ID":"$own"}"#, &[("Results", "~Successfully removed")]),
        ("RemoveQueuedApp", r#"{"ID":"$own"}"#, &[("status", "403")]),
        ("ExecAppUpload", "{}", &[("status", "200")]),
        (
            "ListApplicationQueue",
            "",
            &[("[].applicationName", "VLC"), ("[].status", "Deployed"), ("[applicationName=Slack]", "null")],
        ),
        (
            "ListApps?tenantFilter=contoso.com",
            "",
            &[
                ("[displayName=Slack].AppAssignment", "All Devices (required)"),
                ("[displayName=VLC].id", "=> vlc"),
                ("[displayName=Own]", "null"),
            ],
        ),
        (
            "ExecAssignApp",
            r#"{"tenantFilter":"contoso.com","ID":"$vlc","AssignTo":"AllDevicesAndUsers","Intent":"Available"}"#,
            &[("Results", "~Successfully assigned")],
        ),
        (
            "ExecAssignApp",
            r#"{"tenantFilter":"contoso.com","ID":"$vlc","GroupNames":["Sales"],"assignmentMode":"append","excludeGroup":"Pilots"}"#,
            &[("status", "200")],
        ),
        (
            "ListApps?tenantFilter=contoso.com",
            "",
            &[
                (
                    "[id=$vlc].AppAssignment",
                    "All Devices (available), All Licensed Users (available), Sales (required)",
                ),
                ("[id=$vlc].AppExclude", "Pilots"),
            ],
        ),
        (
            "ExecAssignApp",
            r#"{"tenantFilter":"contoso.com","ID":"$vlc","AssignTo":"AllUsers","assignmentMode":"replace"}"#,
            &[("status", "200")],
        ),
        (
            "ListApps?tenantFilter=contoso.com",
            "",
            &[("[id=$vlc].AppAssignment", "All Licensed Users (required)"), ("[id=$vlc].AppExclude", r#""""#)],
        ),
        ("ExecAssignApp", r#"{"tenantFilter":"contoso.com","ID":"$vlc"}"#, &[("status", "500")]),
        ("RemoveApp", r#"{"tenantFilter":"contoso.com","ID":"$vlc"}"#, &[("Results", "~Successfully deleted app")]),
        ("ListApps?tenantFilter=contoso.com", "", &[("[id=$vlc]", "null")]),
        ("RemoveApp", r#"{"tenantFilter":"contoso.com","ID":"$vlc"}"#, &[("status", "500")]),
        ("RemoveApp", r#"{"tenantFilter":"contoso.com"}"#, &[("", r#""""#)]),
        (
            "ListApps?tenantFilter=AllTenants",
            "",
            &[("[displayName=7-Zip].CacheTimestamp", "~T"), ("[displayName=Slack]", "null")],
        ),
        (
            "AddOfficeApp",
            r#"{"selectedTenants":[{"defaultDomainName":"contoso.com"}],"AssignTo":"AllDevices"}"#,
            &[("Results", "~Successfully added Office App")],
        ),
        (
            "AddOfficeApp",
            r#"{"selectedTenants":[{"defaultDomainName":"contoso.com"}]}"#,
            &[("Results", "~already exists")],
        ),
        (
            "ListApps?tenantFilter=contoso.com",
            "",
            &[("[@odata.type=#microsoft.graph.officeSuiteApp].AppAssignment", "~All Devices")],
        ),
    ]);
}

#[test]
fn policies_are_added_assigned_renamed_and_removed() {
    walk(&[
        (
            "AddPolicy",
            r#"{"tenantFilter":[{"value":"contoso.com"}],"displayName":"Firewall","TemplateType":"Device","RAWJson":"{}","AssignTo":"AllDevices"}"#,
            &[("Results[]", "Successfully added policy Firewall for contoso.com")],
        ),
        (
            "AddPolicy",
            r#"{"tenantFilter":"contoso.com","displayName":"Odd","TemplateType":"None"}"#,
            &[("Results[]", "~Successfully")],
        ),
        (
            "ListIntunePolicy?tenantFilter=contoso.com",
            "",
            &[
                ("[displayName=Firewall].id", "=> id"),
                ("[displayName=Firewall].PolicyAssignment", "All Devices"),
                ("[displayName=Odd]", "null"),
            ],
        ),
        (
            "ExecAssignPolicy",
            r#"{"tenantFilter":"contoso.com","ID":"$id","Type":"deviceConfigurations","AssignTo":"allLicensedUsers"}"#,
            &[("status", "200")],
        ),
        (
            "ListIntunePolicy?tenantFilter=contoso.com",
            "",
            &[("[id=$id].PolicyAssignment", "All Devices, All Licenced Users")],
        ),
        (
            "ExecAssignPolicy",
            r#"{"tenantFilter":"contoso.com","ID":"$id","AssignTo":"AllDevices","assignmentMode":"apend"}"#,
            &[("status", "200")],
        ),
        ("ListIntunePolicy?tenantFilter=contoso.com", "", &[("[id=$id].PolicyAssignment", "All Devices")]),
        (
            "ExecAssignPolicy",
            r#"{"tenantFilter":"contoso.com","ID":"$id","GroupNames":["Sales"]}"#,
            &[("Results", "No assignments specified. No action taken.")],
        ),
        (
            "EditIntunePolicy",
            r#"{"tenantFilter":"contoso.com","ID":"$id","newDisplayName":"Firewall 2","policyType":"deviceConfigurations"}"#,
            &[("Results", "~Successfully")],
        ),
        (
            "ListIntunePolicy?tenantFilter=contoso.com&ID=$id&URLName=deviceConfigurations",
            "",
            &[("[].displayName", "Firewall 2")],
        ),
        (
            "EditPolicy",
            r#"{"tenantid":"contoso.com","groupid":"$id","Displayname":"Firewall 3","Description":""}"#,
            &[("status", "200")],
        ),
        ("ListIntunePolicy?tenantFilter=contoso.com", "", &[("[id=$id].displayName", "Firewall 3")]),
        (
            "RemovePolicy",
            r#"{"tenantFilter":"contoso.com","ID":"$id","URLName":"deviceConfigurations"}"#,
            &[("Results", "~Successfully deleted")],
        ),
        ("ListIntunePolicy?tenantFilter=contoso.com", "", &[("[id=$id]", "null")]),
        (
            "RemovePolicy",
            r#"{"tenantFilter":"contoso.com","ID":"$id","URLName":"deviceConfigurations"}"#,
            &[("status", "403"), ("Results", "~Could not delete policy")],
        ),
        ("ListCompliancePolicies?tenantFilter=contoso.com", "", &[("[].displayName", "Default compliance")]),
        ("ListAppProtectionPolicies?tenantFilter=contoso.com", "", &[("[].displayName", "Mobile apps")]),
        ("ListDevices?tenantFilter=contoso.com", "", &[("[].id", "=> device")]),
        (
            "RemovePolicy",
            r#"{"tenantFilter":"contoso.com","ID":"$device","URLName":"managedDevices"}"#,
            &[("status", "200")],
        ),
        ("ListDevices?tenantFilter=contoso.com", "", &[("[id=$device]", "null")]),
        (
            "AddDefenderDeployment",
            r#"{"selectedTenants":[{"value":"fabrikam.com"}],"ASR":{"BlockPSExec":true},"EDR":{"Config":true}}"#,
            &[("Results[]", "~fabrikam.com")],
        ),
        (
            "ListIntunePolicy?tenantFilter=fabrikam.com",
            "",
            &[("[displayName=ASR Default rules].id", "~-"), ("[displayName=Default AV Policy]", "null")],
        ),
        (
            "AddIntuneTemplate",
            r#"{"RawJSON":"{}","displayName":"Mine","TemplateType":"Catalog"}"#,
            &[("Results", "Successfully added template")],
        ),
        ("ListIntuneTemplates", "", &[("[displayName=Mine].GUID", "=> template")]),
        ("RemoveIntuneTemplate", r#"{"ID":"$template"}"#, &[("status", "200")]),
        ("ListIntuneTemplates?ID=$template", "", &[("", "[]")]),
        ("ListAssignmentFilters?tenantFilter=contoso.com", "", &[("[].displayName", "Company-owned")]),
    ]);
}

#[test]
fn scripts_are_read_edited_and_removed() {
    walk(&[
        (
            "ListIntuneScript?tenantFilter=contoso.com",
            "",
            &[("[scriptType=MacOS].id", "=> id"), ("[].scriptContent", r#""""#)],
        ),
        (
            "EditIntuneScript?TenantFilter=contoso.com&ScriptId=$id",
            "",
            &[("scriptContent", "~V3J"), ("lastModifiedDateTime", "=> before")],
        ),
        (
            "EditIntuneScript",
            r#"{"TenantFilter":"contoso.com","ScriptId":"$id","ScriptType":"MacOS","IntuneScript":"{\"displayName\":\"Dock 2\"}"}"#,
            &[("status", "200")],
        ),
        (
            "EditIntuneScript",
            r#"{"TenantFilter":"contoso.com","ScriptId":"$id","IntuneScript":"{}"}"#,
            &[("status", "500")],
        ),
        ("ListIntuneScript?tenantFilter=contoso.com", "", &[("[id=$id].displayName", "Dock 2")]),
        (
            "RemoveIntuneScript",
            r#"{"TenantFilter":"contoso.com","ID":"$id","ScriptType":"Windows"}"#,
            &[("status", "403")],
        ),
        (
            "RemoveIntuneScript",
            r#"{"TenantFilter":"contoso.com","ID":"$id","ScriptType":"MacOS","DisplayName":"Dock 2"}"#,
            &[("Results", "~Deleted MacOS script Dock 2")],
        ),
        ("ListIntuneScript?tenantFilter=contoso.com", "", &[("[id=$id]", "null")]),
        ("EditIntuneScript?TenantFilter=contoso.com&ScriptId=$id", "", &[("status", "404")]),
        ("ListIntuneScript?tenantFilter=tailspintoys.com", "", &[("status", "200"), ("[].displayName", "~AADSTS")]),
    ]);
}

#[test]
fn autopilot_devices_come_are_assigned_and_go() {
    walk(&[
        (
            "AddAPDevice",
            r#"{"TenantFilter":{"value":"contoso.com"},"autopilotData":[{"SerialNumber":"SN-1","oemManufacturerName":"Dell"}]}"#,
            &[("Results", "~1 devices")],
        ),
        ("AddAPDevice", r#"{"TenantFilter":"contoso.com","autopilotData":[]}"#, &[("status", "500")]),
        ("ListAPDevices?tenantFilter=contoso.com", "", &[("[serialNumber=SN-1].id", "=> id")]),
        (
            "ExecAssignAPDevice",
            r#"{"tenantFilter":"contoso.com","device":"$id","user":{"addedFields":{"userPrincipalName":"ann@contoso.com","addressableUserName":"Ann"}}}"#,
            &[("Results", "~ann@contoso.com")],
        ),
        ("ListAPDevices?tenantFilter=contoso.com", "", &[("[id=$id].userPrincipalName", "ann@contoso.com")]),
        (
            "ExecAssignAPDevice",
            r#"{"tenantFilter":"contoso.com","device":"$id","user":{"value":"bob@contoso.com"}}"#,
            &[("status", "200")],
        ),
        ("ListAPDevices?tenantFilter=contoso.com", "", &[("[id=$id].userPrincipalName", r#""""#)]),
        ("RemoveAPDevice", r#"{"tenantFilter":"contoso.com","ID":"$id"}"#, &[("Results", "~Successfully deleted")]),
        ("ListAPDevices?tenantFilter=contoso.com", "", &[("[id=$id]", "null"), ("[].id", "=> other")]),
        ("ExecSyncAPDevices", r#"{"tenantFilter":"contoso.com"}"#, &[("status", "200")]),
        ("ExecSyncAPDevices", r#"{"tenantFilter":"contoso.com"}"#, &[("status", "403"), ("Results", "~10 minutes")]),
        ("RemoveAPDevice", r#"{"tenantFilter":"contoso.com","ID":"$other"}"#, &[("status", "500"), ("", "~Too many")]),
        ("ListAPDevices?tenantFilter=contoso.com", "", &[("[id=$other]", "null")]),
        (
            "ListGraphRequest?tenantFilter=contoso.com&Endpoint=deviceManagement/windowsAutopilotSettings",
            "",
            &[("Results[].syncStatus", "inProgress")],
        ),
        (
            "ListAppleEnrollmentProfiles?tenantFilter=contoso.com",
            "",
            &[("Results.Tokens[].lastSyncTriggeredDateTime", "=> before")],
        ),
        ("ExecSyncDEP", r#"{"tenantFilter":"contoso.com"}"#, &[("status", "200")]),
        ("ExecSyncDEP", r#"{"tenantFilter":"contoso.com"}"#, &[("status", "403")]),
        (
            "AddAutopilotConfig",
            r#"{"selectedTenants":[{"value":"contoso.com"}],"DisplayName":"Kiosk","DeploymentMode":true}"#,
            &[("Results", "Successfully added profile Kiosk for contoso.com")],
        ),
        (
            "ListAutopilotconfig?tenantFilter=contoso.com&type=ApProfile",
            "",
            &[("[displayName=Kiosk].outOfBoxExperienceSetting.deviceUsageType", "shared")],
        ),
        (
            "AddEnrollment",
            r#"{"selectedTenants":[{"value":"contoso.com"},{"value":"fabrikam.com"}],"TimeOutInMinutes":90,"blockDevice":true}"#,
            &[("Results[]", "~contoso.com")],
        ),
        (
            "ListAutopilotconfig?tenantFilter=contoso.com&type=ESP",
            "",
            &[
                ("[displayName=All users and all devices].installProgressTimeoutInMinutes", "90"),
                ("[].blockDeviceSetupRetryByUser", "false"),
            ],
        ),
        ("ListAutopilotconfig?tenantFilter=contoso.com", "", &[("", "[null]")]),
    ]);
}

#[test]
fn filters_profiles_and_clones() {
    walk(&[
        (
            "AddAssignmentFilter",
            r#"{"tenantFilter":"contoso.com","displayName":"Laptops","platform":"windows10AndLater","rule":"a"}"#,
            &[("status", "200")],
        ),
        (
            "ListAssignmentFilters?tenantFilter=contoso.com",
            "",
            &[("[displayName=Laptops].rule", "a"), ("[displayName=Laptops].id", "=> id")],
        ),
        ("EditAssignmentFilter", r#"{"tenantFilter":"contoso.com","filterId":"$id","rule":"b"}"#, &[("status", "200")]),
        (
            "ListAssignmentFilters?tenantFilter=contoso.com&filterId=$id",
            "",
            &[("[].rule", "b"), ("[].displayName", "Laptops")],
        ),
        (
            "ExecAssignmentFilter",
            r#"{"tenantFilter":"contoso.com","ID":"$id","Action":"Delete"}"#,
            &[("status", "200")],
        ),
        ("ListAssignmentFilters?tenantFilter=contoso.com", "", &[("[id=$id]", "null")]),
        ("ListAssignmentFilters?tenantFilter=tailspintoys.com", "", &[("status", "500"), ("", "[]")]),
        ("ListAPDevices?tenantFilter=contoso.com", "", &[("[].id", "=> device")]),
        (
            "ExecRenameAPDevice",
            r#"{"tenantFilter":"contoso.com","deviceId":"$device","displayName":"Desk 1"}"#,
            &[("status", "200")],
        ),
        (
            "ExecSetAPDeviceGroupTag",
            r#"{"tenantFilter":"contoso.com","deviceId":"$device","groupTag":"Desk"}"#,
            &[("status", "200")],
        ),
        (
            "ListAPDevices?tenantFilter=contoso.com",
            "",
            &[("[id=$device].displayName", "Desk 1"), ("[id=$device].groupTag", "Desk")],
        ),
        ("ListAutopilotconfig?tenantFilter=contoso.com&type=ApProfile", "", &[("[].id", "=> profile")]),
        ("RemoveAutopilotConfig", r#"{"tenantFilter":"contoso.com","ID":"$profile"}"#, &[("status", "200")]),
        ("ListAutopilotconfig?tenantFilter=contoso.com&type=ApProfile", "", &[("[id=$profile]", "null")]),
        ("ListIntunePolicy?tenantFilter=contoso.com", "", &[("[displayName=Wi-Fi].id", "=> policy")]),
        (
            "AddIntunePolicyClone",
            r#"{"tenantFilter":"contoso.com","ID":"$policy","newDisplayName":"Wi-Fi 2"}"#,
            &[("status", "200")],
        ),
        ("ListIntunePolicy?tenantFilter=contoso.com", "", &[("[displayName=Wi-Fi 2].URLName", "deviceConfigurations")]),
    ]);
}
