//! Devices of a tenant, as Intune and as the directory have them, and the secrets that are stored for them.

use serde_json::{Value, json};

use super::World;
use super::seed::Seed;
use super::shelf::{Kind, joined};
use super::tenant::Tenant;
use super::user::{Kind as Account, User};

/// How many devices a tenant has at most.
const MOST: usize = 12;

/// Devices that Intune manages, with the properties of Graph beta.
pub(crate) static MANAGED: Kind = Kind {
    name: "managed devices",
    key: "id",
    first: |world, tenant| each(tenant, |number, user| managed(world, tenant, number, user)),
};

/// Devices of the directory.
pub(crate) static DEVICES: Kind = Kind {
    name: "devices",
    key: "id",
    first: |world, tenant| each(tenant, |number, user| directory(world, tenant, number, user)),
};

/// Passwords of local administrators, by the device's id in the directory; only Windows has them.
pub(crate) static LAPS: Kind = Kind {
    name: "laps",
    key: "deviceId",
    first: |world, tenant| {
        let row = |number| {
            let (seed, made) = (device(tenant, number), world.calendar.ago(9, 3600));
            json!({"deviceId": seed.guid("device id"), "password": secret(seed, "laps"), "generated": made})
        };
        windows(tenant).map(row).collect()
    },
};

/// Recovery keys: BitLocker's by the device's id in the directory, FileVault's by that in Intune.
pub(crate) static RECOVERY_KEYS: Kind = Kind {
    name: "recovery keys",
    key: "id",
    first: |_, tenant| {
        let key = |number: usize, round: usize| {
            let seed = device(tenant, number);
            let windows = model(number).1 == "Windows";
            let owner = if windows { seed.guid("device id") } else { seed.guid("id") };
            let key = seed.of("recovery key", round);
            let digits: Vec<_> =
                (0..8).map(|part| format!("{:06}", key.of("part", part).below("six", 720_896))).collect();
            json!({
                "id": key.guid("id"), "owner": owner, "type": if windows { "BitLocker" } else { "FileVault" },
                "key": digits.join("-"),
            })
        };
        // The first device was encrypted twice.
        let keys = (0..count(tenant)).filter(|&number| matches!(model(number).1, "Windows" | "macOS"));
        keys.flat_map(|number| (0..if number == 0 { 2 } else { 1 }).map(move |round| key(number, round))).collect()
    },
};

/// Maker, system, version, model.
const MODELS: &[(&str, &str, &str, &str)] = &[
    ("Microsoft Corporation", "Windows", "10.0.26100.4652", "Surface Laptop 5"),
    ("Dell Inc.", "Windows", "10.0.22631.5624", "Latitude 7440"),
    ("Apple", "macOS", "15.5", "MacBook Air"),
    ("Apple", "iOS", "18.5", "iPhone 15"),
    ("Lenovo", "Windows", "10.0.26100.4652", "ThinkPad T14"),
    ("Samsung", "Android", "15", "Galaxy S24"),
];

fn model(number: usize) -> (&'static str, &'static str, &'static str, &'static str) {
    MODELS[number % MODELS.len()]
}

fn device(tenant: &Tenant, number: usize) -> Seed {
    tenant.seed.of("device", number)
}

fn owners(tenant: &Tenant) -> Vec<std::sync::Arc<User>> {
    let owns = |user: &std::sync::Arc<User>| user.kind == Account::Member && user.enabled && user.person.is_some();
    tenant.directory().reported().iter().filter(|user| owns(user)).take(MOST).cloned().collect()
}

fn count(tenant: &Tenant) -> usize {
    owners(tenant).len()
}

fn windows(tenant: &Tenant) -> impl Iterator<Item = usize> {
    (0..count(tenant)).filter(|&number| model(number).1 == "Windows")
}

fn each(tenant: &Tenant, row: impl Fn(usize, &User) -> Value) -> Vec<Value> {
    owners(tenant).iter().enumerate().map(|(number, user)| row(number, user)).collect()
}

fn secret(seed: Seed, label: &str) -> String {
    format!("Lp!{}", &seed.guid(label).replace('-', "")[..14])
}

/// A password that a device has not had yet.
pub(crate) fn fresh_password(world: &World) -> String {
    format!("Lp!{}", &world.fresh_id().replace('-', "")[..14])
}

fn name(tenant: &Tenant, number: usize) -> String {
    let company: String = tenant.name.chars().filter(char::is_ascii_alphanumeric).take(6).collect();
    format!("{}-{:03}", company.to_uppercase(), number + 1)
}

fn managed(world: &World, tenant: &Tenant, number: usize, user: &User) -> Value {
    let (seed, (maker, system, version, model)) = (device(tenant, number), model(number));
    let enrolled = world.calendar.ago(40 + seed.below("enrolled", 500), seed.below("second", 86_400));
    let compliant = seed.chance("compliant", 80);
    let row = json!({
        "id": seed.guid("id"),
        "userId": user.id, "userDisplayName": user.display_name, "userPrincipalName": user.upn, "emailAddress": user.mail,
        "deviceName": name(tenant, number), "managedDeviceName": format!("{}_{system}", name(tenant, number)),
        "managedDeviceOwnerType": "company", "ownerType": "company", "enrolledByUserPrincipalName": user.upn,
        "enrolledDateTime": enrolled, "lastSyncDateTime": world.calendar.ago(seed.below("synced", 20), 30_000),
        "operatingSystem": system, "osVersion": version, "manufacturer": maker, "model": model,
        "serialNumber": serial(tenant, number), "azureADDeviceId": seed.guid("device id"),
        "azureActiveDirectoryDeviceId": seed.guid("device id"), "azureADRegistered": true, "aadRegistered": true,
        "complianceState": if compliant { "compliant" } else { "noncompliant" },
        "isEncrypted": seed.chance("encrypted", 85),
    });
    let more = json!({
        "isSupervised": false, "jailBroken": "Unknown",
        "managementAgent": "mdm", "managementState": "managed", "deviceRegistrationState": "registered",
        "deviceEnrollmentType": if system == "Windows" { "windowsAzureADJoin" } else { "userEnrollment" },
        "deviceType": if system == "Windows" { "windowsRT" } else { "unknown" }, "joinType": "azureADJoined",
        "autopilotEnrolled": system == "Windows", "deviceCategoryDisplayName": "Unknown", "notes": null,
        "totalStorageSpaceInBytes": 255_000_000_000_u64, "freeStorageSpaceInBytes": 91_000_000_000_u64,
        "physicalMemoryInBytes": 0, "phoneNumber": "", "imei": "", "meid": "", "wiFiMacAddress": "",
        "ethernetMacAddress": null, "partnerReportedThreatState": "unknown", "exchangeAccessState": "none",
        "exchangeAccessStateReason": "none", "lostModeState": "disabled", "roleScopeTagIds": [],
        "deviceActionResults": [], "usersLoggedOn": [], "enrollmentProfileName": "",
    });
    joined(row, more)
}

/// The serial number of a tenant's device.
pub(crate) fn serial(tenant: &Tenant, number: usize) -> String {
    device(tenant, number).guid("serial").replace('-', "")[..10].to_uppercase()
}

fn directory(world: &World, tenant: &Tenant, number: usize, user: &User) -> Value {
    let (seed, (maker, system, version, model)) = (device(tenant, number), model(number));
    json!({
        "id": seed.guid("directory id"), "deviceId": seed.guid("device id"), "displayName": name(tenant, number),
        "accountEnabled": true, "operatingSystem": system, "operatingSystemVersion": version, "manufacturer": maker,
        "model": model, "isCompliant": seed.chance("compliant", 80), "isManaged": true, "trustType": "AzureAd",
        "approximateLastSignInDateTime": world.calendar.ago(seed.below("seen", 30), 3600),
        "createdDateTime": world.calendar.ago(40 + seed.below("enrolled", 500), 0), "deletedDateTime": null,
        "deviceOwnership": "Company", "enrollmentType": "AzureDomainJoined", "managementType": "MDM",
        "onPremisesSyncEnabled": null, "profileType": "RegisteredDevice", "registeredOwnerUpn": user.upn,
    })
}
