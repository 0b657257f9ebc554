//! Who is in which group.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{found, tenant};
use crate::simulator::powershell::text;
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::groups::{self, Kind, ids, set_in};
use crate::simulator::state::tenant::Tenant;
use crate::simulator::state::user::User;

/// Puts a user into a group or takes it out, and says so.
pub(super) fn set_member(world: &World, tenant: &Tenant, group: &str, user: &User, inside: bool) -> String {
    let (verb, to) = if inside { ("add", "to") } else { ("remove", "from") };
    let changed = groups::change(world, tenant, group, |row| {
        let name = text(&row["displayName"]);
        let dynamic = !row["membershipRule"].is_null();
        (name, dynamic, !dynamic && set_in(row, "members", &user.id, inside))
    });
    let failed = |name: &str, cause: &str| format!("Failed to {verb} member {} {to} {name}. Error: {cause}", user.upn);
    match changed {
        None => failed(group, &format!("Resource '{group}' does not exist.")),
        Some((name, true, _)) => failed(&name, "The members of a dynamic group cannot be changed."),
        Some((name, _, true)) if inside => format!("Added member {} to {name} group", user.upn),
        Some((name, _, true)) => format!("Removed member {} from {name} group", user.upn),
        Some((name, _, false)) if inside => failed(
            &name,
            "One or more added object references already exist for the following modified properties: 'members'.",
        ),
        Some((name, _, false)) => failed(&name, "The user is no member of the group."),
    }
}

/// The users of a column of a group who are still there.
pub(super) fn people(tenant: &Tenant, row: &Value, column: &str) -> Vec<Arc<User>> {
    ids(row, column).iter().filter_map(|id| tenant.directory().user(id)).collect()
}

/// The groups in which a user is.
pub(super) fn groups_of(world: &World, tenant: &Tenant, user: &User) -> Vec<Value> {
    let rows = groups::rows(world, tenant).into_iter();
    rows.filter(|row| ids(row, "members").contains(&user.id)).collect()
}

/// `ListUserGroups`
pub(super) fn list(world: &World, request: &Request) -> Result<Reply, Reply> {
    let tenant = tenant(world, &text(request.query("tenantFilter")), 500, || Reply::json(&json!([])))?;
    let user = found(tenant, &text(request.query("userId")), 500)?;
    Ok(Reply::rows(groups_of(world, tenant, &user).iter().map(|row| {
        let kinds: Vec<_> = row["groupTypes"].as_array().into_iter().flatten().map(text).collect();
        let (shown, short) = Kind::of(row).names();
        json!({
            "id": row["id"], "DisplayName": row["displayName"], "MailEnabled": row["mailEnabled"], "Mail": row["mail"],
            "SecurityGroup": row["securityEnabled"], "GroupTypes": kinds.join(","),
            "OnPremisesSync": row["onPremisesSyncEnabled"], "IsAssignableToRole": row["isAssignableToRole"],
            "calculatedGroupType": short, "groupType": shown,
        })
    })))
}
