//! The endpoints that have an answer of their own, one row each, and the way from a call to its answer.
//!
//! A new one is a row of the table and a function. Its reads take what they need from the request, each parameter from
//! the place in which the server reads it; what a write says under `Results` is logged here, for all of them.

mod estate;
mod generic;
mod graph;
mod logs;
mod mfa;
mod people;
mod platform;
mod queues;
mod sample;
mod tenants;
mod users;

use serde_json::Value;

use crate::catalogue::effect::effect;
use crate::catalogue::{self, Effect, Endpoint};

use super::powershell::{member, text, unwrapped};
use super::reply::{Origin, Reply};
use super::request::Request;
use super::state::World;
use super::state::logs::Entry;
use super::state::tenant::{Standing, Tenant};

/// How an endpoint answers.
type Answer = fn(&World, &Request) -> Reply;

/// The endpoints of one area that have an answer of their own, sorted by name.
type Area = &'static [(&'static str, Answer)];

/// All areas.
const AREAS: &[Area] = &[HANDLERS, people::HANDLERS];

/// The server itself, tenants, Graph and the oldest of the endpoints about users.
const HANDLERS: Area = &[
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

fn handler(name: &str) -> Option<&'static (&'static str, Answer)> {
    AREAS.iter().chain(estate::AREAS).copied().flatten().find(|(known, _)| known.eq_ignore_ascii_case(name))
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
    let tenant = tenant_sent(request);
    let tenant_id = if tenant.is_empty() { None } else { world.tenant(&tenant).map(|tenant| tenant.id.clone()) };
    for message in reply.logged.clone().unwrap_or_else(|| reply.result_texts()) {
        let failed = reply.status >= 400 || FAILURES.iter().any(|start| message.starts_with(start));
        world.logs.add(Entry {
            key: String::new(),
            time: String::new(),
            tenant: if tenant.is_empty() { "None".to_owned() } else { tenant.clone() },
            tenant_id: tenant_id.clone().unwrap_or_default(),
            api: endpoint.to_owned(),
            message,
            severity: if failed { "Error" } else { "Info" },
        });
    }
}

/// How the text of a step that failed starts, in an answer that is good otherwise.
const FAILURES: &[&str] = &["Failed", "Error", "Could not"];

/// The tenant that a write names, in the first of the places in which one can stand.
fn tenant_sent(request: &Request) -> String {
    let first = request.whole_body().get(0).map_or(&Value::Null, |row| member(row, "tenantFilter"));
    let places = [request.either("tenantFilter"), request.either("tenantid"), first];
    places.into_iter().map(|value| text(unwrapped(value))).find(|name| !name.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_unique_and_known() {
        let mut names = std::collections::HashSet::new();
        for area in AREAS.iter().chain(estate::AREAS) {
            assert!(area.windows(2).all(|two| two[0].0 < two[1].0));
            for (name, _) in area.iter().filter(|(name, _)| *name != "me") {
                assert_eq!(catalogue::find(name).map(|record| record.name), Some(*name));
                assert!(names.insert(name), "{name} has two handlers");
            }
        }
    }
}
