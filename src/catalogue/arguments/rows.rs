//! What the arguments are at their root: one map, or the rows of a body that is an array.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::problem::Problem;
use super::slot::{in_query, matching, slots_below};
use crate::catalogue::{Endpoint, Root};

/// The name under which rows are given when parameters of the query stand beside them.
const BODY: &str = "body";

/// The arguments of a call, taken apart at their root.
pub(crate) enum Rows<'a> {
    /// One object.
    One(Cow<'a, Value>),
    /// The elements of a body that is an array, and the parameters of the query beside it.
    Many { beside: Map<String, Value>, rows: Vec<Cow<'a, Value>> },
}

/// Takes the arguments apart: an array is the rows, a map is one object or, where the body must be an array, one
/// row. Null is an empty map.
///
/// Where an endpoint reads an array and a query, a map holds both: `#{ AddMapping: "HaloPSA", body: [...] }`. A
/// map that holds nothing but names of the query has no rows.
pub(crate) fn split<'a>(endpoint: &Endpoint, arguments: &'a Value) -> Result<Rows<'a>, Problem> {
    let arguments = match arguments {
        Value::Null => Cow::Owned(Value::Object(Map::new())),
        other => Cow::Borrowed(other),
    };
    match (arguments.as_ref(), endpoint.body) {
        (Value::Object(map), Root::Array | Root::Both) if has_body_list(endpoint, map) => Ok(with_body(map)),
        (Value::Object(map), Root::Array) => Ok(one_row(endpoint, map)),
        (Value::Object(_), _) => Ok(Rows::One(arguments)),
        (Value::Array(_), Root::Array | Root::Both) => Ok(Rows::Many { beside: Map::new(), rows: elements(arguments) }),
        (_, Root::Object) => Err(Problem::new("", "takes a map of parameters".to_owned())),
        _ => Err(Problem::new("", "takes a list of maps, or one map".to_owned())),
    }
}

fn elements(list: Cow<'_, Value>) -> Vec<Cow<'_, Value>> {
    match list {
        Cow::Borrowed(Value::Array(items)) => items.iter().map(Cow::Borrowed).collect(),
        Cow::Owned(Value::Array(items)) => items.into_iter().map(Cow::Owned).collect(),
        other => vec![other],
    }
}

fn has_body_list(endpoint: &Endpoint, map: &Map<String, Value>) -> bool {
    let is_named_so = endpoint.params.iter().any(|param| param.path.trim_start_matches("[].") == BODY);
    let reads_query = slots_below(endpoint, "").iter().any(|slot| in_query(endpoint, slot.param.place));
    map.get(BODY).is_some_and(Value::is_array) && reads_query && !is_named_so
}

fn with_body<'a>(map: &Map<String, Value>) -> Rows<'a> {
    let mut beside = map.clone();
    let rows = beside.shift_remove(BODY).map(|body| elements(Cow::Owned(body))).unwrap_or_default();
    Rows::Many { beside, rows }
}

fn one_row<'a>(endpoint: &Endpoint, map: &Map<String, Value>) -> Rows<'a> {
    let slots = slots_below(endpoint, "");
    let goes_beside = |name: &str| matching(&slots, name).iter().any(|slot| in_query(endpoint, slot.param.place));
    let (beside, row): (Map<_, _>, Map<_, _>) =
        map.iter().map(|(name, value)| (name.clone(), value.clone())).partition(|(name, _)| goes_beside(name));
    let rows = if row.is_empty() && !beside.is_empty() { Vec::new() } else { vec![Cow::Owned(Value::Object(row))] };
    Rows::Many { beside, rows }
}
