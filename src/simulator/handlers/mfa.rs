//! Multi-factor authentication: the legacy state of each user, and the report.

use std::time::Duration;

use axum::body::Bytes;
use serde_json::{Value, json};

use super::{Reach, Reply, Request, World, is_all, reach};
use crate::simulator::powershell::{is_true, text, unwrapped};
use crate::simulator::reply::{JSON, rows_text};
use crate::simulator::state::queues::Asked;
use crate::simulator::state::tenant::{Standing, Tenant};
use crate::simulator::state::user::{Kind, PerUserMfa, User};

/// How long the report over all tenants is kept.
const REPORT_LIFE: Duration = Duration::from_secs(2 * 3600);

/// `ListPerUserMFA`: the legacy state of one user, or of all under other keys.
pub(super) fn list_per_user(world: &World, request: &Request) -> Reply {
    let id = text(request.query("userId"));
    let failed = |cause: &str| Reply::json_of(500, &[format!("Failed to get MFA State for {id}: {cause}")]);
    let tenant = match reach(world, &text(request.query("tenantFilter"))) {
        Reach::Tenant(tenant) => tenant,
        Reach::Broken(trouble) => return failed(&trouble),
        Reach::Nowhere => return Reply::json(&json!([])),
    };
    let users = tenant.directory();
    if is_true(request.query("allUsers")) {
        return Reply::rows(users.users().iter().map(
            |user| json!({"userPrincipalName": user.upn, "id": user.id, "perUserMfaState": user.per_user_mfa.word()}),
        ));
    }
    if id.is_empty() {
        let states: Vec<_> = users.users().iter().map(|user| user.per_user_mfa.word()).collect();
        return Reply::json(&json!([{"PerUserMFAState": states, "UserPrincipalName": null}]));
    }
    match users.user(&id) {
        Some(user) => Reply::json(&json!([{"PerUserMFAState": user.per_user_mfa.word(), "UserPrincipalName": id}])),
        None => failed(&super::users::no_such_user(&id)),
    }
}

/// `ExecPerUserMFA`: sets the legacy state of a user, and says so even where there is no such user or tenant.
pub(super) fn set_per_user(world: &World, request: &Request) -> Reply {
    let (name, word) = (text(request.body("userPrincipalName")), text(unwrapped(request.body("State"))));
    let Some(state) = PerUserMfa::ALL.into_iter().find(|state| state.word().eq_ignore_ascii_case(&word)) else {
        let failure = format!("Failed to set Per user MFA State for {name}: '{word}' is not a state.");
        return Reply::results(500, vec![failure]);
    };
    // A guest's name cannot stand in a path: such a user is addressed by id.
    let id = if name.contains("#EXT#") { text(request.body("userId")) } else { name.clone() };
    match reach(world, &text(unwrapped(request.body("tenantFilter")))) {
        Reach::Tenant(tenant) => _ = tenant.directory().change(&id, |user| user.per_user_mfa = state),
        Reach::Broken(trouble) => {
            return Reply::results(500, vec![format!("Failed to set Per user MFA State for {name}: {trouble}")]);
        }
        Reach::Nowhere => {}
    }
    Reply::results(200, vec![format!("Successfully set Per user MFA State for {name}")])
}

/// `ListMFAUsers`: who registered what, and what asks for it.
pub(super) fn list(world: &World, request: &Request) -> Reply {
    let (name, cached) = (text(request.query("tenantFilter")), is_true(request.query("UseReportDB")));
    if is_all(&name) {
        return if cached { Reply::new(200, JSON, all(world, true)) } else { queued(world) };
    }
    match reach(world, &name) {
        Reach::Tenant(tenant) => Reply::rows(rows(world, tenant, cached).into_iter()),
        Reach::Broken(trouble) => Reply::json_of(500, &[trouble]),
        Reach::Nowhere => Reply::json(&json!([])),
    }
}

fn queued(world: &World) -> Reply {
    let tenants = || world.customers().map(|tenant| tenant.domain.clone()).collect();
    let make = || Bytes::from(all(world, false));
    match world.queues.ask("ListMFAUsersAllTenants", "MFA Users - All Tenants", REPORT_LIFE, tenants, make) {
        Asked::Ready(body) => Reply::new(200, JSON, body),
        Asked::Started(_) | Asked::Waiting(_) => {
            let notice = "Loading data for all tenants. Please check back in a few minutes";
            Reply::json(&json!([{"UPN": notice}]))
        }
    }
}

fn all(world: &World, cached: bool) -> Vec<u8> {
    let tenants = world.customers().filter(|tenant| tenant.standing == Standing::Managed);
    rows_text(tenants.flat_map(|tenant| rows(world, tenant, cached)))
}

fn rows(world: &World, tenant: &Tenant, cached: bool) -> Vec<Value> {
    let stamp = world.calendar.ago(0, 3 * 3600);
    let row = |user: &User| {
        let mut row = report(tenant, user);
        if cached {
            row["CacheTimestamp"] = stamp.clone().into();
        }
        row
    };
    let directory = tenant.directory();
    if cached {
        directory.reported().iter().map(|user| row(user)).collect()
    } else {
        directory.users().iter().map(|user| row(user)).collect()
    }
}

fn report(tenant: &Tenant, user: &User) -> Value {
    let covered = !user.licences.is_empty() && tenant.seed.chance("has a policy", 60);
    let policies = json!([{
        "DisplayName": "Require multifactor authentication for all users", "UserIncluded": true, "AllApps": true,
        "PolicyState": "enabled",
    }]);
    json!({
        "Tenant": tenant.domain,
        "ID": user.id,
        "UPN": user.upn,
        "DisplayName": user.display_name,
        "AccountEnabled": user.enabled,
        "PerUser": user.per_user_mfa.word(),
        "isLicensed": !user.licences.is_empty(),
        "MFARegistration": !user.methods.is_empty(),
        "MFACapable": !user.methods.is_empty(),
        "MFAMethods": user.methods,
        "CoveredByCA": if covered { "Enforced - All Apps" } else { "Not Enforced" },
        "CAPolicies": if covered { policies } else { json!([]) },
        "CoveredBySD": false,
        "IsAdmin": user.admin,
        "UserType": if user.kind == Kind::Guest { "Guest" } else { "Member" },
        "RowKey": user.id,
        "PartitionKey": "users",
    })
}
