//! Devices and their secrets.

use super::walk::walk;

#[test]
fn actions_show_on_the_device() {
    walk(&[
        (
            "ListDevices?tenantFilter=contoso.com",
            "",
            &[("[operatingSystem=Windows].id", "=> id"), ("[operatingSystem=Windows].serialNumber", "=> serial")],
        ),
        (
            "ExecDeviceAction",
            r#"{"tenantFilter":"contoso.com","GUID":"$id","Action":"syncDevice"}"#,
            &[("Results", "Queued syncDevice on $id")],
        ),
        (
            "ListDeviceDetails?tenantFilter=contoso.com&DeviceID=$id",
            "",
            &[
                ("deviceActionResults[actionName=syncDevice].lastUpdatedDateTime", "=> when"),
                ("DetectedApps[].displayName", "~Edge"),
            ],
        ),
        ("ListDevices?tenantFilter=contoso.com", "", &[("[id=$id].lastSyncDateTime", "$when")]),
        (
            "ExecDeviceAction",
            r#"{"tenantFilter":"contoso.com","GUID":"$id","Action":"users","user":{"value":"bob@contoso.com"}}"#,
            &[("Results", "Changed primary user on device $id to bob@contoso.com")],
        ),
        (
            "ExecDeviceAction",
            r#"{"tenantFilter":"contoso.com","GUID":"$id","Action":"setDeviceName","input":"NEW-1"}"#,
            &[("Results", "~Queued")],
        ),
        (
            "ListDeviceDetails?tenantFilter=contoso.com&DeviceSerial=$serial",
            "",
            &[("userPrincipalName", "bob@contoso.com"), ("deviceName", "NEW-1")],
        ),
        (
            "ExecDeviceAction",
            r#"{"tenantFilter":"contoso.com","GUID":"$id","Action":"wipe"}"#,
            &[("Results", "~Queued wipe")],
        ),
        ("ListDeviceDetails?tenantFilter=contoso.com&DeviceName=NEW-1", "", &[("managementState", "wipePending")]),
        (
            "ExecDeviceAction",
            r#"{"tenantFilter":"contoso.com","GUID":"$id","Action":"delete"}"#,
            &[("status", "200"), ("Results", r#""""#)],
        ),
        ("ListDevices?tenantFilter=contoso.com", "", &[("[id=$id]", "null")]),
        ("ListDeviceDetails?tenantFilter=contoso.com&DeviceID=$id", "", &[("", r#""""#)]),
        (
            "ExecDeviceAction",
            r#"{"tenantFilter":"contoso.com","GUID":"$id","Action":"syncDevice"}"#,
            &[("status", "500"), ("Results", "~Failed to queue action")],
        ),
        (
            "ExecDeviceAction",
            r#"{"tenantFilter":"nowhere.example","GUID":"$id","Action":"syncDevice"}"#,
            &[("status", "200"), ("Results", "~Queued")],
        ),
        ("ListDevices?tenantFilter=AllTenants", "", &[("", "[]")]),
        ("ListDefenderState?tenantFilter=contoso.com", "", &[("[].windowsProtectionState.deviceState", "clean")]),
        ("ListDefenderState?tenantFilter=tailspintoys.com", "", &[("status", "200"), ("[]", "~AADSTS")]),
        ("ListDefenderTVM?tenantFilter=contoso.com", "", &[("[].cveId", "~CVE-")]),
    ]);
}

#[test]
fn devices_of_the_directory_are_seen_through_graph() {
    walk(&[
        (
            "ListGraphRequest?tenantFilter=contoso.com&Endpoint=devices",
            "",
            &[("Results[].id", "=> id"), ("Results[].Tenant", "contoso.com")],
        ),
        (
            "ExecDeviceDelete",
            r#"{"tenantFilter":"contoso.com","ID":"$id","action":"Disable"}"#,
            &[("Results", "Executed action Disable on $id")],
        ),
        (
            "ListGraphRequest?tenantFilter=contoso.com&Endpoint=devices&$filter=id%20eq%20'$id'&$select=accountEnabled",
            "",
            &[("Results[].accountEnabled", "false"), ("Results[].displayName", "null")],
        ),
        (
            "ListGraphRequest?tenantFilter=contoso.com&Endpoint=devices",
            "",
            &[("Results[id=$id].registeredOwnerUpn", "=> owner")],
        ),
        (
            "ListUserDevices?tenantFilter=contoso.com&UserID=$owner",
            "",
            &[("[ID=$id].accountEnabled", "false"), ("[ID=$id].EPMID", "~-")],
        ),
        (
            "ExecDeviceDelete",
            r#"{"tenantFilter":"contoso.com","ID":"$id","action":"Delete"}"#,
            &[("Results", "~Delete")],
        ),
        (
            "ListGraphRequest?tenantFilter=contoso.com&Endpoint=devices&$filter=id%20eq%20'$id'",
            "",
            &[("Results", "[]")],
        ),
        ("ListGraphRequest?tenantFilter=contoso.com&Endpoint=devices/$id", "", &[("status", "400")]),
        ("ExecDeviceDelete", r#"{"tenantFilter":"contoso.com","ID":"$id","action":"Delete"}"#, &[("status", "400")]),
    ]);
}

#[test]
fn secrets_are_given_and_logged_without_themselves() {
    walk(&[
        (
            "ListDevices?tenantFilter=contoso.com",
            "",
            &[
                ("[operatingSystem=Windows].azureADDeviceId", "=> device"),
                ("[operatingSystem=Windows].id", "=> id"),
                ("[operatingSystem=macOS].id", "=> mac"),
                ("[operatingSystem=iOS].azureADDeviceId", "=> phone"),
            ],
        ),
        (
            "ExecGetLocalAdminPassword",
            r#"{"TenantFilter":"contoso.com","guid":"$device"}"#,
            &[("Results.resultText", "~LAPS password retrieved"), ("Results.copyField", "=> password")],
        ),
        ("ListLogs", "", &[("[].Message", "Retrieved the local admin password of $device")]),
        (
            "ExecDeviceAction",
            r#"{"tenantFilter":"contoso.com","GUID":"$id","Action":"RotateLocalAdminPassword"}"#,
            &[("Results", "~Queued")],
        ),
        (
            "ExecGetLocalAdminPassword",
            r#"{"TenantFilter":"contoso.com","guid":"$device"}"#,
            &[("Results.copyField", "~Lp!"), ("Results.copyField", "=> other")],
        ),
        (
            "ExecGetLocalAdminPassword",
            r#"{"TenantFilter":"contoso.com","guid":"$phone"}"#,
            &[("Results", "No LAPS password found for $phone")],
        ),
        (
            "ExecGetRecoveryKey",
            r#"{"tenantFilter":"contoso.com","GUID":"$device"}"#,
            &[("Results[].copyField", "=> key"), ("Results[].resultText", "~Key: $key")],
        ),
        (
            "ExecGetRecoveryKey",
            r#"{"tenantFilter":"contoso.com","GUID":"$mac","RecoveryKeyType":"FileVault"}"#,
            &[("Results.copyField", "=> vault"), ("Results.state", "success")],
        ),
        (
            "ExecGetRecoveryKey",
            r#"{"tenantFilter":"contoso.com","GUID":"$phone"}"#,
            &[("Results", "~No BitLocker recovery keys found")],
        ),
    ]);
}
