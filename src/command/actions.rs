//! `cippsh actions`: finds what can be called.

use rhai::{Array, Dynamic};
use serde_json::{Value, json};

use super::show::Shown;
use crate::{
    catalogue::{self, Effect, Endpoint, Need, Param},
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
    let found: Vec<&Endpoint> = catalogue::search(&arguments.words)
        .into_iter()
        .filter(|endpoint| wanted.is_none_or(|effect| endpoint.effect == effect))
        .filter(|endpoint| endpoint.role.to_lowercase().contains(&role))
        .collect();
    if found.is_empty() {
        return Err(Failure::new(Kind::NotFound, "nothing is found").hint("fewer words find more"));
    }
    let shown = Shown::new(&arguments.show);
    let whole = shown.text_on_stderr();
    let rows = found.into_iter().map(|endpoint| if whole { everything(endpoint) } else { at_a_glance(endpoint) });
    let rows: Array = rows.map(value::from_json).collect();
    shown.write(&Dynamic::from(rows))?;
    Ok(exit::DONE)
}

/// What fits a terminal.
fn at_a_glance(endpoint: &Endpoint) -> Value {
    let first_sentence = endpoint.about.split_inclusive(". ").next().unwrap_or_default().trim_end();
    json!({ "name": endpoint.name, "effect": endpoint.effect.name(), "about": first_sentence })
}

/// What programs want.
fn everything(endpoint: &Endpoint) -> Value {
    let params: Vec<Value> = endpoint.params.iter().map(param).collect();
    json!({
        "kind": "endpoint",
        "namespace": "",
        "name": endpoint.name,
        "endpoint": endpoint.name,
        "method": endpoint.method.name(),
        "effect": endpoint.effect.name(),
        "role": endpoint.role,
        "about": endpoint.about,
        "params": params,
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
