//! Comparisons that would silently be `false` in plain Rhai, made into errors.
//!
//! The server sends some numbers as text: `"4" > 0` would answer `false`, and a clean-up script would do nothing.

use rhai::{Array, Dynamic, Engine, FLOAT, INT, ImmutableString, Map, NativeCallContext, Variant};

use super::thrown::{self, Result};
use crate::{
    failure::{Failure, Kind},
    value::{Row, TenantHandle},
};

const ORDER: [&str; 4] = ["<", "<=", ">", ">="];
const EQUALITY: [&str; 2] = ["==", "!="];

pub(super) fn register(engine: &mut Engine) {
    for operator in ORDER.into_iter().chain(EQUALITY) {
        refuse_both::<ImmutableString, INT>(engine, operator);
        refuse_both::<ImmutableString, FLOAT>(engine, operator);
    }
    for operator in ORDER {
        refuse::<(), ()>(engine, operator);
        refuse_both::<(), INT>(engine, operator);
        refuse_both::<(), FLOAT>(engine, operator);
        refuse_both::<(), bool>(engine, operator);
        refuse_both::<(), char>(engine, operator);
        refuse_both::<(), ImmutableString>(engine, operator);
        refuse_both::<(), Array>(engine, operator);
        refuse_both::<(), Map>(engine, operator);
        refuse_both::<(), Row>(engine, operator);
        refuse_both::<(), TenantHandle>(engine, operator);
    }
}

fn refuse_both<L: Variant + Clone, R: Variant + Clone>(engine: &mut Engine, operator: &'static str) {
    refuse::<L, R>(engine, operator);
    refuse::<R, L>(engine, operator);
}

fn refuse<L: Variant + Clone, R: Variant + Clone>(engine: &mut Engine, operator: &'static str) {
    engine.register_fn(operator, move |call: NativeCallContext, left: L, right: R| -> Result<bool> {
        Err(refusal(&call, operator, &Dynamic::from(left), &Dynamic::from(right)))
    });
}

fn refusal(call: &NativeCallContext, operator: &str, left: &Dynamic, right: &Dynamic) -> Box<rhai::EvalAltResult> {
    let failure = Failure::new(Kind::Usage, format!("{} {operator} {} compares nothing", shown(left), shown(right)));
    let failure = if left.is_unit() || right.is_unit() {
        failure.hint("() means that a value is absent: test it with == () or give a default with ??")
    } else {
        failure
            .because("one is text and the other a number")
            .hint("parse_int(text) or parse_float(text) makes a number of text")
    };
    thrown::throw(&failure, call)
}

/// A value as it would be written, shortened.
fn shown(value: &Dynamic) -> String {
    match value.clone().into_string() {
        Ok(text) if text.chars().count() > 20 => format!("\"{}…\"", text.chars().take(20).collect::<String>()),
        Ok(text) => format!("\"{text}\""),
        Err(_) if value.is_array() => "an array".into(),
        Err(_) if value.type_name().contains("map") || value.is::<Row>() || value.is_map() => "a map".into(),
        Err(_) if value.is_unit() => "()".into(),
        Err(_) => value.to_string(),
    }
}
