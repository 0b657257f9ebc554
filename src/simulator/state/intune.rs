//! What Intune has for devices: apps, policies, scripts, Autopilot.

use serde_json::{Value, json};

use super::World;
use super::calendar::moment;
use super::devices::serial;
use super::shelf::{Kind, joined, none};
use super::tenant::Tenant;

/// Apps, with their assignments in words.
pub(crate) static APPS: Kind = Kind {
    name: "apps",
    key: "id",
    first: |world, tenant| {
        [("Company Portal", "winGetApp", "All Devices (required)"), ("7-Zip", "win32LobApp", "")]
            .iter()
            .map(|(name, kind, to)| {
                let id = tenant.seed.of("app", 0).guid(name);
                let old = world.calendar.ago(120, 36_000);
                joined(
                    app(&id, name, kind, to, json!({})),
                    json!({"createdDateTime": old, "lastModifiedDateTime": old}),
                )
            })
            .collect()
    },
};

/// An app as the list shows it, made now.
pub(crate) fn app(id: &str, name: &str, kind: &str, assigned: &str, more: Value) -> Value {
    let now = moment();
    let row = json!({
        "@odata.type": format!("#microsoft.graph.{kind}"), "id": id, "displayName": name, "description": name,
        "publisher": "", "publishingState": "published", "isAssigned": !assigned.is_empty(),
        "createdDateTime": now, "lastModifiedDateTime": now, "installCommandLine": null,
        "AppAssignment": assigned, "AppExclude": "",
    });
    joined(row, more)
}

/// Apps that wait for their upload; one list for the whole instance.
pub(crate) static APP_QUEUE: Kind = Kind { name: "app queue", key: "id", first: none };

/// Policies of all families; `URLName` is the collection of Graph.
pub(crate) static POLICIES: Kind = Kind {
    name: "policies",
    key: "id",
    first: |world, tenant| {
        [
            ("Default AV baseline", "configurationPolicies", "Settings Catalog", "All Devices"),
            ("Wi-Fi", "deviceConfigurations", "Device Configuration", ""),
            ("Edge settings", "groupPolicyConfigurations", "Administrative Templates", "All Licenced Users"),
            ("Default compliance", "deviceCompliancePolicies", "Windows compliance", "All Devices"),
            ("Mobile apps", "iosManagedAppProtections", "App Protection", ""),
        ]
        .iter()
        .map(|(name, family, type_name, to)| {
            let id = tenant.seed.of("policy", 0).guid(name);
            let old = world.calendar.ago(90, 3600);
            let row = policy(&id, name, "", family, type_name);
            joined(row, json!({"createdDateTime": old, "lastModifiedDateTime": old, "PolicyAssignment": to}))
        })
        .collect()
    },
};

/// A policy as the list shows it, made now.
pub(crate) fn policy(id: &str, name: &str, about: &str, family: &str, type_name: &str) -> Value {
    let now = moment();
    let row = json!({
        "id": id, "displayName": name, "description": about, "createdDateTime": now, "lastModifiedDateTime": now,
        "PolicyTypeName": type_name, "URLName": family, "PolicyAssignment": "", "PolicyExclude": "",
        "roleScopeTagIds": ["0"],
    });
    if family == "configurationPolicies" { joined(row, json!({"name": name})) } else { row }
}

/// Scripts for devices.
pub(crate) static SCRIPTS: Kind = Kind {
    name: "scripts",
    key: "id",
    first: |world, tenant| {
        [("Set time zone", "Windows"), ("Dock settings", "MacOS"), ("Clear temp files", "Remediation")]
            .iter()
            .map(|(name, kind)| {
                let old = world.calendar.ago(60, 7200);
                json!({
                    "id": tenant.seed.of("script", 0).guid(name), "displayName": name, "description": "",
                    "scriptType": kind, "runAsAccount": "system", "fileName": "script.ps1", "roleScopeTagIds": ["0"],
                    "createdDateTime": old, "lastModifiedDateTime": old, "scriptContent": "V3JpdGUtT3V0cHV0ICdvayc=",
                    "ScriptAssignment": "", "ScriptExclude": "",
                })
            })
            .collect()
    },
};

/// Autopilot device identities.
pub(crate) static AP_DEVICES: Kind = Kind {
    name: "autopilot devices",
    key: "id",
    first: |_, tenant| {
        (0..3)
            .map(|number| {
                let id = tenant.seed.of("autopilot", number).guid("id");
                ap_device(&id, &serial(tenant, number), "Microsoft Corporation", "Surface Laptop 5", "")
            })
            .collect()
    },
};

/// An Autopilot device identity that nobody is assigned to.
pub(crate) fn ap_device(id: &str, serial: &str, maker: &str, model: &str, group: &str) -> Value {
    json!({
        "id": id, "serialNumber": serial, "manufacturer": maker, "model": model, "groupTag": group, "displayName": "",
        "userPrincipalName": "", "addressableUserName": "", "enrollmentState": "notContacted", "productKey": "",
        "purchaseOrderIdentifier": "", "resourceName": "", "skuNumber": "", "systemFamily": "",
        "deploymentProfileAssignmentStatus": "assignedUnkownSyncState", "remediationState": "noRemediationRequired",
        "azureActiveDirectoryDeviceId": null, "managedDeviceId": null, "lastContactedDateTime": "0001-01-01T00:00:00Z",
    })
}

/// Autopilot deployment profiles.
pub(crate) static AP_PROFILES: Kind = Kind {
    name: "autopilot profiles",
    key: "displayName",
    first: |_, tenant| {
        let id = tenant.seed.of("autopilot profile", 0).guid("id");
        vec![json!({
            "@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile", "id": id,
            "displayName": "Standard", "description": "", "deviceNameTemplate": "%SERIAL%", "locale": "os-default",
            "assignments": [],
        })]
    },
};

/// Enrolment status pages; the default one is always there.
pub(crate) static STATUS_PAGES: Kind = Kind {
    name: "status pages",
    key: "displayName",
    first: |_, tenant| {
        let id = tenant.seed.of("status page", 0).guid("id");
        vec![json!({
            "@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration",
            "id": format!("{id}_DefaultWindows10EnrollmentCompletionPageConfiguration"),
            "displayName": "All users and all devices", "priority": 0, "installProgressTimeoutInMinutes": 60,
            "showInstallationProgress": true, "blockDeviceSetupRetryByUser": true, "allowDeviceResetOnInstallFailure": true,
            "allowLogCollectionOnInstallFailure": true, "allowDeviceUseOnInstallFailure": false,
            "trackInstallProgressForAutopilotOnly": true, "installQualityUpdates": false, "selectedMobileAppIds": [],
        })]
    },
};

/// When devices were asked to report: the Autopilot service, and Apple's tokens.
pub(crate) static SYNCS: Kind = Kind {
    name: "syncs",
    key: "id",
    first: |world, _| {
        let old = world.calendar.ago(2, 3600);
        vec![json!({
            "id": "windowsAutopilotSettings", "syncStatus": "completed", "lastSyncDateTime": old,
            "lastManualSyncTriggerDateTime": old,
        })]
    },
};

/// Tokens of Apple's device programme.
pub(crate) static APPLE_TOKENS: Kind = Kind {
    name: "apple tokens",
    key: "id",
    first: |world, tenant| {
        let old = world.calendar.ago(1, 3600);
        vec![json!({
            "id": tenant.seed.of("apple token", 0).guid("id"), "tokenName": "Apple Business Manager",
            "appleIdentifier": format!("apple@{}", tenant.domain), "lastSuccessfulSyncDateTime": old,
            "lastSyncTriggeredDateTime": old, "lastSyncErrorCode": 0, "syncedDeviceCount": 4,
            "tokenExpirationDateTime": world.calendar.ahead(200), "tokenType": "dep", "roleScopeTagIds": ["0"],
        })]
    },
};

/// Templates of policies that the instance keeps.
pub(crate) static TEMPLATES: Kind = Kind {
    name: "intune templates",
    key: "GUID",
    first: |world, _| vec![template(&world.seed.of("intune template", 0).guid("id"), "AV baseline", "Catalog", "{}")],
};

/// A template of a policy.
pub(crate) fn template(id: &str, name: &str, kind: &str, raw: &str) -> Value {
    json!({
        "GUID": id, "displayName": name, "description": "", "Type": kind, "RAWJson": raw, "package": null,
        "isSynced": false, "source": "",
    })
}

/// Filters of assignments.
pub(crate) static FILTERS: Kind = Kind {
    name: "assignment filters",
    key: "id",
    first: |world: &World, tenant: &Tenant| {
        let old = world.calendar.ago(50, 3600);
        vec![json!({
            "id": tenant.seed.of("filter", 0).guid("id"), "displayName": "Company-owned", "description": "",
            "platform": "windows10AndLater", "rule": "(device.deviceOwnership -eq \"Corporate\")", "roleScopeTags": ["0"],
            "assignmentFilterManagementType": "devices", "createdDateTime": old, "lastModifiedDateTime": old,
            "payloads": [],
        })]
    },
};
