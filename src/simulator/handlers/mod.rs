//! The endpoints that have an answer of their own, one row each, and the way from a call to its answer.
//!
//! A new one is a row of the table and a function. Its reads take what they need from the request, each parameter from
//! the place in which the server reads it; what a write says under `Results` is logged here, for all of them.

mod devices;
mod generic;
mod graph;
mod listing;
mod logs;
mod mfa;
mod organization;
mod platform;
mod queues;
mod sample;
mod tenancy;
mod tenant_groups;
mod tenants;
mod users;
mod writing;

use crate::catalogue::effect::effect;
use crate::catalogue::{self, Effect, Endpoint};

use super::powershell::{text, unwrapped};
use super::reply::{Origin, Reply};
use super::request::Request;
use super::state::World;
use super::state::logs::Entry;
use super::state::tenant::{Standing, Tenant};

/// How an endpoint answers.
type Answer = fn(&World, &Request) -> Reply;

/// An endpoint and how it answers.
type Route = (&'static str, Answer);

/// Every endpoint that has an answer of its own, by area; each area is sorted by name.
const AREAS: &[&[Route]] = &[
    HANDLERS,
    devices::ROUTES,
    organization::ROUTES,
    tenancy::ROUTES,
    tenant_groups::ROUTES,
];

/// Those of no area.
const HANDLERS: &[Route] = &[
    ("AddBPATemplate", platform::disabled),
    ("ExecBPA", platform::disabled),
    ("ExecMcp", platform::disabled),
    ("ExecPerUserMFA", mfa::set_per_user),
    ("GetVersion", platform::version),
    ("ListApiTest", platform::echo),
    ("ListBPA", platform::disabled),
    ("ListBPATemplates", platform::disabled),
    ("ListCippQueue", queues::list),
    ("ListCippQueues", queues::sum_up),
    ("ListGraphRequest", graph::list),
    ("ListLogs", logs::list),
    ("ListMFAUsers", mfa::list),
    ("ListPerUserMFA", mfa::list_per_user),
    ("ListTenants", tenants::list),
    ("ListUsers", users::list),
    ("PublicPing", platform::ping),
    ("RemoveBPATemplate", platform::disabled),
    ("RemoveCippQueue", queues::clear),
    ("me", platform::me),
];

/// Answers a call, whatever its verb and in whatever case its endpoint is written.
pub(crate) fn answer(world: &World, request: &Request) -> Reply {
    let record = record(&request.endpoint);
    if let Some(record) = record.filter(|record| !world.role.may(record.role)) {
        let (role, permission) = (world.role.name(), record.role);
        let text = "Access to this CIPP API endpoint is not allowed";
        return Reply::text(403, format!("{text}, the role '{role}' does not have the permission '{permission}'"));
    }
    let reply = match (handler(&request.endpoint), record) {
        (Some((_, answer)), _) => answer(world, request),
        (None, Some(record)) => generic::answer(world, request, record).from(Origin::Shape),
        (None, None) => return Reply::text(404, "Endpoint not found"),
    };
    if let Some(record) = record.filter(|record| reply.logged.is_some() || writes(record, request)) {
        log(world, request, record.name, &reply);
    }
    reply
}

/// Whether a call changes something, by what its record says of the parameters.
fn writes(record: &Endpoint, request: &Request) -> bool {
    effect(record, &request.arguments()) >= Effect::Write
}

/// Whether there is an endpoint of this name, in any case of letters.
pub(crate) fn exists(name: &str) -> bool {
    handler(name).is_some() || record(name).is_some()
}

fn handler(name: &str) -> Option<&'static Route> {
    AREAS.iter().copied().flatten().find(|(known, _)| known.eq_ignore_ascii_case(name))
}

/// The record of an endpoint. The catalogue forgives underscores, the server does not.
fn record(name: &str) -> Option<&'static Endpoint> {
    catalogue::find(name).filter(|record| record.name.eq_ignore_ascii_case(name))
}

/// What a call reaches by the tenant that it names.
enum Reach<'w> {
    /// A tenant.
    Tenant(&'w Tenant),
    /// A tenant that is listed but does not let anybody in; the text says why.
    Broken(String),
    /// Nothing: unknown, excluded, or in another case of letters. The server goes on without telling.
    Nowhere,
}

fn reach<'w>(world: &'w World, name: &str) -> Reach<'w> {
    match world.tenant(name) {
        Some(tenant) if tenant.standing == Standing::Broken => Reach::Broken(tenant.trouble()),
        Some(tenant) => Reach::Tenant(tenant),
        None => Reach::Nowhere,
    }
}

/// Whether a tenant is the word for all of them.
fn is_all(name: &str) -> bool {
    name.eq_ignore_ascii_case("AllTenants")
}

fn log(world: &World, request: &Request, endpoint: &str, reply: &Reply) {
    let tenant = text(unwrapped(request.either("tenantFilter")));
    let tenant_id = if tenant.is_empty() { None } else { world.tenant(&tenant).map(|tenant| tenant.id.clone()) };
    let messages = reply.logged.clone().map_or_else(|| reply.result_texts(), |text| vec![text]);
    for message in messages {
        world.logs.add(Entry {
            key: String::new(),
            time: String::new(),
            tenant: if tenant.is_empty() { "None".to_owned() } else { tenant.clone() },
            tenant_id: tenant_id.clone().unwrap_or_default(),
            api: endpoint.to_owned(),
            message,
            severity: if reply.status < 400 { "Info" } else { "Error" },
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_unique_and_known() {
        let sorted = |area: &&[Route]| area.windows(2).all(|two| two[0].0.to_lowercase() < two[1].0.to_lowercase());
        assert!(AREAS.iter().skip(1).all(sorted) && HANDLERS.is_sorted_by_key(|(name, _)| *name));
        let mut names: Vec<_> = AREAS.iter().copied().flatten().map(|(name, _)| *name).collect();
        for name in names.iter().filter(|name| **name != "me") {
            assert_eq!(catalogue::find(name).map(|record| record.name), Some(*name));
        }
        names.sort_unstable();
        assert!(names.windows(2).all(|two| two[0] != two[1]), "{names:?}");
    }
}
