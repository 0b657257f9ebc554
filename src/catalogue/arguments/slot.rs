//! The names that one level of a call takes, read off the flat list of paths in the record.

use std::cmp::Reverse;

use crate::catalogue::path::same;
use crate::catalogue::{Endpoint, Kind, Method, Need, Param, Place, TenantForm, Wrap};

/// The path of the rows of a call whose body is an array at its root.
pub(super) const ROWS: &str = "[]";

/// How the last step of a path names tenants in [`TenantForm::Object`].
const TENANT_NAME: &str = "defaultDomainName";

/// One name of one level: a parameter, or the parent of parameters that has no record of its own.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    /// The name alone, in the server's spelling.
    pub(super) name: &'static str,
    /// The path up to and with the name, without `[]` at its end.
    pub(super) path: &'static str,
    pub(super) place: Place,
    pub(super) kind: Kind,
    pub(super) item: Kind,
    pub(super) kind_known: bool,
    pub(super) need: Need,
    pub(super) values: &'static [&'static str],
    pub(super) values_known: bool,
    pub(super) wrap: Wrap,
    pub(super) presence: bool,
    pub(super) tenant: Option<TenantForm>,
    pub(super) secret: bool,
}

impl Slot {
    fn of(param: &Param, name: &'static str, path: &'static str) -> Self {
        Self {
            name,
            path,
            place: param.place,
            kind: param.kind,
            item: param.item,
            kind_known: param.kind_known,
            need: param.need,
            values: param.values,
            values_known: param.values_known,
            wrap: param.wrap,
            presence: param.presence,
            tenant: param.tenant,
            secret: param.secret,
        }
    }

    /// A parent that is known by its children only: nothing is said about it but its kind.
    fn parent(param: &Param, name: &'static str, path: &'static str, is_list: bool) -> Self {
        let (kind, item) = if is_list { (Kind::List, Kind::Map) } else { (Kind::Map, Kind::Any) };
        Self {
            kind,
            item,
            need: Need::Optional,
            values: &[],
            wrap: Wrap::No,
            presence: false,
            tenant: None,
            secret: false,
            ..Self::of(param, name, path)
        }
    }

    /// A tenant in a part of the call that no record describes.
    pub(super) fn free_tenant() -> Self {
        Self {
            name: "",
            path: "",
            place: Place::Body,
            kind: Kind::Any,
            item: Kind::Any,
            kind_known: false,
            need: Need::Optional,
            values: &[],
            values_known: false,
            wrap: Wrap::Either,
            presence: false,
            tenant: Some(TenantForm::Domain),
            secret: false,
        }
    }

    /// The kind of the value, or of each element of a list.
    pub(super) fn element_kind(&self) -> Kind {
        if self.kind == Kind::List { self.item } else { self.kind }
    }
}

/// Whether a value of this place goes out in the query. A GET has no body, so there everything does.
pub(super) fn in_query(endpoint: &Endpoint, place: Place) -> bool {
    endpoint.method == Method::Get || place != Place::Body
}

/// Whether a value of this place goes out in the body.
pub(super) fn in_body(endpoint: &Endpoint, place: Place) -> bool {
    endpoint.method == Method::Post && place != Place::Query
}

/// The names that the level below `parent` takes; `""` is the root of an object, [`ROWS`] that of a row.
pub(super) fn slots_below(endpoint: &Endpoint, parent: &str) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    for param in endpoint.params {
        let Some(rest) = below(param.path, parent) else { continue };
        let before = param.path.len() - rest.len();
        let Some((step, tail)) = rest.split_once('.') else {
            add(&mut slots, Slot::of(param, rest, param.path));
            continue;
        };
        let name = step.trim_end_matches("[]");
        let path = param.path.get(..before + name.len()).unwrap_or(param.path);
        if !slots.iter().any(|slot| slot.name == name) {
            slots.push(Slot::parent(param, name, path, step.len() > name.len()));
        }
        if param.tenant == Some(TenantForm::Object) && tail == TENANT_NAME {
            names_tenants(&mut slots, name, param);
        }
    }
    slots
}

/// The best fitting slots for a name, one for each place that it is read in, the best first.
pub(super) fn matching<'s>(slots: &'s [Slot], given: &str) -> Vec<&'s Slot> {
    let mut fitting: Vec<&Slot> = Vec::new();
    for slot in slots.iter().filter(|slot| same(slot.name, given)) {
        match fitting.iter_mut().find(|other| other.place == slot.place) {
            Some(other) if closeness(slot.name, given) > closeness(other.name, given) => *other = slot,
            Some(_) => {}
            None => fitting.push(slot),
        }
    }
    fitting.sort_by_key(|slot| Reverse(closeness(slot.name, given)));
    fitting
}

/// `$expand` and `expand` can be two parameters of one endpoint.
fn closeness(name: &str, given: &str) -> u8 {
    u8::from(name.eq_ignore_ascii_case(given)) + u8::from(name == given)
}

fn below<'p>(path: &'p str, parent: &str) -> Option<&'p str> {
    if parent.is_empty() {
        return (!path.starts_with(ROWS)).then_some(path);
    }
    let rest = path.strip_prefix(parent)?;
    rest.strip_prefix("[].").or_else(|| rest.strip_prefix('.'))
}

fn add(slots: &mut Vec<Slot>, slot: Slot) {
    match slots.iter_mut().find(|other| other.name == slot.name) {
        Some(other) => *other = Slot { tenant: slot.tenant.or(other.tenant), ..slot },
        None => slots.push(slot),
    }
}

/// The parent of an object form takes tenants itself: its children are all made from the tenant that is named.
fn names_tenants(slots: &mut [Slot], name: &str, param: &Param) {
    if let Some(slot) = slots.iter_mut().find(|slot| slot.name == name) {
        slot.tenant = param.tenant;
        if slot.need == Need::Optional {
            slot.need = param.need;
        }
    }
}
