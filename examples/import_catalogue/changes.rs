//! What an import changed, one line each.

use crate::Areas;
use crate::compile::entry::{Entry, ParamEntry};
use crate::record::{Kind, Place};
use std::collections::BTreeMap;

/// Tells the differences between the old and the new areas, and which curated endpoints no area has any more.
pub(crate) fn lines(old: &Areas, new: &Areas, curated: &BTreeMap<String, Entry>) -> Vec<String> {
    let (old, new) = (by_name(old), by_name(new));
    let mut lines = Vec::new();
    for (name, (area, _)) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
        lines.push(format!("added     {name} ({area})"));
    }
    for (name, (area, _)) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
        lines.push(format!("removed   {name} ({area})"));
    }
    for (name, (area, before)) in &old {
        if let Some((new_area, after)) = new.get(name) {
            if area != new_area {
                lines.push(format!("changed   {name}: area {area} to {new_area}"));
            }
            lines.extend(entry_changes(before, after).iter().map(|change| format!("changed   {name}: {change}")));
        }
    }
    let gone = curated.keys().filter(|name| !new.contains_key(name.as_str()));
    lines.extend(gone.map(|name| format!("stale     {name}: in curated.toml, but in no area; take it out there")));
    if lines.is_empty() {
        lines.push(format!("unchanged: {} endpoints", new.len()));
    }
    lines
}

fn by_name(areas: &Areas) -> BTreeMap<&str, (&str, &Entry)> {
    let mut all = BTreeMap::new();
    for (area, entries) in areas {
        all.extend(entries.iter().map(|(name, entry)| (name.as_str(), (area.as_str(), entry))));
    }
    all
}

fn entry_changes(before: &Entry, after: &Entry) -> Vec<String> {
    let mut changes = Vec::new();
    let mut change = |what: &str, before: String, after: String| {
        if before != after {
            changes.push(format!("{what} {before} to {after}"));
        }
    };
    change("method", debug(before.method), debug(after.method));
    change("role", before.role.clone().unwrap_or_default(), after.role.clone().unwrap_or_default());
    change("reply", debug(before.reply), debug(after.reply));
    change("body", debug(before.body), debug(after.body));
    change("flags", format!("{:?}", before.flags), format!("{:?}", after.flags));
    let none = Vec::new();
    let (had, has) = (before.fields.as_ref().unwrap_or(&none), after.fields.as_ref().unwrap_or(&none));
    changes.extend(has.iter().filter(|field| !had.contains(field)).map(|field| format!("+ field {field}")));
    changes.extend(had.iter().filter(|field| !has.contains(field)).map(|field| format!("- field {field}")));
    for (path, param) in &after.params {
        match before.params.get(path) {
            None => changes.push(format!("+ {path}: {}", told(param))),
            Some(old) if old != param => changes.push(format!("~ {path}: {} to {}", told(old), told(param))),
            Some(_) => {}
        }
    }
    let removed = before.params.keys().filter(|path| !after.params.contains_key(*path));
    changes.extend(removed.map(|path| format!("- {path}")));
    changes
}

fn debug<T: std::fmt::Debug>(value: Option<T>) -> String {
    value.map_or("nothing".to_owned(), |value| format!("{value:?}"))
}

fn told(param: &ParamEntry) -> String {
    let (kind, item) = param.kind.unwrap_or((Kind::Any, Kind::Any));
    let list = if kind == Kind::List { format!(" of {}", item.name()) } else { String::new() };
    let wrap = param.wrap.map_or(String::new(), |wrap| format!(", wrapped {}", wrap.name()));
    let need = if param.need.is_some() { ", required" } else { "" };
    let values = param.values.as_ref().map_or(String::new(), |values| format!(", {}", values.join("|")));
    format!("{}{list} in {}{wrap}{need}{values}", kind.name(), param.place.map_or("", Place::name))
}
