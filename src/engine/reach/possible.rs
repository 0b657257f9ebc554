//! What a call can do, by what is known of its arguments.

use serde_json::{Map, Value};

use super::known::{is_open, unknown};
use crate::{
    catalogue::{self, Action, Effect, Endpoint, action::arguments::endpoint_arguments, effect},
    session::guard::Possible,
};

/// A call of an endpoint.
pub(super) fn of_endpoint(endpoint: &'static Endpoint, arguments: &Value) -> Possible {
    let worst = effect::effect(endpoint, arguments);
    let least = if is_open(arguments) { mildest(endpoint).min(worst) } else { worst };
    Possible { name: Some(endpoint.name.to_owned()), endpoint: Some(endpoint), worst, least }
}

/// A call of an action.
pub(super) fn of_action(action: &'static Action, arguments: &Value) -> Possible {
    let sent = arguments.as_object().and_then(|arguments| endpoint_arguments(action, arguments).ok());
    let by_arguments = sent.map(|sent| of_endpoint(action.endpoint, &sent));
    let open = || Possible {
        name: Some(action.endpoint.name.to_owned()),
        endpoint: Some(action.endpoint),
        worst: action.effect,
        least: mildest(action.endpoint).min(action.effect),
    };
    let mut possible = by_arguments.unwrap_or_else(open);
    possible.worst = possible.worst.min(action.effect);
    possible.least = possible.least.min(possible.worst);
    possible
}

/// A call of `api`, with its name where that is known.
pub(super) fn of_api(name: Option<&str>, request: &Value) -> Possible {
    let unknown_name = Possible { name: None, endpoint: None, worst: Effect::Destroy, least: Effect::Read };
    let Some(name) = name else { return unknown_name };
    let Some(endpoint) = catalogue::find(name) else {
        return Possible { name: Some(name.to_owned()), least: Effect::Destroy, ..unknown_name };
    };
    of_endpoint(endpoint, &joined(request))
}

/// Query and body as one map, the way the effect of a call is judged.
fn joined(request: &Value) -> Value {
    let Value::Object(parts) = request else { return unknown() };
    let mut all = Map::new();
    for part in ["query", "body"] {
        match parts.get(part) {
            None | Some(Value::Null) => {}
            Some(Value::Object(map)) => all.extend(map.clone()),
            Some(_) => return unknown(),
        }
    }
    Value::Object(all)
}

fn mildest(endpoint: &Endpoint) -> Effect {
    endpoint.effect_rules.iter().map(|rule| rule.effect).fold(endpoint.effect, Effect::min)
}
