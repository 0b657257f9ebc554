//! The maps and lists that nested parameters lie in, where no file names them.

use super::super::record::{Kind, Place, Wrap};
use super::entry::ParamEntry;
use super::path::parent;
use std::collections::BTreeMap;

/// Adds the parents that are missing, and tells of those that cannot hold what is said to lie in them.
pub(crate) fn complete(params: &mut BTreeMap<String, ParamEntry>, at: &str, errors: &mut Vec<String>) {
    // Deepest first, so that an added parent is itself looked at.
    let mut paths: Vec<String> = params.keys().cloned().collect();
    paths.sort_by_key(|path| path.matches('.').count());
    while let Some(path) = paths.pop() {
        let Some((above, list)) = parent(&path) else { continue };
        let Some(place) = params.get(&path).and_then(|param| param.place) else { continue };
        if let Some(known) = params.get_mut(above) {
            if known.kind_known || known.place.is_some_and(|at| at == place || at == Place::Both) {
                if !holds(known, list) {
                    let form = if list { "list" } else { "map" };
                    errors.push(format!("{at}.params.{path}: lies in {above}, which is no {form}"));
                }
            } else {
                known.place = Some(Place::Both);
            }
        } else if let Some(like) = params.keys().find(|known| known.eq_ignore_ascii_case(above)) {
            errors.push(format!("{at}.params.{path}: lies in {above}, which is spelled {like}"));
        } else {
            let kind = if list { (Kind::List, Kind::Map) } else { (Kind::Map, Kind::Any) };
            let added = ParamEntry { place: Some(place), kind: Some(kind), kind_known: true, ..Default::default() };
            params.insert(above.to_owned(), added);
            let at = paths.partition_point(|known| known.matches('.').count() < above.matches('.').count());
            paths.insert(at, above.to_owned());
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
