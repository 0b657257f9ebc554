//! Paths of Graph that show what lies on a shelf.

use crate::simulator::state::World;
use crate::simulator::state::devices::{DEVICES, MANAGED};
use crate::simulator::state::graph_user::Row;
use crate::simulator::state::intune::{APPS, SYNCS};
use crate::simulator::state::organization::DOMAINS;
use crate::simulator::state::shelf::Kind;
use crate::simulator::state::tenant::Tenant;

/// Paths with what is there.
const PATHS: &[(&str, &Kind)] = &[
    ("deviceAppManagement/mobileApps", &APPS),
    ("deviceManagement/managedDevices", &MANAGED),
    ("deviceManagement/windowsAutopilotSettings", &SYNCS),
    ("devices", &DEVICES),
    ("domains", &DOMAINS),
];

/// What a path is about.
#[derive(Clone, Copy)]
pub(super) struct Things<'p> {
    kind: &'static Kind,
    /// One of them, by its key.
    one: Option<&'p str>,
}

impl<'p> Things<'p> {
    /// What a path such as `devices` or `devices/<id>` is about.
    pub(super) fn at(path: &'p str) -> Option<Self> {
        let is = |known: &str, path: &str| known.eq_ignore_ascii_case(path);
        PATHS.iter().find_map(|&(known, kind)| {
            let one = path.rsplit_once('/').filter(|(parent, _)| is(known, parent)).map(|(_, key)| key);
            (one.is_some() || is(known, path)).then_some(Self { kind, one })
        })
    }

    /// The names of the properties of its rows.
    pub(super) fn properties(self, world: &World, tenant: &Tenant) -> Vec<String> {
        let rows = world.shelf(tenant, self.kind).rows();
        rows.first().and_then(|row| row.as_object()).map(|row| row.keys().cloned().collect()).unwrap_or_default()
    }

    /// The rows; the error is the key of one that is not there.
    pub(super) fn rows(self, world: &World, tenant: &Tenant) -> Result<Vec<Row>, &'p str> {
        let shelf = world.shelf(tenant, self.kind);
        let rows = match self.one {
            Some(key) => vec![shelf.row(key).ok_or(key)?],
            None => shelf.rows(),
        };
        Ok(rows.into_iter().filter_map(|row| row.as_object().cloned()).collect())
    }
}
