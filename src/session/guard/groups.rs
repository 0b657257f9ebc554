//! The server's groups of tenants.

use rhai::{Array, Dynamic};

use crate::{
    failure::{Failure, Kind},
    value::Row,
};

/// The groups of a server, with the ids of their tenants.
#[derive(Debug, Default)]
pub(in crate::session) struct Groups(Vec<Group>);

#[derive(Debug)]
struct Group {
    id: String,
    name: String,
    members: Vec<String>,
}

impl Groups {
    /// Reads the rows of `ListTenantGroups`.
    pub(in crate::session) fn read(rows: &[Dynamic]) -> Self {
        let text = |row: &Row, name: &str| row.get_ignoring_case(name).map(ToString::to_string).unwrap_or_default();
        let members = |row: &Row| {
            let list = row.get_ignoring_case("Members").and_then(|list| list.read_lock::<Array>().map(|l| l.clone()));
            let ids = list.unwrap_or_default();
            ids.iter().filter_map(Row::of).map(|member| text(&member, "customerId")).collect()
        };
        let group = |row: Row| Group { id: text(&row, "Id"), name: text(&row, "Name"), members: members(&row) };
        Self(rows.iter().filter_map(Row::of).map(group).collect())
    }

    /// The ids of the tenants in the group of this id or name.
    pub(super) fn members(&self, name: &str) -> Option<Vec<String>> {
        let name = name.trim();
        let is = |group: &&Group| group.id.eq_ignore_ascii_case(name) || group.name.eq_ignore_ascii_case(name);
        // A name can be that of several: then it means them all.
        let mut groups = self.0.iter().filter(is).peekable();
        groups.peek()?;
        Some(groups.flat_map(|group| group.members.iter().cloned()).collect())
    }

    /// Whether a tenant is in a group that a rule names. A rule that names none would be silently without effect.
    pub(super) fn holds(&self, name: &str, tenant: &str, place: &str) -> Result<bool, Failure> {
        match self.members(name) {
            Some(members) => Ok(members.iter().any(|id| id.eq_ignore_ascii_case(tenant))),
            None => Err(Failure::new(Kind::Guard, format!("the guard names a tenant group \"{}\"", name.trim()))
                .because(format!("{place} says so, and the server has no such group"))),
        }
    }
}
