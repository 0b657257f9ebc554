//! Operators of whole numbers and texts, where the engine finds them at its first look.
//!
//! With fast operators off it looks through every module before it falls back on what is built in, and it does so anew
//! in each call of a closure. These do the same as the built-in ones.

use rhai::{Engine, EvalAltResult, INT, ImmutableString, Position};

use super::thrown::Result;

pub(super) fn register(engine: &mut Engine) {
    engine
        .register_fn("+", |a: INT, b: INT| a.checked_add(b).ok_or_else(|| overflow(a, "+", b)))
        .register_fn("-", |a: INT, b: INT| a.checked_sub(b).ok_or_else(|| overflow(a, "-", b)))
        .register_fn("*", |a: INT, b: INT| a.checked_mul(b).ok_or_else(|| overflow(a, "*", b)))
        .register_fn("/", divide)
        .register_fn("%", remainder)
        .register_fn("==", |a: INT, b: INT| a == b)
        .register_fn("!=", |a: INT, b: INT| a != b)
        .register_fn("<", |a: INT, b: INT| a < b)
        .register_fn("<=", |a: INT, b: INT| a <= b)
        .register_fn(">", |a: INT, b: INT| a > b)
        .register_fn(">=", |a: INT, b: INT| a >= b)
        .register_fn("==", |a: ImmutableString, b: ImmutableString| a == b)
        .register_fn("!=", |a: ImmutableString, b: ImmutableString| a != b);
}

fn divide(a: INT, b: INT) -> Result<INT> {
    if b == 0 {
        return Err(arithmetic(format!("Division by zero: {a} / {b}")));
    }
    a.checked_div(b).ok_or_else(|| overflow(a, "/", b))
}

fn remainder(a: INT, b: INT) -> Result<INT> {
    if b == 0 {
        return Err(arithmetic(format!("Modulo by zero: {a} % {b}")));
    }
    a.checked_rem(b).ok_or_else(|| overflow(a, "%", b))
}

fn overflow(a: INT, operator: &str, b: INT) -> Box<EvalAltResult> {
    arithmetic(format!("{a} {operator} {b} is too large for a whole number"))
}

fn arithmetic(text: String) -> Box<EvalAltResult> {
    EvalAltResult::ErrorArithmetic(text, Position::NONE).into()
}
