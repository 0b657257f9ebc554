//! Microsoft Graph through the server, for users; any other path gets a stand-in.

use std::cmp::Ordering;
use std::time::Duration;

use axum::body::Bytes;
use serde_json::{Map, Value, json};

use super::users::no_such_user;
use super::{Origin, Reach, Reply, Request, World, is_all, reach};
use crate::simulator::odata::{self, Filter};
use crate::simulator::powershell::{text, to_boolean, truthy};
use crate::simulator::reply::{JSON, rows_text};
use crate::simulator::state::graph_user::{Row, graph_user, selected_only};
use crate::simulator::state::queues::Asked;
use crate::simulator::state::tenant::{Standing, Tenant};
use crate::simulator::state::user::User;

/// How long rows of all tenants are kept.
const CACHE_LIFE: Duration = Duration::from_secs(3600);
/// The most rows that Graph puts on a page, and how many it puts there unless told.
const PAGE: (usize, usize) = (999, 100);
/// What version 1.0 of Graph returns of a user unless told.
const DEFAULTS: &[&str] = &[
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
];

/// Why there are no rows: a status and the whole text of the answer.
type Refusal = (u16, String);

/// What is asked of Graph.
struct Call {
    endpoint: String,
    tenant: String,
    filter: Option<Filter>,
    /// In Graph's spelling; everything when there are none.
    select: Vec<String>,
    order: Option<(String, bool)>,
    page: Option<Page>,
    count_only: bool,
    list_properties: bool,
    skip_cache: bool,
}

/// One page out of all rows.
struct Page {
    start: usize,
    size: usize,
    /// Whether the answer tells where the next one is.
    linked: bool,
}

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
    if !call.is_about_users() {
        return Ok(call.stand_in(tenant, &metadata));
    }
    let rows = call.rows(world, tenant)?;
    if let Some(link) = call.next_link(rows.len()) {
        metadata.insert("nextLink".to_owned(), link.into());
    }
    Ok(with_metadata(call.text(&call.cut(rows), &call.tenant).into(), &metadata))
}

impl Call {
    fn read(world: &World, request: &Request) -> Result<Self, Refusal> {
        let query = |name: &str| text(request.query(name));
        let flag = |name: &str| match request.query(name) {
            Value::Null => Ok(false),
            value => to_boolean(value).map_err(|text| (500, text)),
        };
        let endpoint = query("Endpoint").trim_matches('/').to_owned();
        let refused = |text: String| (400, format!("Graph Error: {text} - Endpoint: {endpoint}"));
        if let Some(name) = ["$search", "$expand"].into_iter().find(|name| !query(name).is_empty()) {
            return Err(refused(format!("The simulator does not support {name}.")));
        }
        let properties = properties(world);
        let filter = [query("$filter"), query("graphFilter")].into_iter().find(|filter| !filter.is_empty());
        let filter = filter.map(|filter| Filter::parse(&filter, &properties).map_err(&refused)).transpose()?;
        let known = |name: &str| {
            let found = properties.iter().find(|known| known.eq_ignore_ascii_case(name)).cloned();
            found.ok_or_else(|| refused(odata::no_property(name)))
        };
        let mut select = Vec::new();
        for name in query("$select").split(',').map(str::trim).filter(|name| !name.is_empty()) {
            select.push(known(name.split('/').next().unwrap_or_default())?);
        }
        if select.is_empty() && query("Version").eq_ignore_ascii_case("v1.0") {
            select = DEFAULTS.iter().map(|name| (*name).to_owned()).collect();
        }
        let order = query("$orderby");
        let order = match order.split_whitespace().collect::<Vec<_>>().as_slice() {
            [] => None,
            [name] | [name, "asc"] => Some((known(name)?, false)),
            [name, "desc"] => Some((known(name)?, true)),
            _ => return Err(refused(format!("Invalid orderby clause '{order}'."))),
        };
        let page = page(request, flag("manualPagination")?, flag("NoPagination")?).map_err(&refused)?;
        Ok(Self {
            tenant: query("tenantFilter"),
            filter,
            select,
            order,
            page,
            count_only: flag("CountOnly")?,
            list_properties: truthy(request.query("ListProperties")),
            skip_cache: flag("SkipCache")?,
            endpoint,
        })
    }

    fn refusal(&self, text: &str) -> Refusal {
        (400, format!("Graph Error: {text} - Endpoint: {}", self.endpoint))
    }

    /// The server echoes what it was asked.
    fn metadata(&self, request: &Request) -> Row {
        let query = request.whole_query().as_object().cloned().unwrap_or_default();
        let own = ["Endpoint", "tenantFilter", "QueueId", "nextLink"];
        let own = |name: &str| own.iter().any(|own| own.eq_ignore_ascii_case(name));
        let (parameters, options): (Row, Row) =
            query.into_iter().filter(|(name, _)| !own(name)).partition(|(name, _)| name.starts_with('$'));
        let mut metadata = Map::from_iter([
            ("Endpoint".to_owned(), json!(self.endpoint)),
            ("Parameters".to_owned(), json!(parameters)),
            ("CippLink".to_owned(), json!(format!("/tenant/tools/graph-explorer?endpoint={}", self.endpoint))),
            ("TenantFilter".to_owned(), json!(self.tenant)),
        ]);
        metadata.extend(options);
        metadata
    }

    fn is_about_users(&self) -> bool {
        self.one_user().is_some() || self.endpoint.eq_ignore_ascii_case("users")
    }

    /// The user of `users/<id>`.
    fn one_user(&self) -> Option<&str> {
        let (first, id) = self.endpoint.split_once('/')?;
        (first.eq_ignore_ascii_case("users") && !id.contains('/')).then_some(id)
    }

    /// The rows that pass, without paging.
    fn rows(&self, world: &World, tenant: &Tenant) -> Result<Vec<Row>, Refusal> {
        let directory = tenant.directory();
        if let Some(id) = self.one_user() {
            let user = directory.user(id).ok_or_else(|| self.refusal(&no_such_user(id)))?;
            return Ok(vec![self.selected(self.whole(world, tenant, &user))]);
        }
        let users = directory.users();
        let rows = users.iter().map(|user| self.whole(world, tenant, user));
        let rows = rows.filter(|row| self.filter.as_ref().is_none_or(|filter| filter.passes(row)));
        let Some((name, down)) = &self.order else { return Ok(rows.map(|row| self.selected(row)).collect()) };
        let mut keyed: Vec<_> = rows.map(|row| (row[name].clone(), self.selected(row))).collect();
        keyed.sort_by(|(one, _), (other, _)| {
            // What has no value comes first; a property has one type otherwise.
            let empty = other.is_null().cmp(&one.is_null());
            empty.then_with(|| odata::order(one, other).unwrap_or(Ordering::Equal))
        });
        if *down {
            keyed.reverse();
        }
        Ok(keyed.into_iter().map(|(_, row)| row).collect())
    }

    fn whole(&self, world: &World, tenant: &Tenant, user: &User) -> Row {
        let mut row = graph_user(world.calendar, tenant, user);
        let asked = |name: &str| self.select.iter().any(|known| known == name);
        if self.filter.is_some() || self.order.is_some() || asked("signInActivity") || asked("perUserMfaState") {
            selected_only(&mut row, world.calendar, user);
        }
        row
    }

    fn selected(&self, mut row: Row) -> Row {
        if self.select.is_empty() {
            row.shift_remove("signInActivity");
            row.shift_remove("perUserMfaState");
            return row;
        }
        self.select.iter().filter_map(|name| row.remove_entry(name)).collect()
    }

    fn cut(&self, rows: Vec<Row>) -> Vec<Row> {
        match &self.page {
            Some(page) => rows.into_iter().skip(page.start).take(page.size).collect(),
            None => rows,
        }
    }

    fn next_link(&self, rows: usize) -> Option<String> {
        let page = self.page.as_ref().filter(|page| page.linked && page.start + page.size < rows)?;
        let (size, next) = (page.size, page.start + page.size);
        Some(format!("https://graph.microsoft.com/beta/{}?$top={size}&$skiptoken={next}", self.endpoint))
    }

    /// The text of the rows of a tenant, or what is asked for in their place.
    fn text(&self, rows: &[Row], tenant: &str) -> Vec<u8> {
        if self.count_only {
            return format!("[{}]", rows.len()).into_bytes();
        }
        if self.list_properties {
            return rows_text(rows.first().into_iter().flat_map(Row::keys));
        }
        rows_text(rows.iter().map(|row| marked(row.clone(), tenant)))
    }

    fn all(&self, world: &World, mut metadata: Row) -> Reply {
        let tenants = || world.customers().map(|tenant| tenant.domain.clone()).collect();
        let make = || Bytes::from(self.text_of_all(world));
        if self.skip_cache {
            return with_metadata(make(), &metadata);
        }
        let key = format!("{}-{}", self.endpoint, Value::from(metadata.clone()));
        let name = format!("Graph request {} - All Tenants", self.endpoint);
        let (id, message) = match world.queues.ask(&key, &name, CACHE_LIFE, tenants, make) {
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
    fn text_of_all(&self, world: &World) -> Vec<u8> {
        let mut count = 0;
        let rows = world.customers().flat_map(|tenant| {
            if tenant.standing == Standing::Broken {
                let status = format!("Could not connect to tenant. {}", tenant.trouble());
                let row = json!({"Tenant": tenant.domain, "CippStatus": status, "CippException": tenant.trouble()});
                return vec![row];
            }
            let rows =
                if self.is_about_users() { self.rows(world, tenant).unwrap_or_default() } else { vec![thing(tenant)] };
            rows.into_iter().map(|row| Value::from(marked(row, &tenant.domain))).collect()
        });
        let text = rows_text(rows.inspect(|_| count += 1));
        if self.count_only { format!("[{count}]").into_bytes() } else { text }
    }

    fn stand_in(&self, tenant: &Tenant, metadata: &Row) -> Reply {
        with_metadata(self.text(&[thing(tenant)], &self.tenant).into(), metadata).from(Origin::Shape)
    }
}

fn page(request: &Request, manual: bool, only_first: bool) -> Result<Option<Page>, String> {
    let link = text(request.query("nextLink"));
    let top = text(request.query("$top"));
    let size = match top.parse() {
        _ if top.is_empty() => PAGE.1,
        Ok(size) if (1..=PAGE.0).contains(&size) => size,
        _ => return Err(format!("Invalid page size specified: '{top}'. Must be between 1 and {} inclusive.", PAGE.0)),
    };
    if !manual {
        return Ok(only_first.then_some(Page { start: 0, size, linked: false }));
    }
    if link.is_empty() {
        return Ok(Some(Page { start: 0, size, linked: true }));
    }
    let wrong = || "The nextLink is not one of Microsoft Graph.".to_owned();
    let query =
        link.strip_prefix("https://graph.microsoft.com/").and_then(|link| link.split_once('?')).ok_or_else(wrong)?;
    let number = |name: &str| {
        let pairs = crate::simulator::request::pairs(query.1);
        pairs.into_iter().find(|(key, _)| key == name).and_then(|(_, value)| value.parse().ok())
    };
    match (number("$skiptoken"), number("$top")) {
        (Some(start), Some(size)) => Ok(Some(Page { start, size, linked: true })),
        _ => Err(wrong()),
    }
}

/// Every property that a user has.
fn properties(world: &World) -> Vec<String> {
    let partner = world.partner();
    let mut row = Row::new();
    if let Some(user) = partner.directory().users().first() {
        row = graph_user(world.calendar, partner, user);
        selected_only(&mut row, world.calendar, user);
    }
    row.into_iter().map(|(name, _)| name).collect()
}

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
