//! The parameters of a call and what they take.

use super::{Candidate, Elsewhere, Shape, catalogue_name, closed};
use crate::catalogue::{Found, Kind, Need, Param, Scope, action::Needed, same_name};

/// One parameter of an action or an endpoint, alike.
struct Parameter {
    name: &'static str,
    required: bool,
    kind: Kind,
    values: Vec<&'static str>,
    is_tenant: bool,
    type_name: String,
}

/// The names that can still be given at this path; the required ones first.
pub(super) fn names(call: &str, path: &str, given: &[String]) -> Vec<Candidate> {
    let all = below(call, path);
    let width = all.iter().map(|parameter| parameter.name.len()).max().unwrap_or_default();
    let mut open: Vec<_> =
        all.into_iter().filter(|parameter| !given.iter().any(|given| same_name(given, parameter.name))).collect();
    open.sort_by_key(|parameter| !parameter.required);
    let told = |parameter: Parameter| {
        let required = if parameter.required { ", required" } else { "" };
        let shown = format!("{:width$}  {}{required}", parameter.name, parameter.type_name);
        let name = parameter.name;
        let is_word = name.chars().all(|c| c.is_alphanumeric() || c == '_');
        let text = if is_word { format!("{name}: ") } else { format!("\"{name}\": ") };
        Candidate { text, shown }
    };
    open.into_iter().map(told).collect()
}

/// What a parameter takes; `None` where that can be anything.
pub(super) fn values(call: &str, path: &str, quoted: bool, elsewhere: &dyn Elsewhere) -> Option<Vec<Candidate>> {
    let parameter = parameter(call, path)?;
    if parameter.is_tenant {
        return quoted.then(|| elsewhere.tenants().into_iter().map(closed).collect());
    }
    if parameter.kind == Kind::Bool && !quoted {
        return Some(["true", "false"].map(Candidate::plain).into());
    }
    if parameter.values.is_empty() {
        return None;
    }
    let values = parameter.values.into_iter();
    Some(if quoted {
        values.map(|value| closed(value.to_owned())).collect()
    } else {
        values.map(|value| Candidate::told(format!("\"{value}\""), value)).collect()
    })
}

/// What a parameter takes, in a line.
pub(super) fn told(call: &str, path: &str) -> Option<String> {
    let parameter = parameter(call, path)?;
    let values = parameter.values.join(" | ");
    Some(if values.is_empty() { parameter.type_name } else { values })
}

/// Whether a parameter names a tenant.
pub(super) fn is_tenant(call: &str, path: &str) -> bool {
    parameter(call, path).is_some_and(|parameter| parameter.is_tenant)
}

/// Whether a call takes a tenant before its map.
pub(super) fn takes_tenant(found: Found) -> bool {
    matches!(found, Found::Action(action) if action.tenant.is_some())
}

/// The shape of what a call returns, as far as the catalogue claims.
pub(super) fn answer(call: &str) -> Option<Shape> {
    let endpoint = catalogue_name(call)?.endpoint();
    let row = Shape {
        keys: endpoint.fields.iter().map(|name| (name.to_string(), Shape::default())).collect(),
        element: None,
    };
    Some(Shape { element: Some(Box::new(row)), ..Shape::default() })
}

fn parameter(call: &str, path: &str) -> Option<Parameter> {
    match catalogue_name(call)? {
        Found::Action(action) => {
            let name = path.trim_end_matches("[]");
            of_action(action.namespace, action.name).into_iter().find(|parameter| same_name(parameter.name, name))
        }
        Found::Endpoint(endpoint) => {
            let name = path.trim_end_matches("[]");
            endpoint.param(name).map(|param| of_endpoint(param, param.path))
        }
    }
}

/// The parameters directly below a path.
fn below(call: &str, path: &str) -> Vec<Parameter> {
    match catalogue_name(call) {
        Some(Found::Action(action)) if path.is_empty() => of_action(action.namespace, action.name),
        Some(Found::Action(_)) | None => Vec::new(),
        Some(Found::Endpoint(endpoint)) => {
            let start = if path.is_empty() { String::new() } else { format!("{path}.") };
            let own = |param: &'static Param| {
                let is_below = param.path.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(&start));
                let name = param.path.get(start.len()..).filter(|_| is_below)?;
                (!name.contains(['.', '['])).then(|| {
                    let mut parameter = of_endpoint(param, name);
                    // One tenant is needed by whatever acts in one.
                    parameter.required |= param.tenant.is_some() && endpoint.scope == Scope::One && path.is_empty();
                    parameter
                })
            };
            endpoint.params.iter().filter_map(own).collect()
        }
    }
}

fn of_action(namespace: &str, name: &str) -> Vec<Parameter> {
    let Some(Found::Action(action)) = catalogue_name(&format!("{namespace}::{name}")) else { return Vec::new() };
    let params = action.params.iter().filter(|param| action.tenant != Some(param.name) && !param.fixed);
    let one = params.map(|param| Parameter {
        name: param.name,
        required: param.needed == Needed::Always,
        kind: param.kind,
        values: param.choices(),
        is_tenant: param.param.is_some_and(|param| param.tenant.is_some()),
        type_name: param.type_name(),
    });
    one.collect()
}

fn of_endpoint(param: &'static Param, name: &'static str) -> Parameter {
    Parameter {
        name,
        required: param.need == Need::Required,
        kind: param.kind,
        values: param.values.to_vec(),
        is_tenant: param.tenant.is_some(),
        type_name: param.kind.name().to_owned(),
    }
}
