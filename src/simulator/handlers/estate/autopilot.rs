//! Autopilot: devices, profiles, status pages, and the syncs with the makers.

use serde_json::{Value, json};

use super::listing::{List, Trouble, Wrap};
use super::writing::{change, items, take, words, write};
use super::{Area, Reach, Reply, Request, World, reach};
use crate::simulator::powershell::{is_true, member, text};
use crate::simulator::state::calendar::moment;
use crate::simulator::state::intune::{AP_DEVICES, AP_PROFILES, APPLE_TOKENS, STATUS_PAGES, SYNCS, ap_device};
use crate::simulator::state::shelf::joined;
use crate::simulator::state::tenant::Tenant;

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("AddAPDevice", add),
    ("AddAutopilotConfig", add_profile),
    ("AddEnrollment", set_status_page),
    ("ExecAssignAPDevice", assign),
    ("ExecRenameAPDevice", |world, request| set(world, request, "displayName")),
    ("ExecSetAPDeviceGroupTag", |world, request| set(world, request, "groupTag")),
    ("ExecSyncAPDevices", sync),
    ("ExecSyncDEP", sync_apple),
    ("ListAPDevices", |world, request| List::of(&AP_DEVICES).answer(world, request)),
    ("ListAppleEnrollmentProfiles", apple),
    ("ListAutopilotconfig", profiles),
    ("RemoveAPDevice", remove),
    ("RemoveAutopilotConfig", remove_profile),
];

/// `AddAPDevice`: the tenant must be in an object.
fn add(world: &World, request: &Request) -> Reply {
    let failed = |why| Reply::results(500, format!("Failed to create autopilot devices: {why}"));
    let tenant = member(request.body("TenantFilter"), "value");
    if text(tenant).is_empty() {
        return failed("no tenant".to_owned());
    }
    write(world, tenant, failed, |tenant| {
        let devices = items(request.body("autopilotData"));
        for device in devices.iter().filter(|_| tenant.is_some()) {
            let field = |name| text(member(device, name));
            let (maker, model) = (field("oemManufacturerName"), field("modelName"));
            let row =
                ap_device(&world.fresh_id(), &field("SerialNumber"), &maker, &model, &text(request.body("Groupname")));
            if let Some(tenant) = tenant {
                world.shelf(tenant, &AP_DEVICES).put(row);
            }
        }
        let told = "Your Autopilot import has started and takes about ten minutes.";
        Ok(Reply::results(200, format!("{told} {} devices were sent.", devices.len())))
    })
}

/// `ExecAssignAPDevice`: a user in any other form than the expected is sent as nothing, with success.
fn assign(world: &World, request: &Request) -> Reply {
    let id = text(request.body("device"));
    let user = member(request.body("user"), "addedFields");
    let (name, shown) = (text(member(user, "userPrincipalName")), text(member(user, "addressableUserName")));
    let failed = |why| Reply::results(500, format!("Could not update device {id}: {why}"));
    write(world, request.body("tenantFilter"), failed, |tenant| {
        change(world, tenant, &AP_DEVICES, &id, |row| {
            row["userPrincipalName"] = name.clone().into();
            row["addressableUserName"] = shown.into();
        })?;
        let serial = text(request.body("serialNumber"));
        Ok(Reply::results(200, format!("Successfully assigned device {serial} to {name}")))
    })
}

/// Sets one property of a device, which is sent under its own name.
fn set(world: &World, request: &Request, field: &'static str) -> Reply {
    let (id, value) = (text(request.body("deviceId")), text(request.body(field)));
    let failed = |why| Reply::results(500, format!("Could not update device {id}: {why}"));
    write(world, request.body("tenantFilter"), failed, |tenant| {
        change(world, tenant, &AP_DEVICES, &id, |row| row[field] = value.clone().into())?;
        Ok(Reply::results(200, format!("Successfully set {field} of device {id} to {value}")))
    })
}

/// `RemoveAutopilotConfig`: profiles lie by their name and are named here by their id.
fn remove_profile(world: &World, request: &Request) -> Reply {
    let id = text(request.body("ID"));
    let failed = |why| Reply::results(500, format!("Failed to delete Autopilot profile {id}: {why}"));
    write(world, request.body("tenantFilter"), failed, |tenant| {
        let profiles = tenant.map(|tenant| world.shelf(tenant, &AP_PROFILES).rows()).unwrap_or_default();
        let name = profiles.iter().find(|row| text(&row["id"]) == id).map(|row| text(&row["displayName"]));
        take(world, tenant, &AP_PROFILES, &name.unwrap_or_default())?;
        Ok(Reply::results(200, format!("Successfully deleted Autopilot profile {id}")))
    })
}

/// `RemoveAPDevice`: the sync that follows can be refused when the device is already gone.
fn remove(world: &World, request: &Request) -> Reply {
    let id = text(request.either("ID"));
    let failed = |why| Reply::results(500, format!("Could not delete device {id}: {why}"));
    write(world, request.either("tenantFilter"), failed, |tenant| {
        take(world, tenant, &AP_DEVICES, &id)?;
        if tenant.is_some_and(|tenant| is_synced(world, tenant)) {
            return Ok(Reply::text(500, "Too many requests"));
        }
        Ok(Reply::results(200, format!("Successfully deleted autopilot device {id}")))
    })
}

fn is_synced(world: &World, tenant: &Tenant) -> bool {
    world.shelf(tenant, &SYNCS).row("windowsAutopilotSettings").is_some_and(|row| row["syncStatus"] == "inProgress")
}

/// `ExecSyncAPDevices`: Intune takes one in ten minutes, here one in the life of the simulator.
fn sync(world: &World, request: &Request) -> Reply {
    let failed = |why| Reply::results(403, format!("Failed to sync devices: {why}"));
    write(world, request.either("tenantFilter"), failed, |tenant| {
        if let Some(tenant) = tenant {
            if is_synced(world, tenant) {
                return Err("a sync ran in the last 10 minutes. Please wait before trying again.".to_owned());
            }
            world.shelf(tenant, &SYNCS).change("windowsAutopilotSettings", |row| {
                row["lastManualSyncTriggerDateTime"] = moment().into();
                row["syncStatus"] = "inProgress".into();
            });
        }
        Ok(Reply::results(200, "Successfully started sync of Autopilot devices"))
    })
}

/// `ExecSyncDEP`: Apple refuses a quick repeat.
fn sync_apple(world: &World, request: &Request) -> Reply {
    let failed = |why| Reply::results(403, format!("Failed to sync devices: {why}"));
    write(world, request.either("tenantFilter"), failed, |tenant| {
        let Some(tenant) = tenant else { return Ok(Reply::results(200, "No enrollment program tokens found")) };
        let tokens = world.shelf(tenant, &APPLE_TOKENS);
        if tokens.rows().iter().any(|row| row["syncing"] == true) {
            return Err("a sync was started a short while ago.".to_owned());
        }
        tokens.change_all(|row| {
            row["lastSyncTriggeredDateTime"] = moment().into();
            row["syncing"] = true.into();
        });
        Ok(Reply::results(200, "Successfully started device sync for 1 enrollment program token"))
    })
}

/// `ListAppleEnrollmentProfiles`
fn apple(world: &World, request: &Request) -> Reply {
    match reach(world, &text(request.query("tenantFilter"))) {
        Reach::Tenant(tenant) => {
            let mut tokens = world.shelf(tenant, &APPLE_TOKENS).rows();
            tokens.iter_mut().filter_map(Value::as_object_mut).for_each(|row| drop(row.remove("syncing")));
            Reply::results(200, json!({"Tokens": tokens, "Profiles": []}))
        }
        Reach::Broken(trouble) => Reply::results(403, trouble),
        Reach::Nowhere => Reply::results(200, json!({"Tokens": [], "Profiles": []})),
    }
}

/// `ListAutopilotconfig`: by type; any other type is a list of nothing.
fn profiles(world: &World, request: &Request) -> Reply {
    let kind = match text(request.query("type")).to_lowercase().as_str() {
        "approfile" => &AP_PROFILES,
        "esp" => &STATUS_PAGES,
        _ => return Reply::json(&json!([null])),
    };
    List { wrap: Wrap::Rows, trouble: Trouble::Texts(403), ..List::of(kind) }.answer(world, request)
}

/// `AddAutopilotConfig`: the first customer that fails ends the call.
fn add_profile(world: &World, request: &Request) -> Reply {
    let name = text(request.body("DisplayName"));
    let flag = |name: &str| is_true(request.body(name));
    let row = |id: String| {
        json!({
            "@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile", "id": id, "displayName": name,
            "description": text(request.body("Description")),
            "deviceNameTemplate": text(request.body("DeviceNameTemplate")), "locale": super::writing::word(request.body("languages")),
            "preprovisioningAllowed": flag("allowWhiteGlove"), "hardwareHashExtractionEnabled": flag("CollectHash"),
            "outOfBoxExperienceSetting": {
                "deviceUsageType": if flag("DeploymentMode") { "shared" } else { "singleUser" },
                "escapeLinkHidden": true, "privacySettingsHidden": flag("HidePrivacy"), "eulaHidden": flag("HideTerms"),
                "userType": if flag("NotLocalAdmin") { "standard" } else { "administrator" },
                "keyboardSelectionPageSkipped": flag("Autokeyboard"),
            },
            "assignments": if flag("Assignto") { json!([{"target": "allDevices"}]) } else { json!([]) },
        })
    };
    each(world, request, |tenant| {
        if let Some(tenant) = tenant {
            let shelf = world.shelf(tenant, &AP_PROFILES);
            let id = shelf.row(&name).map_or_else(|| world.fresh_id(), |row| text(&row["id"]));
            shelf.put(row(id));
        }
        format!("Successfully added profile {name}")
    })
}

/// `AddEnrollment`: the default page is overwritten whole.
fn set_status_page(world: &World, request: &Request) -> Reply {
    let flag = |name: &str| is_true(request.body(name));
    let new = json!({
        "installProgressTimeoutInMinutes": text(request.body("TimeOutInMinutes")).parse::<u64>().unwrap_or_default(),
        "showInstallationProgress": flag("ShowProgress"), "customErrorMessage": text(request.body("ErrorMessage")),
        "blockDeviceSetupRetryByUser": !flag("blockDevice"), "allowDeviceResetOnInstallFailure": flag("AllowReset"),
        "allowLogCollectionOnInstallFailure": flag("EnableLog"), "allowDeviceUseOnInstallFailure": flag("AllowFail"),
        "trackInstallProgressForAutopilotOnly": flag("OBEEOnly"), "installQualityUpdates": flag("InstallWindowsUpdates"),
        "selectedMobileAppIds": [],
    });
    each(world, request, |tenant| {
        if let Some(tenant) = tenant {
            world.shelf(tenant, &STATUS_PAGES).change("All users and all devices", |row| {
                *row = joined(row.take(), new.clone());
            });
        }
        "Successfully changed default enrollment status page".to_owned()
    })
}

/// Works through the tenants of a list; one text comes bare.
fn each(world: &World, request: &Request, act: impl Fn(Option<&Tenant>) -> String) -> Reply {
    let mut said = Vec::new();
    for domain in words(request.body("selectedTenants")) {
        let text = match reach(world, &domain) {
            Reach::Tenant(tenant) => act(Some(tenant)),
            Reach::Nowhere => act(None),
            Reach::Broken(trouble) => return Reply::text(500, trouble),
        };
        said.push(format!("{text} for {domain}"));
    }
    match said.as_slice() {
        [only] => Reply::results(200, only.clone()),
        _ => Reply::results(200, said),
    }
}
