//! The endpoints that have state, one row each, and the way from a call to its answer.

mod generic;
mod graph;
mod logs;
mod mfa;
mod platform;
mod queues;
mod sample;
mod tenants;
mod users;

use crate::catalogue::{self, Endpoint};

use super::powershell::{text, unwrapped};
use super::reply::{Origin, Reply};
use super::request::Request;
use super::state::World;
use super::state::logs::Entry;
use super::state::tenant::{Standing, Tenant};

/// One endpoint that has state.
struct Handler {
    name: &'static str,
    access: Access,
    answer: fn(&World, &Request) -> Reply,
}

/// What a call to an endpoint does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    /// Reads.
    Read,
    /// Writes: each of its results is logged.
    Write,
}
use Access::{Read, Write};

/// Every endpoint that has an answer of its own, sorted by name.
const HANDLERS: &[Handler] = &[
    Handler { name: "AddBPATemplate", access: Read, answer: platform::disabled },
    Handler { name: "ExecBPA", access: Read, answer: platform::disabled },
    Handler { name: "ExecMcp", access: Read, answer: platform::disabled },
    Handler { name: "ExecPerUserMFA", access: Write, answer: mfa::set_per_user },
    Handler { name: "GetVersion", access: Read, answer: platform::version },
    Handler { name: "ListApiTest", access: Read, answer: platform::echo },
    Handler { name: "ListBPA", access: Read, answer: platform::disabled },
    Handler { name: "ListBPATemplates", access: Read, answer: platform::disabled },
    Handler { name: "ListCippQueue", access: Read, answer: queues::list },
    Handler { name: "ListCippQueues", access: Read, answer: queues::sum_up },
    Handler { name: "ListGraphRequest", access: Read, answer: graph::list },
    Handler { name: "ListLogs", access: Read, answer: logs::list },
    Handler { name: "ListMFAUsers", access: Read, answer: mfa::list },
    Handler { name: "ListPerUserMFA", access: Read, answer: mfa::list_per_user },
    Handler { name: "ListTenants", access: Read, answer: tenants::list },
    Handler { name: "ListUsers", access: Read, answer: users::list },
    Handler { name: "PublicPing", access: Read, answer: platform::ping },
    Handler { name: "RemoveBPATemplate", access: Read, answer: platform::disabled },
    Handler { name: "RemoveCippQueue", access: Write, answer: queues::clear },
    Handler { name: "me", access: Read, answer: platform::me },
];

/// Answers a call, whatever its verb and in whatever case its endpoint is written.
pub(crate) fn answer(world: &World, request: &Request) -> Reply {
    if let Some(permission) = record(&request.endpoint).map(|record| record.role).filter(|role| !world.role.may(role)) {
        let role = world.role.name();
        let text = "Access to this CIPP API endpoint is not allowed";
        return Reply::text(403, format!("{text}, the role '{role}' does not have the permission '{permission}'"));
    }
    let (name, access, reply) = match (handler(&request.endpoint), record(&request.endpoint)) {
        (Some(handler), _) => (handler.name, handler.access, (handler.answer)(world, request)),
        (None, Some(record)) => {
            let access = generic::access(record, request);
            (record.name, access, generic::answer(world, request, record, access).from(Origin::Shape))
        }
        (None, None) => return Reply::text(404, "Endpoint not found"),
    };
    if access == Write {
        log(world, request, name, &reply);
    }
    reply
}

/// Whether there is an endpoint of this name, in any case of letters.
pub(crate) fn exists(name: &str) -> bool {
    handler(name).is_some() || record(name).is_some()
}

fn handler(name: &str) -> Option<&'static Handler> {
    HANDLERS.iter().find(|handler| handler.name.eq_ignore_ascii_case(name))
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
    for message in reply.result_texts() {
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
        assert!(HANDLERS.windows(2).all(|two| two[0].name < two[1].name));
        for handler in HANDLERS.iter().filter(|handler| handler.name != "me") {
            assert_eq!(catalogue::find(handler.name).map(|record| record.name), Some(handler.name));
        }
    }
}
