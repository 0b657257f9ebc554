//! The page of an action for `cippsh doc`.

use super::doc::repeat;
use crate::{
    catalogue::{
        Action, ActionParam, Effect,
        action::{Needed, ROOT},
    },
    engine,
};

/// The page of an action.
pub(super) fn page(action: &Action) -> String {
    let mut text = format!("{}\n\n{}\n\n", action.full_name(), action.about);
    let mut fact = |name: &str, value: String| text.push_str(&format!("  {name:8} {value}\n"));
    let endpoint = action.endpoint;
    fact("call", engine::signature(action));
    fact("effect", action.effect.name().to_string());
    fact("role", endpoint.role.to_string());
    fact("sends", format!("{} /api/{}", endpoint.method.name(), endpoint.name));
    fact("tenants", action.tenant.map_or("in the map, or none".to_owned(), |name| format!("first, as {name}")));
    fact("repeat", repeat(endpoint.retry));
    fact("gives", gives(action));
    if !endpoint.deferred.is_empty() {
        fact("later", endpoint.deferred.to_string());
    }
    if !action.params.is_empty() {
        text.push_str("\nParameters\n");
        let width = action.params.iter().map(|param| param.name.len()).max().unwrap_or_default();
        for param in action.params {
            text.push_str(&format!("  {:width$}  {}\n", param.name, about(param)));
        }
    }
    let example = action.example.replace('\n', "\n  ");
    text.push_str(&format!("\nExample\n  {example}\n"));
    text
}

fn gives(action: &Action) -> String {
    let usual = if action.effect >= Effect::Write {
        "status, done, message, results, its inputs in camelCase and as input."
    } else {
        action.endpoint.reply.name()
    };
    format!("{usual} {}", action.gives).trim_end().to_owned()
}

fn about(param: &ActionParam) -> String {
    let mut facts = vec![param.type_name()];
    match param.needed {
        Needed::Always => facts.push("required".into()),
        Needed::When(name, value) => facts.push(format!("required with {name} {value}")),
        Needed::No if param.fixed => facts.push(format!("always {}", param.default)),
        Needed::No if !param.default.is_empty() => facts.push(format!("{:?} if left out", default(param))),
        Needed::No => {}
    }
    let choices = param.choices();
    if !choices.is_empty() {
        facts.push(format!("one of {}", choices.join(", ")));
    }
    if param.param.is_some_and(|param| param.secret) {
        facts.push("secret".into());
    }
    let wire = if param.wire == ROOT { "the body itself" } else { param.wire };
    format!("{}. {} [{wire}]", facts.join(", "), param.about).replace(".  [", ". [")
}

/// The word for what is sent when it is left out.
fn default(param: &ActionParam) -> &'static str {
    param.words.iter().find(|(_, sent)| *sent == param.default).map_or(param.default, |(word, _)| word)
}
