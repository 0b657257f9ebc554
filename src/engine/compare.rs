//! Comparisons. What plain Rhai would silently answer with `false` is an error.
//!
//! The server sends some numbers as text: `"4" > 0` would answer `false`, and a clean-up script would do nothing.
//! The engine answers its own comparisons before it looks at any function. So its symbols are disabled, and are
//! operators of the same names here, which are functions; all other operators keep the engine's short way.

use std::{
    cmp::Ordering,
    ops::{Range, RangeInclusive},
};

use rhai::{Dynamic, Engine, INT, ImmutableString, NativeCallContext};

use super::thrown::{self, Result};
use crate::{
    failure::{Failure, Kind},
    value::{self, Row},
};

/// How two values stand to each other; `None` for values that have no order, or differ.
type Standing = Option<Ordering>;

/// An operator, how tightly it binds, and whether it holds.
type Operator = (&'static str, u8, fn(Standing) -> bool);

const OPERATORS: [Operator; 6] = [
    ("==", 90, |standing| standing == Some(Ordering::Equal)),
    ("!=", 90, |standing| standing != Some(Ordering::Equal)),
    ("<", 110, |standing| standing == Some(Ordering::Less)),
    ("<=", 110, |standing| matches!(standing, Some(Ordering::Less | Ordering::Equal))),
    (">", 110, |standing| standing == Some(Ordering::Greater)),
    (">=", 110, |standing| matches!(standing, Some(Ordering::Greater | Ordering::Equal))),
];

pub(super) fn register(engine: &mut Engine) {
    for (symbol, precedence, holds) in OPERATORS {
        engine.disable_symbol(symbol);
        // Only a symbol that is in use is refused.
        let _ = engine.register_custom_operator(symbol, precedence);
        // The most frequent ones are found at the first look, which each call of a closure takes anew.
        engine.register_fn(symbol, move |left: INT, right: INT| holds(Some(left.cmp(&right))));
        engine.register_fn(symbol, move |left: ImmutableString, right: ImmutableString| holds(Some(left.cmp(&right))));
        engine.register_fn(symbol, move |call: NativeCallContext, left: Dynamic, right: Dynamic| -> Result<bool> {
            compared(&left, &right, matches!(symbol, "==" | "!="))
                .map(holds)
                .map_err(|why| thrown::throw(&refusal(symbol, &left, &right, why), &call))
        });
    }
}

/// Why two values cannot be compared.
enum Refused {
    Absent,
    TextAndNumber,
    Functions,
}

fn compared(left: &Dynamic, right: &Dynamic, by_equality: bool) -> std::result::Result<Standing, Refused> {
    let is_number = |value: &Dynamic| value.is_int() || value.is_float();
    let differ = |left: &Dynamic, right: &Dynamic| left.is_string() && is_number(right);
    match () {
        () if differ(left, right) || differ(right, left) => Err(Refused::TextAndNumber),
        () if (left.is_unit() || right.is_unit()) && !by_equality => Err(Refused::Absent),
        () if left.is_fnptr() && right.is_fnptr() => Err(Refused::Functions),
        () => Ok(standing(left, right)),
    }
}

fn standing(left: &Dynamic, right: &Dynamic) -> Standing {
    if let (Ok(left), Ok(right)) = (left.as_int(), right.as_int()) {
        return Some(left.cmp(&right));
    }
    if let (Some(left), Some(right)) = (number(left), number(right)) {
        return left.partial_cmp(&right);
    }
    if let (Some(left), Some(right)) = (text(left), text(right)) {
        return Some(left.cmp(&right));
    }
    if let (Ok(left), Ok(right)) = (left.as_bool(), right.as_bool()) {
        return Some(left.cmp(&right));
    }
    let equal =
        value::equal(left, right) || same::<Range<INT>>(left, right) || same::<RangeInclusive<INT>>(left, right);
    equal.then_some(Ordering::Equal)
}

fn number(value: &Dynamic) -> Option<f64> {
    value.as_float().ok().or_else(|| value.as_int().ok().map(|int| int as f64))
}

/// A text, or a character as one.
fn text(value: &Dynamic) -> Option<ImmutableString> {
    value
        .as_immutable_string_ref()
        .map(|text| text.clone())
        .or_else(|_| value.as_char().map(|c| c.to_string().into()))
        .ok()
}

fn same<T: PartialEq + Clone + Send + Sync + 'static>(left: &Dynamic, right: &Dynamic) -> bool {
    matches!((left.read_lock::<T>(), right.read_lock::<T>()), (Some(left), Some(right)) if *left == *right)
}

fn refusal(operator: &str, left: &Dynamic, right: &Dynamic, why: Refused) -> Failure {
    let failure = Failure::new(Kind::Usage, format!("{} {operator} {} compares nothing", shown(left), shown(right)));
    match why {
        Refused::Absent => {
            failure.hint("() means that a value is absent: test it with == () or give a default with ??")
        }
        Refused::TextAndNumber => failure
            .because("one is text and the other a number")
            .hint("parse_int(text) or parse_float(text) makes a number of text"),
        Refused::Functions => failure.because("functions are neither equal nor in order"),
    }
}

/// A value as it would be written, shortened.
fn shown(value: &Dynamic) -> String {
    match value.clone().into_string() {
        Ok(text) if text.chars().count() > 20 => format!("\"{}…\"", text.chars().take(20).collect::<String>()),
        Ok(text) => format!("\"{text}\""),
        Err(_) if value.is_array() => "an array".into(),
        Err(_) if value.type_name().contains("map") || value.is::<Row>() || value.is_map() => "a map".into(),
        Err(_) if value.is_fnptr() => "a function".into(),
        Err(_) if value.is_unit() => "()".into(),
        Err(_) => value.to_string(),
    }
}
