//! The report database: what the nightly jobs stored of each tenant.

use serde_json::{Value, json};

use super::listing::managed;
use super::{Area, Reply, Request, World, is_all};
use crate::simulator::powershell::{is_true, text};
use crate::simulator::state::access::{CA_POLICIES, LOCATIONS};
use crate::simulator::state::devices::{DEVICES, MANAGED};
use crate::simulator::state::graph_user::graph_user;
use crate::simulator::state::intune::{APPS, POLICIES, SCRIPTS};
use crate::simulator::state::organization::DOMAINS;
use crate::simulator::state::shelf::{Kind, none};
use crate::simulator::state::sites::{ONEDRIVES, SITES};
use crate::simulator::state::teams::{NUMBERS, TEAMS};
use crate::simulator::state::tenant::Tenant;

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[("ExecCIPPDBCache", refresh), ("ListDBCache", list)];

/// The users of a tenant lie elsewhere; here is only when they were stored.
static USERS: Kind = Kind { name: "stored users", key: "id", first: none };

/// Types that are stored.
const TYPES: &[(&str, &Kind)] = &[
    ("ConditionalAccessPolicies", &CA_POLICIES),
    ("Devices", &DEVICES),
    ("Domains", &DOMAINS),
    ("IntuneApplications", &APPS),
    ("IntunePolicies", &POLICIES),
    ("IntuneScripts", &SCRIPTS),
    ("ManagedDevices", &MANAGED),
    ("NamedLocations", &LOCATIONS),
    ("OneDriveUsage", &ONEDRIVES),
    ("SharePointSiteUsage", &SITES),
    ("Teams", &TEAMS),
    ("TeamsVoice", &NUMBERS),
    ("Users", &USERS),
];

fn stored(world: &World, tenant: &Tenant, (name, kind): (&str, &'static Kind)) -> (Vec<Value>, String) {
    let (rows, stamp) = world.shelf(tenant, kind).reported();
    if name != "Users" {
        return (rows, stamp);
    }
    let users = tenant.directory().reported().iter().map(|user| graph_user(world.calendar, tenant, user).into());
    (users.collect(), stamp)
}

/// `ListDBCache`: rows of one type, or counts of all.
fn list(world: &World, request: &Request) -> Reply {
    let (name, kind) = (text(request.query("tenantFilter")), text(request.query("type")));
    let names: Vec<_> = TYPES.iter().map(|(name, _)| *name).collect();
    if kind == "_availableTypes" {
        return Reply::results(200, names);
    }
    let types = || TYPES.iter().copied().filter(|(known, _)| kind.is_empty() || known.eq_ignore_ascii_case(&kind));
    let tenants = || managed(world).filter(|tenant| is_all(&name) || tenant.domain == name);
    if is_true(request.query("countsOnly")) {
        let counts = tenants().flat_map(|tenant| {
            types().map(move |of| {
                let (rows, stamp) = stored(world, tenant, of);
                json!({"Tenant": tenant.domain, "Type": of.0, "Count": rows.len(), "LastRefresh": stamp})
            })
        });
        return Reply::results(200, counts.collect::<Vec<_>>());
    }
    if kind.is_empty() {
        let answer = json!({"Results": "Error: type query parameter is required", "AvailableTypes": names});
        return Reply::json_of(400, &answer);
    }
    let rows = tenants().flat_map(|tenant| types().flat_map(move |of| stored(world, tenant, of).0));
    Reply::results(200, rows.collect::<Vec<_>>())
}

/// `ExecCIPPDBCache`: its parameters count in the query only.
fn refresh(world: &World, request: &Request) -> Reply {
    let (name, kind) = (text(request.query("TenantFilter")), text(request.query("Name")));
    if name.is_empty() || kind.is_empty() {
        return Reply::results(400, "TenantFilter and Name are required");
    }
    let tenants: Vec<_> = managed(world).filter(|tenant| is_all(&name) || tenant.domain == name).collect();
    let types = TYPES.iter().filter(|(known, _)| known.eq_ignore_ascii_case(&kind));
    types.for_each(|(_, kind)| tenants.iter().for_each(|tenant| world.shelf(tenant, kind).report()));
    let tasks = tenants.iter().map(|tenant| tenant.domain.clone()).collect();
    let id = world.queues.start(&format!("{kind} Cache - {name}"), &format!("CIPPDBCache-{kind}"), tasks);
    Reply::json(&json!({
        "Results": format!("Successfully started cache operation for {kind} on tenant {name}"),
        "Metadata": {"Name": kind, "Tenant": name, "InstanceId": world.fresh_id(), "QueueId": id},
    }))
}
