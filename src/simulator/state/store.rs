//! Rows that calls may add, change and take away, in tables that are drawn when they are first touched.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::World;
use super::graph_user::Row;
use super::tenant::Tenant;

/// What a table is: one constant of this type for each kind of thing.
#[derive(Debug)]
pub(crate) struct Table {
    /// The name under which a tenant keeps it.
    pub(crate) name: &'static str,
    /// The columns by which a row is found; their text is compared without regard to case.
    pub(crate) keys: &'static [&'static str],
    /// Draws the rows that are there before anybody changes them. It must not touch this table.
    pub(crate) draw: fn(&World, &Tenant) -> Vec<Row>,
}

/// The tables of one tenant; those of the server itself are kept by the partner's tenant.
#[derive(Debug, Default)]
pub(crate) struct Store(Mutex<HashMap<&'static str, Vec<Row>>>);

impl Table {
    /// All rows as they are now.
    pub(crate) fn rows(&self, world: &World, tenant: &Tenant) -> Vec<Row> {
        self.with(world, tenant, |rows| rows.clone())
    }

    /// The row with this key.
    pub(crate) fn find(&self, world: &World, tenant: &Tenant, key: &str) -> Option<Row> {
        self.with(world, tenant, |rows| rows.iter().find(|row| self.is(row, key)).cloned())
    }

    /// Changes a row and returns what the change returns; nothing when there is no such row.
    pub(crate) fn change<R>(
        &self,
        world: &World,
        tenant: &Tenant,
        key: &str,
        change: impl FnOnce(&mut Row) -> R,
    ) -> Option<R> {
        self.with(world, tenant, |rows| rows.iter_mut().find(|row| self.is(row, key)).map(change))
    }

    /// Adds a row at the end.
    pub(crate) fn add(&self, world: &World, tenant: &Tenant, row: Row) {
        self.with(world, tenant, |rows| rows.push(row));
    }

    /// Takes a row away and returns it.
    pub(crate) fn remove(&self, world: &World, tenant: &Tenant, key: &str) -> Option<Row> {
        self.with(world, tenant, |rows| {
            let at = rows.iter().position(|row| self.is(row, key))?;
            Some(rows.remove(at))
        })
    }

    /// Works on all rows while nobody else does.
    pub(crate) fn with<R>(&self, world: &World, tenant: &Tenant, work: impl FnOnce(&mut Vec<Row>) -> R) -> R {
        if let Some(rows) = tenant.store.lock().get_mut(self.name) {
            return work(rows);
        }
        // Drawn while no lock is held, for it may look at other tables; two who draw at once draw the same.
        let drawn = (self.draw)(world, tenant);
        work(tenant.store.lock().entry(self.name).or_insert(drawn))
    }

    fn is(&self, row: &Row, key: &str) -> bool {
        let is = |value: &Value| value.as_str().is_some_and(|text| text.eq_ignore_ascii_case(key));
        !key.is_empty() && self.keys.iter().any(|name| row.get(*name).is_some_and(is))
    }
}

impl Store {
    fn lock(&self) -> MutexGuard<'_, HashMap<&'static str, Vec<Row>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The members of a JSON object; none of anything else.
pub(crate) fn object(value: Value) -> Row {
    if let Value::Object(row) = value { row } else { Row::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::Settings;
    use serde_json::json;

    const THINGS: Table = Table {
        name: "things",
        keys: &["id", "name"],
        draw: |_, tenant| vec![object(json!({"id": "1", "name": "One", "of": tenant.domain}))],
    };

    #[test]
    fn what_is_written_is_read_in_this_tenant_only() {
        let world = World::new(&Settings::default());
        let (one, other) = (world.tenant("contoso.com").unwrap(), world.tenant("fabrikam.com").unwrap());
        THINGS.add(&world, one, object(json!({"id": "2"})));
        assert_eq!(THINGS.change(&world, one, "ONE", |row| row.insert("of".into(), json!("x"))).is_some(), true);
        assert_eq!(THINGS.find(&world, one, "1").unwrap()["of"], "x");
        assert_eq!(THINGS.find(&world, other, "1").unwrap()["of"], "fabrikam.com");
        assert!(THINGS.remove(&world, one, "2").is_some() && THINGS.remove(&world, one, "2").is_none());
        assert!(THINGS.find(&world, one, "").is_none());
        assert_eq!((THINGS.rows(&world, one).len(), THINGS.rows(&world, other).len()), (1, 1));
    }
}
