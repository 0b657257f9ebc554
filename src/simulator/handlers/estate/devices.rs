//! Devices: what Intune and the directory know, what can be done to them, and the secrets that are kept for them.

use serde_json::{Value, json};

use super::listing::{List, Trouble};
use super::writing::{body_first, change, missing, take, word, write};
use super::{Area, Reach, Reply, Request, World, reach};
use crate::simulator::powershell::text;
use crate::simulator::state::calendar::moment;
use crate::simulator::state::devices::{DEVICES, LAPS, MANAGED, RECOVERY_KEYS, fresh_password};
use crate::simulator::state::tenant::Tenant;

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("ExecDeviceAction", act),
    ("ExecDeviceDelete", act_in_directory),
    ("ExecGetLocalAdminPassword", local_password),
    ("ExecGetRecoveryKey", recovery_key),
    ("ListDefenderState", defender_state),
    ("ListDefenderTVM", vulnerabilities),
    ("ListDeviceDetails", details),
    ("ListDevices", |world, request| List { trouble: Trouble::Text(500), ..List::of(&MANAGED) }.answer(world, request)),
    ("ListUserDevices", of_user),
];

/// `ListDeviceDetails`: an empty body when the search finds none, or several.
fn details(world: &World, request: &Request) -> Reply {
    let tenant = match reach(world, &text(request.query("tenantFilter"))) {
        Reach::Tenant(tenant) => tenant,
        Reach::Broken(trouble) => return Reply::text(500, trouble),
        Reach::Nowhere => return Reply::text(200, ""),
    };
    let asked = [("DeviceID", "id"), ("DeviceSerial", "serialNumber"), ("DeviceName", "deviceName")];
    let asked = asked.into_iter().map(|(name, field)| (text(request.query(name)), field));
    let Some((wanted, field)) = asked.into_iter().find(|(wanted, _)| !wanted.is_empty()) else {
        return Reply::text(200, "");
    };
    let mut found = world.shelf(tenant, &MANAGED).rows();
    found.retain(|row| text(&row[field]).eq_ignore_ascii_case(&wanted));
    let [device] = found.as_mut_slice() else { return Reply::text(200, "") };
    let seed = tenant.seed.of("details", 0);
    device["DetectedApps"] = json!([
        {"id": seed.guid("app 1"), "displayName": "Microsoft Edge", "version": "138.0.3351.83"},
        {"id": seed.guid("app 2"), "displayName": "7-Zip", "version": "24.09"},
    ]);
    device["CompliancePolicies"] = json!([{
        "id": seed.guid("policy"), "displayName": "Default compliance", "UserPrincipalName": device["userPrincipalName"],
        "state": device["complianceState"],
    }]);
    device["DeviceGroups"] = json!([]);
    Reply::json(device)
}

/// `ExecDeviceAction`: the action is not checked, and of a deletion nothing is told.
fn act(world: &World, request: &Request) -> Reply {
    let (id, action) = (text(request.body("GUID")), text(request.body("Action")));
    let failed = |why| Reply::results(500, format!("Failed to queue action {action} on {id}: {why}"));
    write(world, request.body("tenantFilter"), failed, |tenant| match action.to_lowercase().as_str() {
        "delete" => {
            take(world, tenant, &MANAGED, &id)?;
            Ok(Reply::results(200, "").logged(format!("Deleted device {id}")))
        }
        "users" => {
            let user = text(&request.body("user")["value"]);
            let known = tenant.and_then(|tenant| tenant.directory().user(&user));
            if tenant.is_some() && known.is_none() {
                return Err(missing(&user));
            }
            change(world, tenant, &MANAGED, &id, |row| {
                if let Some(user) = known {
                    row["userId"] = user.id.clone().into();
                    row["userDisplayName"] = user.display_name.clone().into();
                    row["userPrincipalName"] = user.upn.clone().into();
                }
            })?;
            Ok(Reply::results(200, format!("Changed primary user on device {id} to {user}")))
        }
        _ => {
            change(world, tenant, &MANAGED, &id, |row| apply(row, &action, request))?;
            rotate(world, tenant, &id, &action);
            Ok(Reply::results(200, format!("Queued {action} on {id}")))
        }
    })
}

/// What Intune shows once the device has checked in, which it does at once here.
fn apply(row: &mut Value, action: &str, request: &Request) {
    let now = moment();
    match action.to_lowercase().as_str() {
        "syncdevice" => row["lastSyncDateTime"] = now.clone().into(),
        "setdevicename" => row["deviceName"] = text(request.body("input")).into(),
        "wipe" | "cleanwindowsdevice" => row["managementState"] = "wipePending".into(),
        "retire" => row["managementState"] = "retirePending".into(),
        _ => {}
    }
    let result = json!({
        "actionName": action, "actionState": "done", "startDateTime": now, "lastUpdatedDateTime": now,
    });
    if let Some(results) = row["deviceActionResults"].as_array_mut() {
        results.retain(|known| known["actionName"] != *action);
        results.push(result);
    }
}

fn rotate(world: &World, tenant: Option<&Tenant>, id: &str, action: &str) {
    let Some(tenant) = tenant.filter(|_| action.eq_ignore_ascii_case("rotateLocalAdminPassword")) else { return };
    let device = world.shelf(tenant, &MANAGED).row(id).unwrap_or_default();
    let password = fresh_password(world);
    world.shelf(tenant, &LAPS).change(&text(&device["azureADDeviceId"]), |row| {
        row["password"] = password.into();
        row["generated"] = moment().into();
    });
}

/// `ExecDeviceDelete`: enables, disables or deletes the device in the directory, not in Intune.
fn act_in_directory(world: &World, request: &Request) -> Reply {
    let first = |name| body_first(request, name);
    let (id, action) = (text(first("ID")), word(first("action")));
    let failed = |why| Reply::results(400, format!("Failed to execute action {action} on {id}: {why}"));
    write(world, first("tenantFilter"), failed, |tenant| {
        match action.to_lowercase().as_str() {
            "enable" => change(world, tenant, &DEVICES, &id, |row| row["accountEnabled"] = true.into())?,
            "disable" => change(world, tenant, &DEVICES, &id, |row| row["accountEnabled"] = false.into())?,
            "delete" => take(world, tenant, &DEVICES, &id)?,
            _ => return Err(format!("'{action}' is not an action")),
        }
        Ok(Reply::results(200, format!("Executed action {action} on {id}")))
    })
}

/// `ExecGetLocalAdminPassword`: also what is not found, and what fails, is a text in a 200.
fn local_password(world: &World, request: &Request) -> Reply {
    let id = text(request.body("guid"));
    let failed = |why| Reply::results(200, format!("Could not retrieve LAPS password for {id}. Error: {why}"));
    write(world, request.body("TenantFilter"), failed, |tenant| {
        let Some(row) = tenant.and_then(|tenant| world.shelf(tenant, &LAPS).row(&id)) else {
            return Ok(Reply::results(200, format!("No LAPS password found for {id}")));
        };
        let account = "Administrator";
        let told = format!("LAPS password retrieved for {account}, generated at {}", text(&row["generated"]));
        let results = json!({"resultText": told, "copyField": row["password"], "state": "success"});
        Ok(Reply::results(200, results).logged(format!("Retrieved the local admin password of {id}")))
    })
}

/// `ExecGetRecoveryKey`: several keys come as a list, one as an object, none as a text.
fn recovery_key(world: &World, request: &Request) -> Reply {
    let first = |name| body_first(request, name);
    let (id, asked) = (text(first("GUID")), word(first("RecoveryKeyType")));
    let kind = if asked.is_empty() { "BitLocker".to_owned() } else { asked };
    let failed = |why| Reply::results(500, format!("Could not retrieve {kind} recovery key for {id}. Error: {why}"));
    write(world, first("tenantFilter"), failed, |tenant| {
        let mut keys = tenant.map(|tenant| world.shelf(tenant, &RECOVERY_KEYS).rows()).unwrap_or_default();
        keys.retain(|row| {
            text(&row["owner"]).eq_ignore_ascii_case(&id) && text(&row["type"]).eq_ignore_ascii_case(&kind)
        });
        let shown = |row: &Value| {
            let told = format!("Id: {} Key: {}", text(&row["id"]), text(&row["key"]));
            json!({"resultText": told, "copyField": row["key"], "state": "success"})
        };
        let results = match keys.as_slice() {
            [] => return Ok(Reply::results(200, format!("No {kind} recovery keys found for {id}"))),
            [only] => shown(only),
            many => many.iter().map(shown).collect(),
        };
        Ok(Reply::results(200, results).logged(format!("Retrieved {kind} recovery keys for {id}")))
    })
}

/// `ListDefenderState`: one device or all that run Windows; an outage is a row that is a text.
fn defender_state(world: &World, request: &Request) -> Reply {
    let tenant = match reach(world, &text(request.query("tenantFilter"))) {
        Reach::Tenant(tenant) => tenant,
        Reach::Broken(trouble) => return Reply::json(&[trouble]),
        Reach::Nowhere => return Reply::json(&json!([])),
    };
    let id = text(request.query("DeviceID"));
    let mut rows = world.shelf(tenant, &MANAGED).rows();
    rows.retain(|row| row["operatingSystem"] == "Windows" && (id.is_empty() || text(&row["id"]) == id));
    rows.iter_mut().for_each(|row| {
        let old = tenant.seed.of(&text(&row["id"]), 0).chance("old", 20);
        row["windowsProtectionState"] = json!({
            "deviceState": "clean", "malwareProtectionEnabled": true, "realTimeProtectionEnabled": true,
            "networkInspectionSystemEnabled": true, "quickScanOverdue": old, "fullScanOverdue": old,
            "signatureUpdateOverdue": old, "rebootRequired": false, "lastReportedDateTime": row["lastSyncDateTime"],
        });
    });
    Reply::json(&rows)
}

/// `ListDefenderTVM`
fn vulnerabilities(world: &World, request: &Request) -> Reply {
    let tenant = match reach(world, &text(request.query("tenantFilter"))) {
        Reach::Tenant(tenant) => tenant,
        Reach::Broken(trouble) => return Reply::json_of(403, &[trouble]),
        Reach::Nowhere => return Reply::json(&json!([])),
    };
    let devices = world.shelf(tenant, &MANAGED).rows();
    let named = |device: &Value| device["operatingSystem"] == "Windows";
    let affected: Vec<_> =
        devices.iter().filter(|device| named(device)).map(|device| device["deviceName"].clone()).collect();
    let row = |(cve, software, vendor, score, level): &(&str, &str, &str, f64, &str)| {
        json!({
            "cveId": cve, "softwareName": software, "softwareVendor": vendor, "cvssScore": score,
            "vulnerabilitySeverityLevel": level, "exploitabilityLevel": "NoExploit", "osPlatform": "Windows11",
            "securityUpdateAvailable": true, "affectedDevicesCount": affected.len(), "affectedDevices": affected,
        })
    };
    Reply::rows(
        [
            ("CVE-2025-0411", "7-zip", "7-zip", 7.0, "High"),
            ("CVE-2024-38063", "windows_11", "microsoft", 9.8, "Critical"),
        ]
        .iter()
        .map(row),
    )
}

/// `ListUserDevices`: what the directory has, with the id in Intune; an outage looks as if there were none.
fn of_user(world: &World, request: &Request) -> Reply {
    let Reach::Tenant(tenant) = reach(world, &text(request.query("tenantFilter"))) else {
        return Reply::json(&json!([]));
    };
    let Some(user) = tenant.directory().user(&text(request.query("UserID"))) else { return Reply::json(&json!([])) };
    let managed = world.shelf(tenant, &MANAGED).rows();
    let owned = |row: &&Value| text(&row["registeredOwnerUpn"]).eq_ignore_ascii_case(&user.upn);
    let intune = |row: &Value| {
        managed.iter().find(|known| known["azureADDeviceId"] == row["deviceId"]).map(|known| &known["id"])
    };
    let devices = world.shelf(tenant, &DEVICES).rows();
    Reply::rows(devices.iter().filter(owned).map(|row| {
        json!({
            "ID": row["id"], "accountEnabled": row["accountEnabled"], "EPMID": intune(row),
            "approximateLastSignInDateTime": row["approximateLastSignInDateTime"],
            "createdDateTime": row["createdDateTime"], "deviceOwnership": row["deviceOwnership"],
            "displayName": row["displayName"], "enrollmentType": row["enrollmentType"], "isCompliant": row["isCompliant"],
            "managementType": row["managementType"], "manufacturer": row["manufacturer"], "model": row["model"],
            "operatingSystem": row["operatingSystem"], "onPremisesSyncEnabled": row["onPremisesSyncEnabled"] == true,
            "operatingSystemVersion": row["operatingSystemVersion"], "trustType": row["trustType"],
        })
    }))
}
