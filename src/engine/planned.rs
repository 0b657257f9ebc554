//! Values that only a planned write makes. They can be passed on to other writes; whatever would let the course of the
//! script depend on one ends the planning, where no script can catch it.

use std::sync::Arc;

use rhai::{Dynamic, Engine, INT, ImmutableString, Map, NativeCallContext};

use super::{
    context::Context,
    thrown::{self, Result},
};
use crate::{
    failure::{Failure, Kind},
    session::Session,
    value::{self, Planned, Report, Row},
};

/// What takes two values and gives one that depends on both.
const OPERATORS: [&str; 22] = [
    "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "**", "&", "|", "^", "<<", ">>", "+=", "-=", "*=", "/=",
    "contains",
];

/// What tells something about a value, or makes another one of it.
const QUESTIONS: [&str; 44] = [
    "-",
    "!",
    "len",
    "is_empty",
    "to_upper",
    "to_lower",
    "trim",
    "to_int",
    "to_float",
    "parse_int",
    "parse_float",
    "to_json",
    "chars",
    "bytes",
    "keys",
    "values",
    "is_some",
    "starts_with",
    "ends_with",
    "index_of",
    "split",
    "sub_string",
    "replace",
    "crop",
    "matches",
    "map",
    "filter",
    "some",
    "all",
    "any",
    "find",
    "for_each",
    "reduce",
    "first",
    "last",
    "pop",
    "sort",
    "reverse",
    "join",
    "select",
    "get",
    "unix",
    "abs",
    "round",
];

pub(super) fn register(engine: &mut Engine, context: &Arc<Context>) {
    engine.register_type_with_name::<Planned>("Planned").register_type_with_name::<Report>("Planned");
    // Without a planner there are no such values, and operators are found faster.
    if context.session.recorder().is_none() {
        return;
    }
    engine.register_fn("reveal", |value: &mut Planned| Planned { revealed: true, ..value.clone() });
    engine.register_indexer_get(|value: &mut Planned, name: &str| value.member(name));
    engine.register_indexer_get(|value: &mut Planned, at: INT| value.element(at));
    let with = Arc::clone(context);
    engine.register_indexer_get(move |report: &mut Report, name: &str| got(&with.session, report, name));
    engine.register_indexer_set(|report: &mut Report, name: &str, value: Dynamic| {
        Arc::make_mut(&mut report.known).insert(name.into(), value);
    });
    // Shows where it will come from; nothing can be made of what is printed.
    for name in ["print", "debug"] {
        engine.register_fn(name, |value: &mut Planned| value.to_string());
        engine.register_fn(name, |report: &mut Report| report.to_string());
    }
    for name in OPERATORS {
        pair(engine, context, name, |value: &Planned| value.clone());
        pair(engine, context, name, Report::whole);
    }
    // Plain Rhai joins text with anything, and these come before that.
    for name in ["+", "+=", "-", "-="] {
        joined(engine, context, name, |value: &Planned| value.clone());
        joined(engine, context, name, Report::whole);
    }
    for name in QUESTIONS {
        question(engine, context, name, |value: &Planned| value.clone());
        if name != "get" {
            question(engine, context, name, Report::whole);
        }
    }
    for name in ["to_string", "to_debug"] {
        text(engine, context, name, |value: &Planned| value.clone());
        text(engine, context, name, Report::whole);
    }
    let with = Arc::clone(context);
    engine.register_fn("get", move |report: &mut Report, name: &str| got(&with.session, report, name));
    for (name, equal) in [("==", true), ("!=", false)] {
        rows(engine, context, (name, equal), |row: &Row| row.clone(), |row: &Row| row.clone());
        rows(engine, context, (name, equal), |row: &Row| row.clone(), |map: &Map| map.clone().into());
        rows(engine, context, (name, equal), |map: &Map| map.clone().into(), |row: &Row| row.clone());
    }
}

/// What a report holds under this name, which may not be there yet.
fn got(session: &Session, report: &Report, name: &str) -> Dynamic {
    let value = report.get(name);
    if let Some(planner) = session.planner().filter(|_| value.is::<Planned>()) {
        planner.made();
    }
    value
}

/// Rows compare as a whole, and would find what is not there yet different from everything.
fn rows<L: rhai::Variant + Clone, R: rhai::Variant + Clone>(
    engine: &mut Engine,
    context: &Arc<Context>,
    (name, equal): (&'static str, bool),
    left: impl Fn(&L) -> Row + Send + Sync + 'static,
    right: impl Fn(&R) -> Row + Send + Sync + 'static,
) {
    let with = Arc::clone(context);
    engine.register_fn(name, move |call: NativeCallContext, one: L, other: R| -> Result<bool> {
        let (one, other) = (Dynamic::from(left(&one)), Dynamic::from(right(&other)));
        refuse(&with, &call, name, &[&one, &other])?;
        Ok(value::equal(&one, &other) == equal)
    });
}

/// Ends the planning where one of these values, or a part of it, is not there yet.
pub(super) fn refuse(context: &Context, call: &NativeCallContext, what: &str, values: &[&Dynamic]) -> Result<()> {
    if context.session.planner().is_none() {
        return Ok(());
    }
    let found = values.iter().find_map(|value| Planned::within(value));
    found.map_or(Ok(()), |planned| Err(stopped(&context.session, call, &planned, what)))
}

fn pair<T: rhai::Variant + Clone>(
    engine: &mut Engine,
    context: &Arc<Context>,
    name: &'static str,
    whole: impl Fn(&T) -> Planned + Copy + Send + Sync + 'static,
) {
    let with = Arc::clone(context);
    engine.register_fn(name, move |call: NativeCallContext, left: T, _: Dynamic| -> Result<Dynamic> {
        Err(stopped(&with.session, &call, &whole(&left), name))
    });
    let with = Arc::clone(context);
    engine.register_fn(name, move |call: NativeCallContext, _: Dynamic, right: T| -> Result<Dynamic> {
        Err(stopped(&with.session, &call, &whole(&right), name))
    });
}

fn joined<T: rhai::Variant + Clone>(
    engine: &mut Engine,
    context: &Arc<Context>,
    name: &'static str,
    whole: impl Fn(&T) -> Planned + Copy + Send + Sync + 'static,
) {
    let with = Arc::clone(context);
    engine.register_fn(name, move |call: NativeCallContext, _: &mut ImmutableString, value: T| -> Result<()> {
        Err(stopped(&with.session, &call, &whole(&value), name))
    });
    let with = Arc::clone(context);
    engine.register_fn(name, move |call: NativeCallContext, value: T, _: ImmutableString| -> Result<()> {
        Err(stopped(&with.session, &call, &whole(&value), name))
    });
}

fn question<T: rhai::Variant + Clone>(
    engine: &mut Engine,
    context: &Arc<Context>,
    name: &'static str,
    whole: impl Fn(&T) -> Planned + Copy + Send + Sync + 'static,
) {
    let with = Arc::clone(context);
    engine.register_fn(name, move |call: NativeCallContext, value: T| -> Result<Dynamic> {
        Err(stopped(&with.session, &call, &whole(&value), name))
    });
    let with = Arc::clone(context);
    engine.register_fn(name, move |call: NativeCallContext, value: T, _: Dynamic| -> Result<Dynamic> {
        Err(stopped(&with.session, &call, &whole(&value), name))
    });
    let with = Arc::clone(context);
    engine.register_fn(name, move |call: NativeCallContext, value: T, _: Dynamic, _: Dynamic| -> Result<Dynamic> {
        Err(stopped(&with.session, &call, &whole(&value), name))
    });
}

/// Text between backticks takes what this gives and passes no error on: the next step of the script ends it.
fn text<T: rhai::Variant + Clone>(
    engine: &mut Engine,
    context: &Arc<Context>,
    name: &'static str,
    whole: impl Fn(&T) -> Planned + Copy + Send + Sync + 'static,
) {
    let with = Arc::clone(context);
    engine.register_fn(name, move |call: NativeCallContext, value: &mut T| -> Result<String> {
        let planned = whole(value);
        let _ = stopped(&with.session, &call, &planned, "text of it");
        Ok(planned.to_string())
    });
}

fn stopped(session: &Session, call: &NativeCallContext, planned: &Planned, what: &str) -> Box<rhai::EvalAltResult> {
    let failure = failure(planned, what);
    if let Some(planner) = session.planner() {
        planner.stop(failure.clone());
    }
    thrown::throw(&failure, call)
}

fn failure(planned: &Planned, what: &str) -> Failure {
    Failure::new(Kind::Usage, format!("{what} needs {planned}, which is not there yet"))
        .because("a plan cannot know what only a write makes")
        .hint("pass it on to another write as it is, or decide by something that is there before")
        .finally()
}

/// What the engine says of a value that it cannot use, where it is a planned one.
pub(super) fn misused() -> Failure {
    Failure::new(Kind::Usage, "this needs a value that only a planned write makes, and that is not there yet")
        .because("a plan cannot know what only a write makes")
        .hint("pass it on to another write as it is, or decide by something that is there before")
}

/// Whether the engine's own words name a planned value.
pub(super) fn is_named(error: &rhai::EvalAltResult) -> bool {
    use rhai::EvalAltResult as E;
    let names = |text: &str| text.contains("Planned");
    match error {
        E::ErrorMismatchDataType(_, found, _) => names(found),
        E::ErrorFunctionNotFound(text, _) | E::ErrorIndexingType(text, _) | E::ErrorDotExpr(text, _) => names(text),
        _ => false,
    }
}
