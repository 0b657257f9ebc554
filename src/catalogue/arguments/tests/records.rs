//! The records of the real endpoints: what each takes can be given.

use serde_json::{Map, Value, json};

use super::super::build;
use super::fixtures::Tenants;
use crate::catalogue::{Effect, Endpoint, Kind, Param, Root, Scope, Wrap, all};

#[test]
fn every_parameter_can_be_given() {
    for endpoint in all() {
        let arguments = sample(endpoint);
        if let Err(problems) = build(endpoint, &arguments, &Tenants) {
            panic!("{} {arguments}\n{problems:#?}", endpoint.name);
        }
    }
}

#[test]
fn no_write_to_one_tenant_goes_without_it() {
    for endpoint in all().iter().filter(|endpoint| endpoint.scope == Scope::One) {
        let mut arguments = sample(endpoint);
        let Some(map) = arguments.as_object_mut() else { continue };
        let names_tenants = |name: &str| {
            let below = |param: &Param| param.path.trim_start_matches("[].").split(['.', '[']).next() == Some(name);
            endpoint.params.iter().any(|param| param.tenant.is_some() && below(param))
        };
        let tenants = map.keys().filter(|name| names_tenants(name)).cloned().collect::<Vec<_>>();
        tenants.iter().for_each(|name| drop(map.remove(name)));
        if let Ok(request) = build(endpoint, &arguments, &Tenants) {
            let sends_none = request.effect < Effect::Write || tenants.is_empty();
            assert!(sends_none, "{} is sent without a tenant", endpoint.name);
        }
    }
}

/// Arguments with a value for everything that the record lists, as one map.
pub(super) fn sample(endpoint: &Endpoint) -> Value {
    let prefix = if endpoint.body == Root::Object { "" } else { "[]." };
    let top = |param: &&Param| !param.path.trim_start_matches(prefix).contains('.');
    let given = endpoint.params.iter().filter(top);
    given
        .map(|param| (param.path.trim_start_matches(prefix).to_owned(), value(endpoint, param)))
        .collect::<Map<_, _>>()
        .into()
}

fn value(endpoint: &Endpoint, param: &Param) -> Value {
    if param.tenant.is_some() {
        return json!("contoso.com");
    }
    match param.kind {
        Kind::List => json!([plain(endpoint, param, param.item)]),
        kind => plain(endpoint, param, kind),
    }
}

fn plain(endpoint: &Endpoint, param: &Param, kind: Kind) -> Value {
    if let Some(value) = param.values.first() {
        return json!(value);
    }
    match kind {
        Kind::Any | Kind::Text => json!("x"),
        Kind::Int | Kind::Number | Kind::UnixTime => json!(1),
        Kind::Bool => json!(true),
        Kind::List => json!([]),
        Kind::Map if param.wrap != Wrap::No => json!({"label": "x", "value": "x"}),
        Kind::Map => below(endpoint, param.path),
    }
}

fn below(endpoint: &Endpoint, parent: &str) -> Value {
    let children = endpoint.params.iter().filter_map(|param| {
        let rest = param.path.strip_prefix(parent)?;
        let name = rest.strip_prefix("[].").or_else(|| rest.strip_prefix('.'))?;
        (!name.contains('.')).then(|| (name.to_owned(), value(endpoint, param)))
    });
    children.collect::<Map<_, _>>().into()
}
