//! Sign-ins of the users of a tenant, drawn from the seed.

use serde_json::{Value, json};

use super::World;
use super::tenant::Tenant;
use super::user::{Kind, User};

/// Places, with their countries: the last is where nobody belongs.
const PLACES: &[(&str, &str, &str)] =
    &[("Seattle", "WA", "US"), ("London", "London", "GB"), ("Utrecht", "Utrecht", "NL"), ("Lagos", "Lagos", "NG")];

/// Programs with their ids.
const APPS: &[(&str, &str)] = &[
    ("Office 365 Exchange Online", "00000002-0000-0ff1-ce00-000000000000"),
    ("Microsoft Teams", "1fec8e78-bce4-4aaf-ab1b-5451cc387264"),
    ("SharePoint Online", "00000003-0000-0ff1-ce00-000000000000"),
];

/// The sign-ins of a user of the last thirty days, newest first.
pub(crate) fn sign_ins(world: &World, user: &User) -> Vec<Value> {
    let count = match (user.kind, user.number) {
        (Kind::Shared, _) | (_, None) => 0,
        _ if user.enabled => 1 + user.seed.below("sign-ins", 6),
        _ => 0,
    };
    let mut days: Vec<_> =
        (0..count).map(|number| (user.seed.of("sign-in", number).below("day", 30), number)).collect();
    days.sort_unstable();
    days.into_iter().map(|(day, number)| sign_in(world, user, number, day)).collect()
}

/// All sign-ins of a tenant that are not older than so many days, newest first.
pub(crate) fn of_tenant(world: &World, tenant: &Tenant, days: usize) -> Vec<Value> {
    let from = world.calendar.ago(days, 0);
    let users = tenant.directory().users();
    let mut rows: Vec<_> = users.iter().flat_map(|user| sign_ins(world, user)).collect();
    rows.retain(|row| row["createdDateTime"].as_str().is_some_and(|moment| moment >= from.as_str()));
    rows.sort_by(|one, other| other["createdDateTime"].as_str().cmp(&one["createdDateTime"].as_str()));
    rows
}

fn sign_in(world: &World, user: &User, number: usize, day: usize) -> Value {
    let seed = user.seed.of("sign-in", number);
    let failed = seed.chance("failed", 20);
    let (city, state, country) =
        if failed && seed.chance("far", 50) { PLACES[3] } else { seed.pick("place", &PLACES[..3]) };
    let (app, app_id) = seed.pick("app", APPS);
    let code = if failed { 50126 } else { 0 };
    let reason =
        if failed { "Invalid username or password or Invalid on-premise username or password." } else { "Other." };
    json!({
        "id": seed.guid("id"), "createdDateTime": world.calendar.ago(day, seed.below("second", 86_400)),
        "userDisplayName": user.display_name, "userPrincipalName": user.upn, "userId": user.id, "appId": app_id,
        "appDisplayName": app, "ipAddress": format!("203.0.113.{}", 1 + seed.below("address", 250)),
        "clientAppUsed": "Browser", "conditionalAccessStatus": if failed { "notApplied" } else { "success" },
        "isInteractive": true, "riskState": "none", "riskLevelDuringSignIn": "none",
        "status": {
            "errorCode": code, "failureReason": reason,
            "additionalDetails": "MFA requirement satisfied by claim in the token",
        },
        "location": {"city": city, "state": state, "countryOrRegion": country, "geoCoordinates": {}},
        "deviceDetail": {"deviceId": "", "displayName": "", "operatingSystem": "Windows10", "browser": "Edge 138.0"},
        "appliedConditionalAccessPolicies": [],
    })
}
