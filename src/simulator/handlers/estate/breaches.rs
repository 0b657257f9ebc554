//! Accounts whose passwords got out.

use serde_json::json;

use super::listing::managed;
use super::{Area, Reply, Request, World, is_all};
use crate::simulator::powershell::text;
use crate::simulator::state::threats::{BREACHES, breaches};

/// The endpoints of this area.
pub(super) const HANDLERS: Area =
    &[("ExecBreachSearch", search), ("ListBreachesAccount", account), ("ListBreachesTenant", list)];

/// `ExecBreachSearch`: done within the call, whatever the text says; an unknown tenant gets the same text.
fn search(world: &World, request: &Request) -> Reply {
    let name = text(request.body("tenantFilter"));
    if let Some(tenant) = world.tenant(&name) {
        breaches(tenant).into_iter().for_each(|row| world.shelf(tenant, &BREACHES).put(row));
    }
    Reply::results(200, format!("Executing Breach Search for {name}. It may take up to 24 hours to complete."))
}

/// `ListBreachesTenant`: what is stored, passwords too.
fn list(world: &World, request: &Request) -> Reply {
    let name = text(request.query("tenantFilter"));
    let all = is_all(&name);
    Reply::rows(
        managed(world)
            .filter(|tenant| all || tenant.domain == name)
            .flat_map(|tenant| world.shelf(tenant, &BREACHES).rows()),
    )
}

/// `ListBreachesAccount`: an address, or a whole domain.
fn account(world: &World, request: &Request) -> Reply {
    let account = text(request.query("account"));
    let (_, domain) = account.split_once('@').unwrap_or(("", &account));
    let rows = world.tenant(domain).filter(|_| !domain.is_empty()).map(breaches).unwrap_or_default();
    if !account.contains('@') {
        return Reply::json(&rows);
    }
    let found = rows.iter().filter(|row| text(&row["email"]).eq_ignore_ascii_case(&account));
    Reply::rows(found.map(|row| {
        json!({
            "Name": row["sources"], "Title": row["sources"], "Domain": "forum.example", "BreachDate": "2023-04-01",
            "AddedDate": "2023-05-01T00:00:00Z", "PwnCount": 120_000, "DataClasses": ["Email addresses", "Passwords"],
            "IsVerified": true, "IsSensitive": false,
        })
    }))
}
