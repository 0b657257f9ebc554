//! Arguments that name tenants: every one is resolved, or the call is refused.

use serde_json::{Map, Value, json};

use super::builder::{Builder, NAME_THE_TENANT};
use super::problem::Problem;
use super::slot::Slot;
use crate::catalogue::path::{inner_value, plain_text, same, values_at};
use crate::catalogue::{Endpoint, Kind, Scope, TenantForm, Wrap};
use crate::catalogue::{Target, Tenant};
use crate::value::Planned;

/// The literal that stands for every tenant, as the server spells it.
const ALL_TENANTS: &str = "AllTenants";

/// What a map may call the tenant that it stands for, surest first.
const NAMES: [&str; 7] = ["defaultDomainName", "domain", "customerId", "tenantId", "value", "id", "initialDomainName"];

/// The name by which parts of a call that no record describes name tenants.
pub(super) const FREE_NAME: &str = "tenantFilter";

/// Whether building a request from these arguments asks for tenants, so that their list is worth fetching.
pub fn needs_tenants(endpoint: &Endpoint, arguments: &Value) -> bool {
    let by_record = || {
        let params = endpoint.params.iter().filter(|param| param.tenant.is_some());
        params.map(|param| param.path.strip_suffix(".defaultDomainName").unwrap_or(param.path)).any(|path| {
            let under_body = arguments.get("body").map(|body| values_at(body, path)).unwrap_or_default();
            values_at(arguments, path).into_iter().chain(under_body).any(|value| !is_all_tenants(value))
        })
    };
    by_record() || names_freely(arguments)
}

/// Whether there is a tenant by its usual name anywhere, also where no record looks.
fn names_freely(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(name, inner)| {
            (same(name, FREE_NAME) && !inner.is_null() && !is_all_tenants(inner)) || names_freely(inner)
        }),
        Value::Array(items) => items.iter().any(names_freely),
        _ => false,
    }
}

fn is_all_tenants(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.trim().eq_ignore_ascii_case(ALL_TENANTS))
}

/// How a tenant goes out.
#[derive(Clone, Copy)]
struct Shape {
    form: TenantForm,
    wrap: Wrap,
    /// An object is read, or may be, so that a tenant group can stand in its place.
    takes_groups: bool,
    /// Lies in a secret, so that what was given is not told.
    secret: bool,
}

impl Builder<'_> {
    /// The value of a parameter that names tenants, each in the form that the server reads.
    pub(super) fn tenants(&mut self, slot: &Slot, form: TenantForm, value: &Value, at: &str) -> Option<Value> {
        let wrap = slot.param.wrap;
        let takes_groups = wrap != Wrap::No || slot.element_kind() != Kind::Text;
        let shape = Shape { form, wrap, takes_groups, secret: slot.secret };
        let Value::Array(items) = value else {
            let one = self.tenant(shape, value, at)?;
            return Some(if slot.param.kind == Kind::List { Value::Array(vec![one]) } else { one });
        };
        self.named += usize::from(!items.is_empty());
        if !matches!(slot.param.kind, Kind::List | Kind::Any) && !self.tolerates(slot, slot.param.kind, value, at) {
            return None;
        }
        if items.is_empty() && self.is_required(slot) {
            return self.names_none(at);
        }
        self.each_tenant(shape, items, at)
    }

    fn each_tenant(&mut self, shape: Shape, items: &[Value], at: &str) -> Option<Value> {
        let all: Vec<Option<Value>> =
            items.iter().enumerate().map(|(index, item)| self.tenant(shape, item, &format!("{at}[{index}]"))).collect();
        all.into_iter().collect::<Option<Vec<Value>>>().map(Value::Array)
    }

    fn tenant(&mut self, shape: Shape, value: &Value, at: &str) -> Option<Value> {
        self.named += 1;
        if let Some(group) = group_id(value) {
            return self.group(shape, value, group, at);
        }
        let Some(name) = name_of(value) else {
            self.problem(
                Problem::new(at, format!("\"{at}\" does not tell which tenant is meant"))
                    .hint("a tenant is its domain, customer id or display name, or what tenant() returns"),
            );
            return None;
        };
        let (target, tenant) = self.resolve(&name, shape.secret, at)?;
        self.targets.push(target);
        Some(in_form(shape, &tenant, inner_value(value).is_some()))
    }

    fn group(&mut self, shape: Shape, value: &Value, id: String, at: &str) -> Option<Value> {
        if !shape.takes_groups || self.endpoint.scope != Scope::Many {
            self.problem(Problem::new(at, format!("\"{at}\" takes a tenant, not a tenant group")));
            return None;
        }
        self.targets.push(Target::Group(id));
        self.free(value, shape.secret, at)
    }

    /// The target, and all of its names; for AllTenants each name is the literal.
    fn resolve(&mut self, name: &str, secret: bool, at: &str) -> Option<(Target, Tenant)> {
        if name.trim().eq_ignore_ascii_case(ALL_TENANTS) {
            if self.endpoint.all_tenants {
                let all = || ALL_TENANTS.to_owned();
                return Some((Target::AllTenants, Tenant { domain: all(), id: all(), name: all() }));
            }
            let message = format!("\"{at}\" does not take {ALL_TENANTS}");
            self.problem(Problem::new(at, message).hint("loop over all_tenants() instead"));
            return None;
        }
        if Planned::is_in(name) {
            let message = format!("\"{at}\" names a tenant that only a planned write makes");
            self.problem(Problem::new(at, message).hint("apply a plan that makes it first, then plan the rest"));
            return None;
        }
        match self.lookup.resolve(name) {
            Ok(tenant) => Some((Target::Tenant(tenant.clone()), tenant)),
            Err(_) if secret => {
                self.problem(Problem::new(at, format!("\"{at}\" names a tenant that is not found")));
                None
            }
            Err(why) => {
                self.problem(Problem::new(at, format!("{at}: {why}")));
                None
            }
        }
    }

    fn names_none(&mut self, at: &str) -> Option<Value> {
        self.problem(Problem::new(at, format!("\"{at}\" names no tenant")).hint(NAME_THE_TENANT));
        None
    }

    /// A tenant in a part of the call that no record describes, in the shape that it was given.
    pub(super) fn free_tenant(&mut self, value: &Value, secret: bool, at: &str) -> Option<Value> {
        let shape = Shape { form: TenantForm::Domain, wrap: Wrap::Either, takes_groups: true, secret };
        match value {
            Value::Null => Some(Value::Null),
            Value::Array(items) if items.is_empty() => self.names_none(at),
            Value::Array(items) => self.each_tenant(shape, items, at),
            one => self.tenant(shape, one, at),
        }
    }
}

/// The text that names a tenant: the value itself, or what a map holds under one of the usual names.
pub(super) fn name_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Object(map) => NAMES.iter().find_map(|name| text_of(map, name))?,
        _ => return None,
    };
    (!text.trim().is_empty()).then_some(text)
}

fn text_of(map: &Map<String, Value>, name: &str) -> Option<String> {
    let (_, value) = map.iter().find(|(key, _)| same(key, name))?;
    value.as_str().map(str::to_owned)
}

/// The id of a tenant group, which is given as `{label, value, type: "Group"}`.
pub(super) fn group_id(value: &Value) -> Option<String> {
    let kind = text_of(value.as_object()?, "type")?;
    if !kind.eq_ignore_ascii_case("Group") {
        return None;
    }
    inner_value(value).and_then(plain_text).filter(|id| !id.is_empty())
}

fn in_form(shape: Shape, tenant: &Tenant, was_wrapped: bool) -> Value {
    let plain = match shape.form {
        TenantForm::Domain => &tenant.domain,
        TenantForm::Id => &tenant.id,
        TenantForm::Object => {
            return json!({
                "defaultDomainName": tenant.domain, "customerId": tenant.id, "displayName": tenant.name,
            });
        }
    };
    match shape.wrap {
        Wrap::Always => json!({ "label": tenant.name, "value": plain }),
        Wrap::Either if was_wrapped => json!({ "label": tenant.name, "value": plain }),
        Wrap::Either | Wrap::No => plain.as_str().into(),
    }
}
