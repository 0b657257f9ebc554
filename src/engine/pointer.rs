//! Endpoints whose names are put together while a script runs: by `Fn`, or as text that stands for a function.
//!
//! These are called by their names, so that they need not be registered in case somebody asks for one.

use std::{any::type_name, sync::Arc};

use rhai::{
    Dynamic, Engine, EvalAltResult, EvalContext, Expression, FnPtr, ImmutableString, NativeCallContext, Position,
};

use super::{api, context::Context, ending::Ending, named::Named, thrown::Result};
use crate::catalogue::{self, Endpoint};

/// Lets scripts call endpoints that are not among `named`, which the engine has.
pub(super) fn register(engine: &mut Engine, context: &Arc<Context>, named: Named) {
    let pointed = Arc::clone(context);
    engine.register_custom_syntax_with_state_raw(
        "Fn",
        |symbols, _, _| Ok(["(", "$expr$", ")"].get(symbols.len() - 1).map(|next| ImmutableString::from(*next))),
        false,
        move |call, inputs, _| pointer(&pointed, call, inputs),
    );
    let missed = Arc::clone(context);
    #[expect(deprecated, reason = "the engine calls it volatile, and its version is pinned")]
    engine.on_missing_function(move |name, arguments, _, call| {
        // It is asked about every function that has failed, too: one that the engine has was called, and one that it
        // has not may have been stopped before its call.
        let is_known = named.endpoints.iter().any(|endpoint| endpoint.name == name);
        if is_known || super::stopped(&missed, &Ending::of(call.engine())).is_some() {
            return Ok(None);
        }
        let Some(endpoint) = endpoint(name) else { return Ok(None) };
        let (engine, state) = (call.engine(), call.global_runtime_state());
        let call = NativeCallContext::new_with_all_fields(engine, name, None, state, Position::NONE);
        api::called(&missed, &call, endpoint, arguments).transpose()
    });
}

/// `Fn(name)`, as the language has it, but for endpoints.
fn pointer(context: &Arc<Context>, call: &mut EvalContext, inputs: &[Expression]) -> Result<Dynamic> {
    let Some(input) = inputs.first() else { return Ok(Dynamic::UNIT) };
    let name = call.eval_expression_tree(input)?.into_immutable_string().map_err(|found| {
        let text = call.engine().map_type_name(type_name::<ImmutableString>());
        EvalAltResult::ErrorMismatchDataType(text.into(), found.into(), input.position())
    })?;
    let pointer = match endpoint(&name) {
        Some(endpoint) => to_endpoint(Arc::clone(context), endpoint),
        None => FnPtr::new(name),
    };
    pointer.map(Dynamic::from).map_err(|mut error| {
        if error.position().is_none() {
            error.set_position(input.position());
        }
        error
    })
}

fn to_endpoint(context: Arc<Context>, endpoint: &'static Endpoint) -> Result<FnPtr> {
    #[expect(deprecated, reason = "the engine calls it volatile, and its version is pinned")]
    FnPtr::from_fn(endpoint.name, move |call: NativeCallContext, arguments: &mut [&mut Dynamic]| {
        api::called(&context, &call, endpoint, arguments).unwrap_or_else(|| {
            let kinds: Vec<&str> =
                arguments.iter().map(|argument| call.engine().map_type_name(argument.type_name())).collect();
            let signature = format!("{} ({})", endpoint.name, kinds.join(", "));
            Err(EvalAltResult::ErrorFunctionNotFound(signature, call.call_position()).into())
        })
    })
}

fn endpoint(name: &str) -> Option<&'static Endpoint> {
    catalogue::find(name).filter(|endpoint| endpoint.name == name)
}
