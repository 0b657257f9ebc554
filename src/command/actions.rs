//! `cippsh actions`: finds what can be called.

use rhai::{Array, Dynamic};
use serde_json::{Value, json};

use super::show::Shown;
use crate::{
    catalogue::{self, ActionParam, Effect, Found, Need, Param, action::Needed},
    cli::{Actions, EffectName},
    failure::{Failure, Kind, exit},
    value,
};

pub(super) fn run(arguments: &Actions) -> Result<u8, Failure> {
    let wanted = arguments.effect.map(|effect| match effect {
        EffectName::Read => Effect::Read,
        EffectName::Sensitive => Effect::Sensitive,
        EffectName::Write => Effect::Write,
        EffectName::Destroy => Effect::Destroy,
    });
    let role = arguments.role.as_deref().unwrap_or_default().to_lowercase();
    let namespace = arguments.namespace.as_deref();
    let found: Vec<Found> = catalogue::search(&arguments.words)
        .into_iter()
        .filter(|found| namespace.is_none_or(|namespace| is_in(*found, namespace)))
        .filter(|found| wanted.is_none_or(|effect| found.effect() == effect))
        .filter(|found| found.endpoint().role.to_lowercase().contains(&role))
        .collect();
    if found.is_empty() {
        let failure = Failure::new(Kind::NotFound, "nothing is found").hint("fewer words find more");
        let known =
            namespace.is_none_or(|name| catalogue::namespaces().iter().any(|known| known.eq_ignore_ascii_case(name)));
        let all = || format!("the namespaces are {}", catalogue::namespaces().join(", "));
        return Err(if known { failure } else { failure.hint(all()) });
    }
    let shown = Shown::new(&arguments.show);
    let whole = shown.text_on_stderr();
    let rows = found.into_iter().map(|found| if whole { everything(found) } else { at_a_glance(found) });
    let rows: Array = rows.map(value::from_json).collect();
    shown.write(&Dynamic::from(rows))?;
    Ok(exit::DONE)
}

fn is_in(found: Found, namespace: &str) -> bool {
    matches!(found, Found::Action(action) if action.namespace.eq_ignore_ascii_case(namespace))
}

/// What fits a terminal.
fn at_a_glance(found: Found) -> Value {
    let (name, about) = match found {
        Found::Action(action) => (action.full_name(), action.about),
        Found::Endpoint(endpoint) => (endpoint.name.to_owned(), endpoint.about),
    };
    let first_sentence = about.split_inclusive(". ").next().unwrap_or_default().trim_end();
    json!({ "name": name, "effect": found.effect().name(), "about": first_sentence })
}

/// What programs want.
fn everything(found: Found) -> Value {
    let (kind, namespace, name, about): (_, _, _, &str) = match found {
        Found::Action(action) => ("action", action.namespace, action.name, action.about),
        Found::Endpoint(endpoint) => ("endpoint", "", endpoint.name, endpoint.about),
    };
    let params: Vec<Value> = match found {
        Found::Action(action) => action.params.iter().map(action_param).collect(),
        Found::Endpoint(endpoint) => endpoint.params.iter().map(param).collect(),
    };
    json!({
        "kind": kind,
        "namespace": namespace,
        "name": name,
        "endpoint": found.endpoint().name,
        "method": found.endpoint().method.name(),
        "effect": found.effect().name(),
        "role": found.endpoint().role,
        "about": about,
        "params": params,
    })
}

fn action_param(param: &ActionParam) -> Value {
    json!({
        "name": param.name,
        "wire": param.wire,
        "in": param.place().name(),
        "type": param.kind.name(),
        "required": param.needed == Needed::Always,
        "values": param.choices(),
    })
}

fn param(param: &Param) -> Value {
    json!({
        "name": param.path,
        "wire": param.path,
        "in": param.place.name(),
        "type": param.kind.name(),
        "required": param.need == Need::Required,
        "values": param.values,
    })
}
