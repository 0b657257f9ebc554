//! Failures as scripts see them, and back.

use rhai::{Array, Dynamic, EvalAltResult, Map, NativeCallContext, Position};

use super::ending::Ending;
use crate::failure::{FailedCall, Failure, Kind};

/// What a native function gives back.
pub(super) type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// Throws a failure at the place of the call. One that ends the run cannot be caught by the script.
pub(super) fn throw(failure: &Failure, context: &NativeCallContext) -> Box<EvalAltResult> {
    let position = context.call_position();
    let mut map = to_map(failure);
    if !position.is_none() {
        // Kept inside, since `catch (e) { throw e }` would lose it.
        let file = context.call_source().unwrap_or_default();
        map.insert("at".into(), format!("{file}:{}", place(position)).into());
    }
    if failure.ends_run() {
        Ending::of(context.engine()).note(&map);
    }
    raise(failure, map, position)
}

/// Throws a failure at this position, where there is no call to take it from.
pub(super) fn at(failure: &Failure, position: Position) -> Box<EvalAltResult> {
    raise(failure, to_map(failure), position)
}

/// Throws a usage failure with this text.
pub(super) fn usage(message: impl Into<String>, context: &NativeCallContext) -> Box<EvalAltResult> {
    throw(&Failure::new(Kind::Usage, message), context)
}

fn raise(failure: &Failure, map: Map, position: Position) -> Box<EvalAltResult> {
    Box::new(if failure.ends_run() {
        EvalAltResult::ErrorTerminated(map.into(), position)
    } else {
        EvalAltResult::ErrorRuntime(map.into(), position)
    })
}

fn place(position: Position) -> String {
    format!("{}:{}", position.line().unwrap_or_default(), position.position().unwrap_or_default())
}

/// The one shape of everything that we throw.
pub(super) fn to_map(failure: &Failure) -> Map {
    let nothing = FailedCall::default();
    let call = failure.call.as_deref().unwrap_or(&nothing);
    let results: Array = call.results.iter().cloned().map(Dynamic::from).collect();
    let mut message = failure.message.clone();
    for cause in &failure.causes {
        message.push_str(": ");
        message.push_str(cause);
    }
    [
        ("kind", failure.kind.name().into()),
        ("message", message.into()),
        ("endpoint", call.endpoint.clone().into()),
        ("tenant", call.tenant.clone().into()),
        ("http_status", i64::from(call.http_status).into()),
        ("results", results.into()),
        ("retryable", failure.kind.retryable().into()),
        ("hint", failure.hints.join("\n").into()),
    ]
    .into_iter()
    .map(|(name, value): (&str, Dynamic)| (name.into(), value))
    .collect()
}

/// The kind of the failure that a script could catch here, if it is one of ours.
pub(super) fn kind_of(error: &EvalAltResult) -> Option<Kind> {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) | EvalAltResult::ErrorInModule(_, inner, _) => {
            kind_of(inner)
        }
        EvalAltResult::ErrorRuntime(value, _) => from_value(value).map(|failure| failure.kind),
        _ => None,
    }
}

/// The failure inside something thrown, if it is one of ours.
pub(super) fn from_value(thrown: &Dynamic) -> Option<Failure> {
    let map = thrown.read_lock::<Map>()?;
    let text = |name: &str| map.get(name).and_then(|value| value.clone().into_string().ok());
    let kind = Kind::named(&text("kind")?)?;
    let mut failure = Failure::new(kind, text("message")?);
    failure.hints = text("hint").unwrap_or_default().lines().map(String::from).collect();
    let results = map.get("results").and_then(|value| value.clone().into_array().ok()).unwrap_or_default();
    let call = FailedCall {
        endpoint: text("endpoint").unwrap_or_default(),
        tenant: text("tenant").unwrap_or_default(),
        http_status: map.get("http_status").and_then(|v| v.as_int().ok()?.try_into().ok()).unwrap_or_default(),
        results: results.into_iter().map(|result| result.to_string()).collect(),
    };
    if call != FailedCall::default() {
        failure = failure.of_call(call);
    }
    Some(failure)
}

/// The file, line and column where it was first thrown, when it says so.
pub(super) fn first_thrown_at(thrown: &Dynamic) -> Option<(String, usize, usize)> {
    let at = thrown.read_lock::<Map>()?.get("at")?.clone().into_string().ok()?;
    let mut parts = at.rsplitn(3, ':');
    let column = parts.next()?.parse().ok()?;
    let line = parts.next()?.parse().ok()?;
    Some((parts.next()?.to_string(), line, column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_survives_the_way_through_a_script() {
        let call = FailedCall {
            endpoint: "ListUsers".into(),
            tenant: "contoso.com".into(),
            http_status: 500,
            results: vec!["no".into()],
        };
        let failure = Failure::new(Kind::Api, "it failed").hint("try").of_call(call);
        assert_eq!(from_value(&to_map(&failure).into()), Some(failure));
        assert_eq!(from_value(&Dynamic::from("text")), None);
        assert_eq!(from_value(&Map::new().into()), None);
    }
}
