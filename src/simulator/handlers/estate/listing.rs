//! Lists of things, by what the server does with them: how they are wrapped, what an outage looks like, what all
//! tenants at once mean.

use std::time::Duration;

use axum::body::Bytes;
use serde_json::{Value, json};

use super::{Reach, Reply, Request, World, is_all, reach};
use crate::simulator::powershell::{is_true, text};
use crate::simulator::reply::JSON;
use crate::simulator::state::queues::Asked;
use crate::simulator::state::shelf::Kind;
use crate::simulator::state::tenant::{Standing, Tenant};

/// How a list of one kind answers.
pub(super) struct List {
    pub(super) kind: &'static Kind,
    pub(super) wrap: Wrap,
    pub(super) trouble: Trouble,
    pub(super) all: All,
}

/// How rows come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrap {
    /// A bare array.
    Rows,
    /// An array under `Results`.
    Results,
    /// An array under `Results` with `Metadata` beside it.
    Metadata,
}

/// How a tenant that cannot be reached shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// A text.
    Text(u16),
    /// A list of one text.
    Texts(u16),
    /// As if there were no rows.
    Hidden,
}

/// What all tenants at once give.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum All {
    /// Nothing, as an unknown tenant does.
    Nothing,
    /// The stored reports of all tenants.
    Report,
    /// A background job reads them for so many minutes.
    Queue(u64),
}

impl List {
    /// The bare rows of the tenant in the query; an outage is 403 with a list of one text.
    pub(super) const fn of(kind: &'static Kind) -> Self {
        Self { kind, wrap: Wrap::Rows, trouble: Trouble::Texts(403), all: All::Nothing }
    }

    /// Answers a call.
    pub(super) fn answer(&self, world: &World, request: &Request) -> Reply {
        let name = text(request.query("tenantFilter"));
        if is_all(&name) {
            return self.all(world, request);
        }
        if self.all == All::Report && is_true(request.query("UseReportDB")) {
            return self.wrapped(&world.tenant(&name).map(|tenant| self.report(world, tenant)).unwrap_or_default());
        }
        match reach(world, &name) {
            Reach::Tenant(tenant) => self.wrapped(&world.shelf(tenant, self.kind).rows()),
            Reach::Nowhere => self.wrapped(&[]),
            Reach::Broken(trouble) => match self.trouble {
                Trouble::Text(status) => Reply::text(status, trouble),
                Trouble::Texts(status) => Reply::json_of(status, &[trouble]),
                Trouble::Hidden => self.wrapped(&[]),
            },
        }
    }

    fn wrapped(&self, rows: &[Value]) -> Reply {
        match self.wrap {
            Wrap::Rows => Reply::rows(rows.iter()),
            Wrap::Results => Reply::json(&json!({"Results": rows})),
            Wrap::Metadata => Reply::json(&json!({"Results": rows, "Metadata": {}})),
        }
    }

    fn report(&self, world: &World, tenant: &Tenant) -> Vec<Value> {
        let (mut rows, stamp) = world.shelf(tenant, self.kind).reported();
        rows.iter_mut().for_each(|row| row["CacheTimestamp"] = stamp.clone().into());
        rows
    }

    fn all(&self, world: &World, request: &Request) -> Reply {
        match self.all {
            All::Nothing => self.wrapped(&[]),
            All::Report => {
                let rows: Vec<_> =
                    managed(world).flat_map(|tenant| named(tenant, self.report(world, tenant))).collect();
                self.wrapped(&rows)
            }
            All::Queue(minutes) => {
                let now = |tenant| named(tenant, world.shelf(tenant, self.kind).rows());
                let make = || {
                    let rows: Vec<_> = managed(world).flat_map(now).collect();
                    self.wrapped(&rows).body
                };
                queued(world, request, minutes, make)
            }
        }
    }
}

/// An answer over all tenants that a background job prepares; `make` writes the whole of it.
pub(super) fn queued(world: &World, request: &Request, minutes: u64, make: impl FnOnce() -> Bytes) -> Reply {
    let tenants = || world.customers().map(|tenant| tenant.domain.clone()).collect();
    let name = format!("{} - All Tenants", request.endpoint);
    let life = Duration::from_secs(minutes * 60);
    match world.queues.ask(&request.endpoint.to_lowercase(), &name, life, tenants, make) {
        Asked::Ready(body) => Reply::new(200, JSON, body),
        Asked::Started(id) | Asked::Waiting(id) => {
            let message = "Still loading data for all tenants. Please check back in a few more minutes";
            Reply::json(&json!({"Results": [], "Metadata": {"QueueMessage": message, "QueueId": id}}))
        }
    }
}

/// The customers that can be reached.
pub(super) fn managed(world: &World) -> impl Iterator<Item = &Tenant> {
    world.customers().filter(|tenant| tenant.standing == Standing::Managed)
}

/// Rows that say of which tenant they are.
pub(super) fn named(tenant: &Tenant, mut rows: Vec<Value>) -> Vec<Value> {
    rows.iter_mut().for_each(|row| row["Tenant"] = tenant.domain.clone().into());
    rows
}
