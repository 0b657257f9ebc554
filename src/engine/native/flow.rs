//! Going on, stopping, and trying.

use std::{sync::Arc, time::Duration};

use rhai::{Dynamic, Engine, EvalAltResult, FnPtr, INT, Map, NativeCallContext, Position};

use super::super::{
    context::Context,
    planned,
    thrown::{self, Result},
};
use crate::failure::{Failure, Kind};

pub(in super::super) fn register(engine: &mut Engine, context: &Arc<Context>) {
    engine.register_fn("attempt", attempt);
    engine.register_fn("require", require);
    let ending = Arc::clone(context);
    engine.register_fn("exit", move || exit(&ending, 0, Dynamic::UNIT));
    let ending = Arc::clone(context);
    engine.register_fn("exit", move |code: INT| exit(&ending, code, Dynamic::UNIT));
    let ending = Arc::clone(context);
    engine.register_fn("exit", move |code: INT, value: Dynamic| exit(&ending, code, value));
    let sleeping = Arc::clone(context);
    engine.register_fn("sleep", move |call: NativeCallContext, seconds: INT| {
        sleep(&sleeping, &call, Duration::from_secs(seconds.max(0).unsigned_abs()))
    });
    let sleeping = Arc::clone(context);
    engine.register_fn("sleep", move |call: NativeCallContext, seconds: f64| {
        let duration = Duration::try_from_secs_f64(seconds.max(0.0));
        sleep(&sleeping, &call, duration.map_err(|_| thrown::usage("sleep takes seconds", &call))?)
    });
}

fn attempt(call: NativeCallContext, closure: FnPtr) -> Result<Map> {
    let result = match closure.call_within_context::<Dynamic>(&call, ()) {
        Ok(value) => [("ok", true.into()), ("value", value), ("error", Dynamic::UNIT)],
        Err(error) => [("ok", false.into()), ("value", Dynamic::UNIT), ("error", caught(*error)?)],
    };
    Ok(result.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

/// What `catch` would give for an error; what cannot be caught goes on.
pub(in super::super) fn caught(error: EvalAltResult) -> Result<Dynamic> {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) | EvalAltResult::ErrorInModule(_, inner, _) => {
            caught(*inner)
        }
        EvalAltResult::ErrorRuntime(value, _) => Ok(value),
        error if error.is_catchable() && !planned::is_named(&error) => {
            let failure = Failure::new(Kind::Usage, error.to_string());
            Ok(thrown::to_map(&failure).into())
        }
        error => Err(error.into()),
    }
}

fn require(call: NativeCallContext, condition: bool, text: &str) -> Result<()> {
    if condition { Ok(()) } else { Err(thrown::usage(text, &call)) }
}

fn exit(context: &Context, code: INT, value: Dynamic) -> Result<()> {
    // The first one counts: closures of a bulk may ask at once.
    let _ = context.exit.set(code);
    Err(EvalAltResult::Exit(value, Position::NONE).into())
}

fn sleep(context: &Context, call: &NativeCallContext, duration: Duration) -> Result<()> {
    if context.interrupt.wait_timeout(duration) {
        return Err(thrown::throw(&context.interrupt.failure(), call));
    }
    Ok(())
}
