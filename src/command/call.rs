//! `cippsh call`: one action or endpoint.

use std::{io::Read as _, path::Path};

use rhai::Dynamic;
use serde_json::{Map, Value};

use super::{
    connect, keep,
    planning::{self, Planning},
    show::Shown,
    signals, stopped,
    terms::Leave,
};
use crate::{
    catalogue::{self, Found},
    cli::Call,
    engine::{self, Options, natives},
    failure::{Failure, Kind},
    interrupt::Interrupt,
    journal::About,
    redact,
    session::{CallOptions, Session, plan},
    value::{Fields, from_json},
};

pub(super) fn run(call: Call) -> Result<u8, Failure> {
    let found = find(&call.name)?;
    let arguments = match &call.json {
        Some(path) => read_json(path)?,
        None => pairs(&call.arguments)?,
    };
    let shown = Shown::new(&call.show);
    let script = match found {
        Found::Endpoint(endpoint) => endpoint.name,
        Found::Action(action) => action.name,
    };
    let about = About { command: "call".into(), script: script.into(), ..About::default() };
    let mut kept = keep::open(&call.keep, || about)?;
    let planning = Planning::open(&call.planning, || to_plan(&call), &mut kept)?;
    let interrupt = signals::watch_run(&shown, call.stop)?;
    let opened = connect::with_leave(&call.connect, interrupt.clone(), &shown, kept, &Leave::new(&call.bounds, None))?;
    let session = opened.session();
    let value = made(found, arguments, &call.fields, session, &interrupt);
    let written = value.and_then(|value| shown.write(&value));
    let written = stopped::ended(written, &interrupt, session, |run| {
        format!("cippsh runs check {run} looks at what became of it")
    });
    let written = planning::end(planning, session, written, None, &shown);
    Ok(keep::finish(session, &written, &shown))
}

/// Makes the call.
fn made(
    found: Found,
    mut arguments: Value,
    fields: &[String],
    session: &Session,
    interrupt: &Interrupt,
) -> Result<Dynamic, Failure> {
    match found {
        Found::Endpoint(endpoint) => {
            let wanted = (!fields.is_empty()).then(|| Fields::new(fields));
            let options = CallOptions { wanted: wanted.as_ref(), ..CallOptions::default() };
            session.call(endpoint, &arguments, &options).map(|outcome| engine::shown(outcome, endpoint))
        }
        Found::Action(action) => {
            if let Some(map) = arguments.as_object_mut().filter(|_| !fields.is_empty()) {
                map.insert("fields".to_owned(), fields.into());
            }
            engine::call_action(session, interrupt, action, &from_json(arguments), &Options::default())
        }
    }
}

/// What a plan says of the call.
fn to_plan(call: &Call) -> plan::About {
    plan::About {
        script: plan::Script { name: call.name.clone(), hash: String::new() },
        reason: redact::text(call.keep.reason.as_deref().unwrap_or_default()).into_owned(),
        sources: Vec::new(),
    }
}

/// The action or endpoint of this name, or the ones that were perhaps meant.
pub(super) fn find(name: &str) -> Result<Found, Failure> {
    let action = catalogue::find_action(name).map(Found::Action);
    action.or_else(|| catalogue::find(name).map(Found::Endpoint)).ok_or_else(|| {
        let what = if name.contains("::") { "action" } else { "endpoint" };
        let failure = Failure::new(Kind::Usage, format!("there is no {what} \"{name}\""));
        match natives::nearest(name).as_slice() {
            [] => failure.hint("cippsh actions WORDS finds what can be called by what it does"),
            near => failure.hint(format!("did you mean {}?", near.join(" or "))),
        }
    })
}

fn read_json(path: &Path) -> Result<Value, Failure> {
    let from_stdin = path == Path::new("-");
    let text = if from_stdin {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    let source = if from_stdin { "standard input".to_string() } else { path.display().to_string() };
    let text = text.map_err(|cause| Failure::new(Kind::Command, format!("cannot read {source}")).because(cause))?;
    serde_json::from_str(&text)
        .map_err(|cause| Failure::new(Kind::Usage, format!("{source} is not JSON")).because(cause))
}

fn pairs(arguments: &[String]) -> Result<Value, Failure> {
    let mut map = Map::new();
    for pair in arguments {
        let (name, text) = pair
            .split_once('=')
            .ok_or_else(|| Failure::new(Kind::Command, format!("\"{pair}\" is not of the form key=value")))?;
        let value = if text.starts_with(['[', '{']) {
            serde_json::from_str(text)
                .map_err(|cause| Failure::new(Kind::Usage, format!("the value of {name} is not JSON")).because(cause))?
        } else {
            Value::from(text)
        };
        if map.insert(name.to_string(), value).is_some() {
            return Err(Failure::new(Kind::Command, format!("{name} is given twice")));
        }
    }
    Ok(Value::Object(map))
}
