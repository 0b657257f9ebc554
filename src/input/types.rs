//! Texts of cells as other values.

use std::str::FromStr;

use rhai::Dynamic;

use super::xlsx::CellError;
use crate::value::day_or_time;

/// What the texts of a column become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// They stay as they are; what is typed becomes text.
    Text,
    /// Whole numbers.
    Int,
    /// Numbers.
    Number,
    /// `true` and `false`; also written yes and no, 1 and 0.
    Bool,
    /// Days, or times with a zone, as ISO text in UTC.
    Date,
}

const NAMES: [(&str, Type); 5] =
    [("text", Type::Text), ("int", Type::Int), ("number", Type::Number), ("bool", Type::Bool), ("date", Type::Date)];

impl FromStr for Type {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = || NAMES.map(|(name, _)| name).join(", ");
        let found = NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, kind)| *kind).ok_or_else(|| format!("\"{name}\" is no type; there are {}", known()))
    }
}

impl Type {
    /// The value of a cell, `None` where it stays as it is; an empty cell is `()` unless it is to be text.
    pub(super) fn of(self, cell: &Dynamic) -> Result<Option<Dynamic>, String> {
        untyped(cell)?;
        let Ok(text) = cell.as_immutable_string_ref() else { return self.of_typed(cell) };
        let text = text.trim();
        if self == Self::Text {
            return Ok(None);
        }
        if text.is_empty() {
            return Ok(Some(Dynamic::UNIT));
        }
        let wrong = |wanted: &str| format!("is \"{text}\", not {wanted}");
        let value = match self {
            Self::Text => return Ok(None),
            Self::Int => text.parse::<i64>().map(Dynamic::from).map_err(|_| wrong("a whole number")),
            Self::Number => number(text).map(Dynamic::from).ok_or_else(|| wrong("a number, as 1.5")),
            Self::Bool => truth(text).map(Dynamic::from).ok_or_else(|| wrong("true or false")),
            Self::Date => {
                day_or_time(text).map(Dynamic::from).map_err(|_| wrong("a day, as 2026-03-01, or a time with its zone"))
            }
        };
        value.map(Some)
    }

    /// The same of a cell that is no text.
    fn of_typed(self, cell: &Dynamic) -> Result<Option<Dynamic>, String> {
        let fits = match self {
            _ if cell.is_unit() => true,
            Self::Text => return Ok(Some(cell.to_string().into())),
            Self::Int => cell.is_int(),
            Self::Number => cell.is_int() || cell.is_float(),
            Self::Bool => cell.is_bool(),
            Self::Date => false,
        };
        let wanted = NAMES.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name);
        if fits { Ok(None) } else { Err(format!("is {cell}, not of type {wanted}")) }
    }
}

/// A cell that stays as it is, unless it holds the error of a formula.
pub(super) fn untyped(cell: &Dynamic) -> Result<Option<Dynamic>, String> {
    match cell.read_lock::<CellError>() {
        Some(error) => Err(format!("is the error {}", *error)),
        None => Ok(None),
    }
}

/// A number that is finite: `nan` and `inf` are none that anybody means.
fn number(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}
