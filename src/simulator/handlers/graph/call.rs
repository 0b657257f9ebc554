//! What is asked of Graph, read from the query.

use serde_json::{Map, Value, json};

use super::Refusal;
use super::page::Page;
use super::things::Things;
use crate::simulator::odata::{self, Filter};
use crate::simulator::powershell::{text, to_boolean, truthy};
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::graph_user::{Row, property_names};

/// What version 1.0 of Graph returns of a user unless told.
const DEFAULTS: &str = "businessPhones,displayName,givenName,id,jobTitle,mail,mobilePhone,officeLocation,\
    preferredLanguage,surname,userPrincipalName";

/// What is asked of Graph.
pub(super) struct Call {
    pub(super) endpoint: String,
    /// The tenant as it was sent.
    pub(super) tenant: String,
    pub(super) filter: Option<Filter>,
    /// In Graph's spelling; everything when there are none.
    pub(super) select: Vec<String>,
    /// By which property, and whether downwards.
    pub(super) order: Option<(String, bool)>,
    /// One page; all rows when there is none.
    pub(super) page: Option<Page>,
    pub(super) count_only: bool,
    pub(super) list_properties: bool,
    pub(super) skip_cache: bool,
}

impl Call {
    /// Reads a call; what this Graph does not understand is refused, never ignored.
    pub(super) fn read(world: &World, request: &Request) -> Result<Self, Refusal> {
        let query = |name: &str| text(request.query(name));
        let endpoint = query("Endpoint").trim_matches('/').to_owned();
        let mut call = Self {
            tenant: query("tenantFilter"),
            filter: None,
            select: Vec::new(),
            order: None,
            page: None,
            count_only: flag(request, "CountOnly")?,
            list_properties: truthy(request.query("ListProperties")),
            skip_cache: flag(request, "SkipCache")?,
            endpoint,
        };
        let (manual, first) = (flag(request, "manualPagination")?, flag(request, "NoPagination")?);
        call.page = Page::read(request, manual, first).map_err(|text| call.refusal(&text))?;
        call.read_parameters(world, request).map_err(|text| call.refusal(&text))?;
        Ok(call)
    }

    fn read_parameters(&mut self, world: &World, request: &Request) -> Result<(), String> {
        let query = |name: &str| text(request.query(name));
        if let Some(name) = ["$search", "$expand"].into_iter().find(|name| !query(name).is_empty()) {
            return Err(format!("The simulator does not support {name}."));
        }
        let things = Things::at(&self.endpoint);
        let tenant = world.tenant(&self.tenant).unwrap_or(world.partner());
        let properties = match things {
            Some(things) => things.properties(world, tenant),
            None => property_names(world.calendar, world.partner()),
        };
        let known = |name: &str| {
            let found = properties.iter().find(|known| known.eq_ignore_ascii_case(name)).cloned();
            found.ok_or_else(|| odata::no_property(name))
        };
        let filter = [query("$filter"), query("graphFilter")].into_iter().find(|filter| !filter.is_empty());
        self.filter = filter.map(|filter| Filter::parse(&filter, &properties)).transpose()?;
        let mut select = query("$select");
        if things.is_none() && select.is_empty() && query("Version").eq_ignore_ascii_case("v1.0") {
            DEFAULTS.clone_into(&mut select);
        }
        let select = select.split(',').map(str::trim).filter(|name| !name.is_empty());
        self.select = select.map(|name| known(name.split('/').next().unwrap_or_default())).collect::<Result<_, _>>()?;
        let order = query("$orderby");
        self.order = match order.split_whitespace().collect::<Vec<_>>().as_slice() {
            [] => None,
            [name] | [name, "asc"] => Some((known(name)?, false)),
            [name, "desc"] => Some((known(name)?, true)),
            _ => return Err(format!("Invalid orderby clause '{order}'.")),
        };
        Ok(())
    }

    /// What the server answers when Graph refuses.
    pub(super) fn refusal(&self, text: &str) -> Refusal {
        (400, format!("Graph Error: {text} - Endpoint: {}", self.endpoint))
    }

    /// The call as the server echoes it.
    pub(super) fn metadata(&self, request: &Request) -> Row {
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

    /// Whether it is about something that has state here.
    pub(super) fn is_known(&self) -> bool {
        Things::at(&self.endpoint).is_some() || self.one_user().is_some() || self.endpoint.eq_ignore_ascii_case("users")
    }

    /// The user of `users/<id>`.
    pub(super) fn one_user(&self) -> Option<&str> {
        let (first, id) = self.endpoint.split_once('/')?;
        (first.eq_ignore_ascii_case("users") && !id.contains('/')).then_some(id)
    }
}

/// A flag that the server converts, so that only `true` and `false` will do.
fn flag(request: &Request, name: &str) -> Result<bool, Refusal> {
    match request.query(name) {
        Value::Null => Ok(false),
        value => to_boolean(value).map_err(|text| (500, text)),
    }
}
