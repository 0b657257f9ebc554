//! The names that one level of a call takes, read off the flat list of paths in the record.

use std::cmp::Reverse;

use crate::catalogue::path::same;
use crate::catalogue::{Endpoint, Kind, Method, Need, Param, Place, TenantForm};

/// The path of the rows of a call whose body is an array at its root.
pub(super) const ROWS: &str = "[]";

/// How the last step of a path names tenants in [`TenantForm::Object`].
const TENANT_NAME: &str = "defaultDomainName";

/// One name of one level.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    pub(super) param: &'static Param,
    /// The last step of the path.
    pub(super) name: &'static str,
    /// Of an object form that names tenants the parent has what its child says, as it is the one that is given.
    pub(super) need: Need,
    pub(super) tenant: Option<TenantForm>,
    /// What lies in a secret is one too.
    pub(super) secret: bool,
}

impl Slot {
    fn of(param: &'static Param, name: &'static str) -> Self {
        Self { param, name, need: param.need, tenant: param.tenant, secret: param.secret }
    }

    /// The kind of the value, or of each element of a list.
    pub(super) fn element_kind(&self) -> Kind {
        if self.param.kind == Kind::List { self.param.item } else { self.param.kind }
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
        match rest.split_once('.') {
            None => slots.push(Slot::of(param, rest)),
            Some((step, TENANT_NAME)) if param.tenant == Some(TenantForm::Object) => {
                let name = step.trim_end_matches("[]");
                // A parent stands before its children in the record.
                for slot in slots.iter_mut().filter(|slot| slot.name == name) {
                    slot.tenant = param.tenant;
                    slot.need = if slot.need == Need::Optional { param.need } else { slot.need };
                }
            }
            Some(_) => {}
        }
    }
    slots
}

/// The best fitting slots for a name, one for each place that it is read in, the best first.
pub(super) fn matching<'s>(slots: &'s [Slot], given: &str) -> Vec<&'s Slot> {
    let mut fitting: Vec<&Slot> = Vec::new();
    for slot in slots.iter().filter(|slot| same(slot.name, given)) {
        match fitting.iter_mut().find(|other| other.param.place == slot.param.place) {
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
