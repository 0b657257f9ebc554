//! Every endpoint of the catalogue as a native function, by one loop; and `api` for any other.

use std::sync::Arc;

use rhai::{Array, Dynamic, Engine, FuncRegistration, Map, Module, NativeCallContext};
use serde_json::Value;

use super::{
    calls,
    context::Context,
    named::Named,
    thrown::{self, Result},
};
use crate::{
    catalogue::{self, Effect, Endpoint, Need, Scope},
    client::Verb,
    failure::{Failure, Kind},
    outcome::{Outcome, Written},
    session::{self, CallOptions, Raw, Session, Status},
    value::{self, Fields, Planned, Report, Row},
};

pub(super) fn register(engine: &mut Engine, context: &Arc<Context>, named: &Named) {
    let mut module = Module::new();
    for &endpoint in &named.endpoints {
        let with = Arc::clone(context);
        FuncRegistration::new(endpoint.name)
            .in_global_namespace()
            .set_into_module(&mut module, move |call: NativeCallContext, arguments: Dynamic| {
                run(&with, &call, endpoint, arguments)
            });
        if needs_nothing(endpoint) {
            let without = Arc::clone(context);
            FuncRegistration::new(endpoint.name)
                .in_global_namespace()
                .set_into_module(&mut module, move |call: NativeCallContext| {
                    run(&without, &call, endpoint, Map::new().into())
                });
        }
    }
    // Seen inside functions and modules too, where the scope is not.
    module.set_var("args", context.arguments.clone());
    engine.register_global_module(module.into());
    let raw = Arc::clone(context);
    engine.register_fn("api", move |call: NativeCallContext, name: &str| api(&raw, &call, name, &Map::new()));
    let raw = Arc::clone(context);
    engine
        .register_fn("api", move |call: NativeCallContext, name: &str, request: Map| api(&raw, &call, name, &request));
}

/// Whether a call without arguments makes sense.
fn needs_nothing(endpoint: &Endpoint) -> bool {
    endpoint.scope != Scope::One && endpoint.params.iter().all(|param| param.need != Need::Required)
}

/// The form of a call, with what it needs.
pub fn signature(endpoint: &Endpoint) -> String {
    let needed = endpoint
        .params
        .iter()
        .filter(|param| param.need == Need::Required || param.tenant.is_some() && endpoint.scope == Scope::One);
    let mut needed: Vec<String> =
        needed.filter(|param| !param.path.contains(['.', '['])).map(|param| format!("{}: …", param.path)).collect();
    if needed.len() < endpoint.params.len() {
        needed.push("…".to_owned());
    }
    let without = if needs_nothing(endpoint) { format!("{}()  ", endpoint.name) } else { String::new() };
    match needed.as_slice() {
        [] => format!("{}()", endpoint.name),
        needed => format!("{without}{}(#{{ {} }})", endpoint.name, needed.join(", ")),
    }
}

/// Calls an endpoint with what stands in the brackets of the call; nothing where it takes none like these.
pub(super) fn called(
    context: &Context,
    call: &NativeCallContext,
    endpoint: &'static Endpoint,
    arguments: &[&mut Dynamic],
) -> Option<Result<Dynamic>> {
    match arguments {
        [] if needs_nothing(endpoint) => Some(run(context, call, endpoint, Map::new().into())),
        [arguments] => Some(run(context, call, endpoint, arguments.flatten_clone())),
        _ => None,
    }
}

/// Calls an endpoint for a script.
fn run(
    context: &Context,
    call: &NativeCallContext,
    endpoint: &'static Endpoint,
    arguments: Dynamic,
) -> Result<Dynamic> {
    let throw = |failure: Failure| thrown::throw(&failure, call);
    let read = read_arguments(endpoint, &arguments, &context.session);
    let (arguments, wanted) =
        read.inspect_err(|failure| context.session.refused(endpoint.effect, failure)).map_err(throw)?;
    let options = CallOptions { wanted: wanted.as_ref(), ..CallOptions::default() };
    let outcome = calls::call(context, endpoint, &arguments, &options);
    outcome.map(|outcome| shown(outcome, endpoint)).map_err(throw)
}

/// The arguments as JSON, and the `fields` that a read keeps.
fn read_arguments(
    endpoint: &Endpoint,
    arguments: &Dynamic,
    session: &Session,
) -> std::result::Result<(Value, Option<Fields>), Failure> {
    if !(arguments.is::<Row>() || arguments.is_map() || arguments.is_array()) {
        return Err(Failure::new(Kind::Usage, format!("{} takes one map", endpoint.name))
            .hint(format!("{}(#{{ … }}); `cippsh doc {}` shows what goes into it", endpoint.name, endpoint.name)));
    }
    let mut json = value::to_json_to_send(arguments, Some(session.server()))?;
    let wanted = match json.as_object_mut() {
        Some(map) => take_fields(endpoint, endpoint.name, map)?,
        None => None,
    };
    Ok((json, wanted))
}

/// Takes the `fields` that a read keeps out of the arguments of a call, which errors call `name`.
pub(super) fn take_fields(
    endpoint: &Endpoint,
    name: &str,
    arguments: &mut serde_json::Map<String, Value>,
) -> std::result::Result<Option<Fields>, Failure> {
    if endpoint.effect >= Effect::Write || endpoint.param("fields").is_some() {
        return Ok(None);
    }
    let Some(given) = arguments.shift_remove("fields") else { return Ok(None) };
    let names = given.as_array().and_then(|names| names.iter().map(|name| name.as_str().map(String::from)).collect());
    let names: Vec<String> =
        names.ok_or_else(|| Failure::new(Kind::Usage, format!("{name}: fields takes an array of names")))?;
    Ok(Some(Fields::new(names)))
}

/// An outcome as scripts see it.
pub fn shown(outcome: Outcome, endpoint: &Endpoint) -> Dynamic {
    match outcome {
        Outcome::Rows(rows) => rows.into(),
        Outcome::Value(value) => value,
        Outcome::Done(written) => match planned_call(&written) {
            Some(call) => report(call, written_map(written, endpoint)),
            None => Dynamic::from_map(written_map(written, endpoint)),
        },
    }
}

/// The number in the plan of a write that was planned.
pub(super) fn planned_call(written: &Written) -> Option<usize> {
    let number = written.extra.get("planned").filter(|_| written.status == Status::Planned)?;
    usize::try_from(number.as_int().ok()?).ok()
}

/// What a planned write gives: what is known; all else, its results too, is there when it was sent.
pub(super) fn report(call: usize, mut known: Map) -> Dynamic {
    known.remove("results");
    Dynamic::from(Report { call, known: Arc::new(known) })
}

/// A request in the form in which a script gives it to `api`.
pub(super) fn raw_of(name: &str, request: &Dynamic, session: &Session) -> std::result::Result<Raw, Failure> {
    let map = Row::of(request).map(|row| row.to_map()).unwrap_or_default();
    read_raw(name, &map, session)
}

/// What a write gives back: what became of it, and what the server said.
pub(super) fn written_map(written: Written, endpoint: &Endpoint) -> Map {
    let status = written.status;
    let results: Array = written
        .results
        .iter()
        .map(|line| {
            let told = [("text", Dynamic::from(line.text.clone())), ("state", line.state.name().into())];
            let mut row: Row = told.into_iter().collect();
            row.merge(&line.fields);
            Dynamic::from(row)
        })
        .collect();
    let fields: [(&str, Dynamic); 5] = [
        ("status", status.name().into()),
        ("done", status.done().into()),
        ("message", written.message.into()),
        ("results", results.into()),
        ("endpoint", endpoint.name.into()),
    ];
    let mut map: Map = fields.into_iter().map(|(name, value)| (name.into(), value)).collect();
    for (name, value) in written.extra.iter() {
        map.entry(name.as_str().into()).or_insert_with(|| value.clone());
    }
    map
}

fn api(context: &Context, call: &NativeCallContext, name: &str, request: &Map) -> Result<Dynamic> {
    let throw = |failure: Failure| thrown::throw(&failure, call);
    let raw = read_raw(name, request, &context.session).map_err(throw)?;
    let result = context.session.raw(&raw);
    if catalogue::find(name).is_none_or(|endpoint| endpoint.effect >= Effect::Write) {
        calls::note(match &result {
            Ok(value) if value.is::<Planned>() => Status::Planned,
            Ok(_) => Status::Accepted,
            Err(failure) => session::status(&Err(failure.clone())),
        });
    }
    result.map_err(throw)
}

fn read_raw(name: &str, request: &Map, session: &Session) -> std::result::Result<Raw, Failure> {
    let usage = |message: String| Failure::new(Kind::Usage, message);
    let mut raw = Raw { name: name.to_string(), verb: None, query: serde_json::Map::new(), body: None };
    for (part, value) in request {
        let json = value::to_json_to_send(value, Some(session.server()))?;
        match (part.as_str(), json) {
            ("query", Value::Object(query)) => raw.query = query,
            ("query", _) => return Err(usage("api: query takes a map".into())),
            ("body", body) => raw.body = Some(body),
            ("method", Value::String(method)) => raw.verb = Some(verb(&method)?),
            ("method", _) => return Err(usage("api: method takes text".into())),
            (other, _) => {
                return Err(
                    usage(format!("api: unknown part \"{other}\"")).hint("a request has query, body and method")
                );
            }
        }
    }
    Ok(raw)
}

fn verb(name: &str) -> std::result::Result<Verb, Failure> {
    match name.to_ascii_uppercase().as_str() {
        "GET" => Ok(Verb::Get),
        "POST" => Ok(Verb::Post),
        "PATCH" => Ok(Verb::Patch),
        "PUT" => Ok(Verb::Put),
        "DELETE" => Ok(Verb::Delete),
        _ => Err(Failure::new(Kind::Usage, format!("api: there is no method \"{name}\""))
            .hint("GET, POST, PATCH, PUT or DELETE")),
    }
}
