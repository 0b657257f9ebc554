//! The part of OData filters that the simulated Graph understands.
//!
//! Comparisons (`eq`, `ne`, `gt`, `ge`, `lt`, `le`, `in`), `startswith` and `endswith`, joined by `and`, `or`, `not` and
//! parentheses; `list/$count` counts. Text is compared without regard to case, as Graph does. Anything else is an
//! error, never ignored.

mod parser;

use std::cmp::Ordering;

use serde_json::{Map, Value};

/// A filter that was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    /// Both hold.
    And(Box<Filter>, Box<Filter>),
    /// One holds.
    Or(Box<Filter>, Box<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// The property compares so with one of the values.
    Compare(String, Operator, Vec<Value>),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    /// `eq`, and `in`.
    Equal,
    /// `ne`
    NotEqual,
    /// `gt`
    Greater,
    /// `ge`
    AtLeast,
    /// `lt`
    Less,
    /// `le`
    AtMost,
    /// `startswith`
    StartsWith,
    /// `endswith`
    EndsWith,
}

impl Filter {
    /// Reads a filter; `properties` are the names that exist.
    ///
    /// # Errors
    /// What is wrong with it, in the manner of Graph.
    pub(crate) fn parse(text: &str, properties: &[String]) -> Result<Self, String> {
        parser::filter(text, properties)
    }

    /// Whether a row passes.
    pub(crate) fn passes(&self, row: &Map<String, Value>) -> bool {
        match self {
            Self::And(one, other) => one.passes(row) && other.passes(row),
            Self::Or(one, other) => one.passes(row) || other.passes(row),
            Self::Not(inner) => !inner.passes(row),
            Self::Compare(path, operator, values) => {
                let found = at(row, path);
                values.iter().any(|value| operator.holds(&found, value))
            }
        }
    }
}

impl Operator {
    fn named(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "eq" => Self::Equal,
            "ne" => Self::NotEqual,
            "gt" => Self::Greater,
            "ge" => Self::AtLeast,
            "lt" => Self::Less,
            "le" => Self::AtMost,
            "startswith" => Self::StartsWith,
            "endswith" => Self::EndsWith,
            _ => return None,
        })
    }

    fn holds(self, found: &Value, wanted: &Value) -> bool {
        let order = order(found, wanted);
        let texts = || Some((found.as_str()?.to_lowercase(), wanted.as_str()?.to_lowercase()));
        match self {
            Self::Equal => order == Some(Ordering::Equal),
            Self::NotEqual => order != Some(Ordering::Equal),
            Self::Greater => order == Some(Ordering::Greater),
            Self::AtLeast => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
            Self::Less => order == Some(Ordering::Less),
            Self::AtMost => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Self::StartsWith => texts().is_some_and(|(found, wanted)| found.starts_with(&wanted)),
            Self::EndsWith => texts().is_some_and(|(found, wanted)| found.ends_with(&wanted)),
        }
    }
}

/// How two values compare; nothing where they cannot.
fn order(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (Value::Bool(one), Value::Bool(other)) => Some(one.cmp(other)),
        (Value::Number(one), Value::Number(other)) => one.as_f64().partial_cmp(&other.as_f64()),
        (Value::String(one), Value::String(other)) => Some(one.to_lowercase().cmp(&other.to_lowercase())),
        _ => None,
    }
}

/// The order of a column: what has no value comes first. A property has one type otherwise.
pub(crate) fn nulls_first(one: &Value, other: &Value) -> Ordering {
    other.is_null().cmp(&one.is_null()).then_with(|| order(one, other).unwrap_or(Ordering::Equal))
}

/// The value at a path of names; `$count` is the length of a list.
fn at(row: &Map<String, Value>, path: &str) -> Value {
    let mut parts = path.split('/');
    let mut value = parts.next().and_then(|name| row.get(name)).cloned().unwrap_or_default();
    for part in parts {
        value = match (part, &value) {
            ("$count", Value::Array(items)) => items.len().into(),
            (name, Value::Object(object)) => object.get(name).cloned().unwrap_or_default(),
            _ => Value::Null,
        };
    }
    value
}

/// The message of Graph for a property that a user does not have.
pub(crate) fn no_property(name: &str) -> String {
    format!("Could not find a property named '{name}' on type 'microsoft.graph.user'.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parse(text: &str) -> Result<Filter, String> {
        let names = ["displayName", "accountEnabled", "createdDateTime", "licences", "mail", "place", "age"];
        Filter::parse(text, &names.map(str::to_owned))
    }

    #[test]
    fn a_filter_picks_rows() {
        let row = json!({
            "displayName": "Ann O'Neil", "accountEnabled": true, "createdDateTime": "2026-01-02T03:04:05Z",
            "licences": [1, 2], "mail": null, "place": {"city": "Aarhus"}, "age": 30,
        });
        let Value::Object(row) = row else { panic!("an object") };
        for (filter, passes) in [
            ("displayName eq 'ann o''neil'", true),
            ("displayName eq 'Ann'", false),
            ("DisplayName ne 'Ann'", true),
            ("startswith(displayName,'ann')", true),
            ("startsWith( displayName , 'Neil' )", false),
            ("endsWith(displayName,'NEIL')", true),
            ("startswith(mail,'a')", false),
            ("mail eq null", true),
            ("mail ne null", false),
            ("accountEnabled eq true and age gt 29", true),
            ("accountEnabled eq false or age le 30", true),
            ("accountEnabled eq true and (age lt 30 or age ge 31)", false),
            ("not startswith(displayName,'b')", true),
            ("not (age eq 30)", false),
            ("age eq 1 or age eq 30 and accountEnabled eq false", false),
            ("createdDateTime ge 2026-01-01T00:00:00Z", true),
            ("createdDateTime lt 2026-01-01", false),
            ("licences/$count eq 2", true),
            ("licences/$count ne 0", true),
            ("place/city in ('Oslo', 'aarhus')", true),
            ("place/city in ('Oslo')", false),
        ] {
            assert_eq!(parse(filter).unwrap().passes(&row), passes, "{filter}");
        }
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for (filter, expected) in [
            ("", "the end is not expected"),
            ("displayname", "the end is not expected"),
            ("name eq 'x'", "Could not find a property named 'name'"),
            ("displayName eq 'x", "unterminated string literal"),
            ("displayName like 'x'", "'like' is not an operator"),
            ("displayName eq 'x' mail", "'mail' is not expected"),
            ("contains(displayName,'x')", "the function 'contains' is not supported"),
            ("licences/any(l:l eq 1)", "the function 'licences/any' is not supported"),
            ("(displayName eq 'x'", "the end is not expected"),
            ("displayName in ()", "')' is not expected"),
        ] {
            let error = parse(filter).expect_err(filter);
            assert!(error.contains(expected), "{filter}: {error}");
        }
    }
}
