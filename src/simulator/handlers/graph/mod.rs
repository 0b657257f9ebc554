//! Microsoft Graph through the server, for users; any other path gets a stand-in.

mod call;
mod page;
mod paths;
mod things;

use std::time::Duration;

use axum::body::Bytes;
use serde_json::{Value, json};

use super::users::no_such_user;
use super::{Origin, Reach, Reply, Request, World, is_all, reach};
use crate::simulator::odata;
use crate::simulator::powershell::truthy;
use crate::simulator::reply::{JSON, rows_text};
use crate::simulator::state::graph_user::{Row, drop_selected_only, graph_user, selected_only};
use crate::simulator::state::queues::Asked;
use crate::simulator::state::tenant::{Standing, Tenant};
use crate::simulator::state::user::User;

use call::Call;
use things::Things;

/// How long rows of all tenants are kept.
const CACHE_LIFE: Duration = Duration::from_secs(3600);

/// Why there are no rows: a status and the whole text of the answer.
type Refusal = (u16, String);

/// `ListGraphRequest`
pub(super) fn list(world: &World, request: &Request) -> Reply {
    let ignored = truthy(request.query("IgnoreErrors"));
    answer(world, request).unwrap_or_else(|(status, text)| Reply::text(if ignored { 200 } else { status }, text))
}

fn answer(world: &World, request: &Request) -> Result<Reply, Refusal> {
    let call = Call::read(world, request)?;
    let mut metadata = call.metadata(request);
    if is_all(&call.tenant) {
        return Ok(call.all(world, metadata));
    }
    let tenant = match reach(world, &call.tenant) {
        Reach::Tenant(tenant) => tenant,
        Reach::Broken(trouble) => return Err(call.refusal(&trouble)),
        Reach::Nowhere => {
            let why = "the tenant is unknown or excluded";
            return Err(call.refusal(&format!("Graph request denied for '{}': {why}.", call.tenant)));
        }
    };
    if let Some(rows) = paths::rows(world, tenant, &call.endpoint) {
        let mut rows = rows.map_err(|trouble| call.refusal(&trouble))?;
        rows.retain(|row| call.filter.as_ref().is_none_or(|filter| filter.passes(row)));
        return Ok(with_metadata(call.text(&rows, &call.tenant), &metadata));
    }
    if !call.is_known() {
        return Ok(with_metadata(call.text(&[thing(tenant)], &call.tenant), &metadata).from(Origin::Shape));
    }
    let mut rows = call.rows(world, tenant)?;
    if let Some(page) = &call.page {
        if let Some(link) = page.next(&call.endpoint, rows.len()) {
            metadata.insert("nextLink".to_owned(), link.into());
        }
        rows = rows.into_iter().skip(page.start).take(page.size).collect();
    }
    Ok(with_metadata(call.text(&rows, &call.tenant), &metadata))
}

impl Call {
    /// The rows that pass, without paging.
    fn rows(&self, world: &World, tenant: &Tenant) -> Result<Vec<Row>, Refusal> {
        if let Some(things) = Things::at(&self.endpoint) {
            let rows = things.rows(world, tenant).map_err(|key| self.refusal(&no_such_user(key)))?;
            return Ok(self.ordered(rows.into_iter()));
        }
        let directory = tenant.directory();
        if let Some(id) = self.one_user() {
            let user = directory.user(id).ok_or_else(|| self.refusal(&no_such_user(id)))?;
            return Ok(vec![self.selected(self.whole(world, tenant, &user))]);
        }
        let users = directory.users();
        Ok(self.ordered(users.iter().map(|user| self.whole(world, tenant, user))))
    }

    /// The rows that pass, in order, with what is selected of them.
    fn ordered(&self, rows: impl Iterator<Item = Row>) -> Vec<Row> {
        let rows = rows.filter(|row| self.filter.as_ref().is_none_or(|filter| filter.passes(row)));
        let Some((name, down)) = &self.order else { return rows.map(|row| self.selected(row)).collect() };
        let mut keyed: Vec<_> = rows.map(|row| (row[name].clone(), self.selected(row))).collect();
        keyed.sort_by(|(one, _), (other, _)| odata::nulls_first(one, other));
        if *down {
            keyed.reverse();
        }
        keyed.into_iter().map(|(_, row)| row).collect()
    }

    fn whole(&self, world: &World, tenant: &Tenant, user: &User) -> Row {
        let mut row = graph_user(world.calendar, tenant, user);
        if self.filter.is_some() || self.order.is_some() || !self.select.is_empty() {
            selected_only(&mut row, world.calendar, user);
        }
        row
    }

    fn selected(&self, mut row: Row) -> Row {
        if self.select.is_empty() {
            drop_selected_only(&mut row);
            return row;
        }
        self.select.iter().filter_map(|name| row.remove_entry(name)).collect()
    }

    /// The text of the rows of a tenant, or what is asked for in their place.
    fn text(&self, rows: &[Row], tenant: &str) -> Bytes {
        if self.count_only {
            return rows_text([rows.len()].into_iter()).into();
        }
        if self.list_properties {
            return rows_text(rows.first().into_iter().flat_map(Row::keys)).into();
        }
        rows_text(rows.iter().map(|row| marked(row.clone(), tenant))).into()
    }

    fn all(&self, world: &World, mut metadata: Row) -> Reply {
        if self.skip_cache {
            return with_metadata(self.text_of_all(world), &metadata);
        }
        let key = format!("{}-{}", self.endpoint, Value::from(metadata.clone()));
        let name = format!("Graph request {} - All Tenants", self.endpoint);
        let tenants = || world.customers().map(|tenant| tenant.domain.clone()).collect();
        let (id, message) = match world.queues.ask(&key, &name, CACHE_LIFE, tenants, || self.text_of_all(world)) {
            Asked::Ready(rows) => return with_metadata(rows, &metadata),
            Asked::Started(id) => (id, "Loading data for all tenants. Please check back after the job completes"),
            Asked::Waiting(id) => (id, "Data still processing, please wait"),
        };
        metadata.extend([
            ("Queued".to_owned(), json!(true)),
            ("QueueMessage".to_owned(), json!(message)),
            ("QueueId".to_owned(), json!(id)),
        ]);
        with_metadata(Bytes::from_static(b"[]"), &metadata)
    }

    /// The rows of every customer; one that cannot be reached is a row that says so.
    fn text_of_all(&self, world: &World) -> Bytes {
        let rows = |tenant: &Tenant| -> Vec<Row> {
            if tenant.standing == Standing::Broken {
                return vec![unreachable(tenant)];
            }
            let rows = if self.is_known() { self.rows(world, tenant) } else { Ok(vec![thing(tenant)]) };
            rows.unwrap_or_default().into_iter().map(|row| marked(row, &tenant.domain)).collect()
        };
        if self.count_only {
            return rows_text([world.customers().map(|tenant| rows(tenant).len()).sum::<usize>()].into_iter()).into();
        }
        rows_text(world.customers().flat_map(rows)).into()
    }
}

fn unreachable(tenant: &Tenant) -> Row {
    Row::from_iter([
        ("Tenant".to_owned(), json!(tenant.domain)),
        ("CippStatus".to_owned(), json!(format!("Could not connect to tenant. {}", tenant.trouble()))),
        ("CippException".to_owned(), json!(tenant.trouble())),
    ])
}

/// A row of an endpoint of Graph that has no state here.
fn thing(tenant: &Tenant) -> Row {
    let id = tenant.seed.guid("graph object");
    Row::from_iter([("id".to_owned(), json!(id)), ("displayName".to_owned(), json!("Sample object"))])
}

fn marked(mut row: Row, tenant: &str) -> Row {
    row.insert("Tenant".to_owned(), tenant.into());
    row.insert("CippStatus".to_owned(), "Good".into());
    row
}

fn with_metadata(rows: Bytes, metadata: &Row) -> Reply {
    let metadata = Value::from(metadata.clone()).to_string();
    let parts: [&[u8]; 5] = [b"{\"Results\":", &rows, b",\"Metadata\":", metadata.as_bytes(), b"}"];
    Reply::new(200, JSON, parts.concat())
}
