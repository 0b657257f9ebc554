//! The columns of a list of rows.

use std::collections::HashSet;

use rhai::{Dynamic, ImmutableString, Map};

use crate::failure::{Failure, Kind};
use crate::value::Row;

/// The column of elements that are no rows.
pub(super) const VALUE: &str = "value";

/// The keys of all rows, in the order in which they appear first.
pub fn all(rows: &[Dynamic]) -> Vec<ImmutableString> {
    let mut columns = Columns::default();
    let mut last: Option<Row> = None;
    for element in rows {
        if let Some(map) = element.read_lock::<Map>() {
            map.keys().for_each(|key| columns.add(key));
            continue;
        }
        let Some(row) = Row::of(element) else {
            columns.add(VALUE);
            continue;
        };
        if !last.as_ref().is_some_and(|last| last.shares_keys(&row)) {
            row.keys().for_each(|key| columns.add(key));
            last = Some(row);
        }
    }
    columns.list
}

/// What people look for first, in any case of letters; the names that answers of the server use most.
const TELLING: [&str; 24] = [
    "tenant",
    "defaultDomainName",
    "displayName",
    "name",
    "title",
    "userPrincipalName",
    "upn",
    "mail",
    "accountEnabled",
    "userType",
    "state",
    "status",
    "severity",
    "enabled",
    "type",
    "groupType",
    "licJoined",
    "license",
    "countUsed",
    "totalLicenses",
    "message",
    "dateTime",
    "createdDateTime",
    "id",
];

/// The same columns for a terminal that has no room for all: the most telling ones first, empty ones last.
pub(super) fn telling_first(rows: &[Dynamic], mut columns: Vec<ImmutableString>) -> Vec<ImmutableString> {
    let says_something =
        |value: &Dynamic| !value.is_unit() && value.as_immutable_string_ref().map_or(true, |text| !text.is_empty());
    columns.sort_by_cached_key(|column| {
        let empty = !rows.iter().filter_map(Row::of).any(|row| row.get(column).is_some_and(says_something));
        let rank = TELLING.iter().position(|telling| telling.eq_ignore_ascii_case(column));
        (empty, rank.unwrap_or(TELLING.len()))
    });
    columns
}

/// The columns that were asked for, in the spelling of the rows where a row has them.
///
/// # Errors
/// Where no row has the column but one has a column that it is probably a slip for. Any other column that no
/// row has stays empty: answers leave out what is not set.
pub(super) fn chosen(rows: &[Dynamic], names: &[String]) -> Result<Vec<ImmutableString>, Failure> {
    names.iter().map(|name| spelled(rows, name)).collect()
}

#[derive(Default)]
struct Columns {
    list: Vec<ImmutableString>,
    seen: HashSet<ImmutableString>,
}

impl Columns {
    fn add(&mut self, key: &str) {
        if !self.seen.contains(key) {
            let key = ImmutableString::from(key);
            self.seen.insert(key.clone());
            self.list.push(key);
        }
    }
}

fn spelled(rows: &[Dynamic], name: &str) -> Result<ImmutableString, Failure> {
    let mut near = None;
    for row in rows.iter().filter_map(Row::of) {
        if let Some(key) = row.spelling(name) {
            return Ok(key.clone());
        }
        near = near.or_else(|| row.near_miss(name).map(str::to_owned));
    }
    match near {
        Some(near) => {
            Err(Failure::new(Kind::Usage, format!("no row has a column `{name}`"))
                .hint(format!("did you mean `{near}`?")))
        }
        None => Ok(name.into()),
    }
}
