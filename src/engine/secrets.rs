//! Secrets in replies: values that show themselves to nobody unless asked.

use rhai::{Engine, ImmutableString, NativeCallContext};

use super::thrown::{self, Result};
use crate::{
    failure::{Failure, Kind},
    value::{MASK, Secret},
};

pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Secret>("Secret");
    engine.register_fn("reveal", |call: NativeCallContext, secret: &mut Secret| -> Result<ImmutableString> {
        if secret.is_lost() { Err(lost(&call)) } else { Ok(secret.reveal()) }
    });
    engine.register_fn("to_string", |_: &mut Secret| MASK);
    engine.register_fn("to_debug", |_: &mut Secret| MASK);
    for operator in ["+", "+="] {
        engine.register_fn(operator, |call: NativeCallContext, _: &mut ImmutableString, _: Secret| -> Result<()> {
            Err(joined(&call))
        });
        engine.register_fn(operator, |call: NativeCallContext, _: &mut Secret, _: ImmutableString| -> Result<()> {
            Err(joined(&call))
        });
    }
}

fn lost(call: &NativeCallContext) -> Box<rhai::EvalAltResult> {
    let failure = Failure::new(Kind::Usage, "this secret is not known any more")
        .because("the write that gave it was done before this run was resumed, and secrets are not kept");
    thrown::throw(&failure, call)
}

fn joined(call: &NativeCallContext) -> Box<rhai::EvalAltResult> {
    let failure = Failure::new(Kind::Usage, "a secret is not joined to text, where it would be shown");
    thrown::throw(&failure.hint(".reveal() gives its text"), call)
}
