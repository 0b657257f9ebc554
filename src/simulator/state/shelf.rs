//! What tenants have beside users, kept as the rows in which the server shows it.
//!
//! Each kind of thing is one constant: its key and the rows that a tenant starts with. What belongs to the instance
//! itself, its roles or its templates, lies with the partner's own tenant.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::World;
use super::calendar::now;
use super::tenant::Tenant;
use crate::simulator::powershell::{member, text};

/// A kind of thing.
pub(crate) struct Kind {
    /// What sets it apart from other kinds.
    pub(crate) name: &'static str,
    /// The property by which one row is told from another; compared without regard to case.
    pub(crate) key: &'static str,
    /// The rows that a tenant starts with.
    pub(crate) first: fn(&World, &Tenant) -> Vec<Value>,
}

/// Nothing to start with.
pub(crate) fn none(_: &World, _: &Tenant) -> Vec<Value> {
    Vec::new()
}

/// A row with the properties of two.
pub(crate) fn joined(mut row: Value, more: Value) -> Value {
    if let (Some(row), Value::Object(more)) = (row.as_object_mut(), more) {
        row.extend(more);
    }
    row
}

/// All shelves of all tenants, each made when it is first touched.
#[derive(Debug, Default)]
pub(crate) struct Shelves {
    rows: Mutex<HashMap<Place, Rows>>,
    ids: AtomicUsize,
}

/// The id of a tenant and the name of a kind.
type Place = (String, &'static str);

#[derive(Debug, Clone)]
struct Rows {
    now: Vec<Value>,
    /// As the nightly report saw them, and when.
    reported: Vec<Value>,
    stamp: String,
}

impl Shelves {
    fn lock(&self) -> MutexGuard<'_, HashMap<Place, Rows>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The things of one kind of one tenant.
#[derive(Clone, Copy)]
pub(crate) struct Shelf<'w> {
    world: &'w World,
    tenant: &'w Tenant,
    kind: &'static Kind,
}

impl World {
    /// The things of a kind that a tenant has.
    pub(crate) fn shelf<'w>(&'w self, tenant: &'w Tenant, kind: &'static Kind) -> Shelf<'w> {
        Shelf { world: self, tenant, kind }
    }

    /// The things of a kind that the instance has.
    pub(crate) fn own(&self, kind: &'static Kind) -> Shelf<'_> {
        self.shelf(self.partner(), kind)
    }

    /// An id that nothing has yet; the same calls get the same ids.
    pub(crate) fn fresh_id(&self) -> String {
        self.seed.of("fresh", self.shelves.ids.fetch_add(1, Ordering::Relaxed)).guid("id")
    }
}

impl Shelf<'_> {
    /// All rows as they are now.
    pub(crate) fn rows(self) -> Vec<Value> {
        self.with(|rows| rows.now.clone())
    }

    /// All rows as the nightly report saw them, and when that was.
    pub(crate) fn reported(self) -> (Vec<Value>, String) {
        self.with(|rows| (rows.reported.clone(), rows.stamp.clone()))
    }

    /// Makes the report anew.
    pub(crate) fn report(self) {
        self.with(|rows| {
            rows.reported = rows.now.clone();
            rows.stamp = now();
        });
    }

    /// The row of this key.
    pub(crate) fn row(self, key: &str) -> Option<Value> {
        self.with(|rows| rows.now.iter().find(|row| self.is(row, key)).cloned())
    }

    /// Puts a row in the place of the one of its key, else at the end.
    pub(crate) fn put(self, row: Value) {
        let key = text(member(&row, self.kind.key));
        self.with(|rows| match rows.now.iter_mut().find(|known| self.is(known, &key)) {
            Some(known) => *known = row,
            None => rows.now.push(row),
        });
    }

    /// Changes the row of this key; false when there is none.
    pub(crate) fn change(self, key: &str, change: impl FnOnce(&mut Value)) -> bool {
        self.with(|rows| rows.now.iter_mut().find(|row| self.is(row, key)).map(change).is_some())
    }

    /// Changes every row.
    pub(crate) fn change_all(self, change: impl FnMut(&mut Value)) {
        self.with(|rows| rows.now.iter_mut().for_each(change));
    }

    /// Takes the row of this key away.
    pub(crate) fn take(self, key: &str) -> Option<Value> {
        self.with(|rows| {
            let at = rows.now.iter().position(|row| self.is(row, key))?;
            Some(rows.now.remove(at))
        })
    }

    /// Keeps the rows that pass.
    pub(crate) fn retain(self, keep: impl FnMut(&Value) -> bool) {
        self.with(|rows| rows.now.retain(keep));
    }

    fn is(self, row: &Value, key: &str) -> bool {
        !key.is_empty() && text(member(row, self.kind.key)).eq_ignore_ascii_case(key)
    }

    /// The first rows are made without the lock, since they may come from other shelves.
    fn with<R>(self, act: impl FnOnce(&mut Rows) -> R) -> R {
        let place = (self.tenant.id.clone(), self.kind.name);
        if !self.world.shelves.lock().contains_key(&place) {
            let now = (self.kind.first)(self.world, self.tenant);
            let stamp = self.world.calendar.ago(0, 3 * 3600).replace('Z', ".0000000+00:00");
            let rows = Rows { reported: now.clone(), now, stamp };
            self.world.shelves.lock().entry(place.clone()).or_insert(rows);
        }
        let mut shelves = self.world.shelves.lock();
        let empty = || Rows { now: Vec::new(), reported: Vec::new(), stamp: now() };
        act(shelves.entry(place).or_insert_with(empty))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::Settings;
    use serde_json::json;

    const THINGS: Kind =
        Kind { name: "things", key: "Id", first: |_, tenant| vec![json!({"id": "a", "of": tenant.domain})] };

    #[test]
    fn rows_are_found_by_key_in_any_case_and_belong_to_their_tenant() {
        static KIND: Kind = THINGS;
        let world = World::new(&Settings::default());
        let shelf = |domain: &str| world.shelf(world.tenant(domain).unwrap(), &KIND);
        let contoso = shelf("contoso.com");
        assert_eq!(contoso.row("A").unwrap()["of"], "contoso.com");
        assert!(contoso.change("A", |row| row["x"] = json!(1)) && !contoso.change("", |_| ()));
        contoso.put(json!({"id": "b"}));
        contoso.put(json!({"id": "B", "y": 2}));
        assert_eq!(contoso.rows(), [json!({"id": "a", "of": "contoso.com", "x": 1}), json!({"id": "B", "y": 2})]);
        assert_eq!(contoso.reported().0.len(), 1);
        contoso.report();
        assert_eq!(contoso.reported().0.len(), 2);
        assert!(contoso.take("a").is_some() && contoso.take("a").is_none());
        assert_eq!(shelf("fabrikam.com").rows().len(), 1);
        assert_ne!(world.fresh_id(), world.fresh_id());
    }
}
