//! The maps and lists that nested parameters lie in, where no file names them.

use super::super::record::{Kind, Wrap};
use super::entry::ParamEntry;
use super::path::parent;
use std::collections::BTreeMap;

/// Adds the parents that are missing, and tells of those that cannot hold what is said to lie in them.
pub(crate) fn complete(params: &mut BTreeMap<String, ParamEntry>, at: &str, errors: &mut Vec<String>) {
    let named: Vec<String> = params.keys().cloned().collect();
    for mut path in named {
        while let Some((above, list)) = parent(&path) {
            if let Some(known) = params.get(above) {
                if !holds(known, list) {
                    let form = if list { "list of maps" } else { "map" };
                    errors.push(format!("{at}.params.{path}: lies in {above}, which is no {form}"));
                }
                break;
            }
            if let Some(like) = params.keys().find(|known| known.eq_ignore_ascii_case(above)) {
                errors.push(format!("{at}.params.{path}: lies in {above}, which is spelled {like}"));
                break;
            }
            let Some(place) = params.get(&path).and_then(|param| param.place) else { break };
            let kind = if list { (Kind::List, Kind::Map) } else { (Kind::Map, Kind::Any) };
            let added = ParamEntry { place: Some(place), kind: Some(kind), kind_known: true, ..Default::default() };
            params.insert(above.to_owned(), added);
            path = above.to_owned();
        }
    }
}

/// Whether a parameter can hold named members: it is a map, or is read as `{label, value}`, or nobody knows.
fn holds(param: &ParamEntry, list: bool) -> bool {
    if param.wrap.is_some_and(|wrap| wrap != Wrap::No) {
        return true;
    }
    match param.kind {
        Some((Kind::List, item)) => list && matches!(item, Kind::Map | Kind::Any),
        Some((Kind::Map, _)) => !list,
        Some((kind, _)) => kind == Kind::Any,
        None => true,
    }
}
