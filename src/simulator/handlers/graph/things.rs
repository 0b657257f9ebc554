//! Paths of Graph that show what lies on a shelf.

use serde_json::Value;

use crate::simulator::powershell::text;
use crate::simulator::state::World;
use crate::simulator::state::devices::{DEVICES, MANAGED};
use crate::simulator::state::graph_user::Row;
use crate::simulator::state::intune::{APPS, SYNCS};
use crate::simulator::state::organization::DOMAINS;
use crate::simulator::state::shelf::Kind;
use crate::simulator::state::sites::{ONEDRIVES, SHORTCUTS};
use crate::simulator::state::tenant::Tenant;

/// Paths with what is there.
const PATHS: &[(&str, &Kind)] = &[
    ("deviceAppManagement/mobileApps", &APPS),
    ("deviceManagement/managedDevices", &MANAGED),
    ("deviceManagement/windowsAutopilotSettings", &SYNCS),
    ("devices", &DEVICES),
    ("domains", &DOMAINS),
];

/// What is behind the path of a user, `users/<user>/…`: the kind and the property that names the user.
const OF_USERS: &[(&str, &Kind, &str)] =
    &[("/drive", &ONEDRIVES, "ownerPrincipalName"), ("/drive/root/children", &SHORTCUTS, "owner")];

/// What a path is about.
#[derive(Clone, Copy)]
pub(super) struct Things<'p> {
    kind: &'static Kind,
    /// One of them, by its key.
    one: Option<&'p str>,
    /// Those of one user, by a property.
    user: Option<(&'static str, &'p str)>,
}

impl<'p> Things<'p> {
    /// What a path such as `devices` or `devices/<id>` is about.
    pub(super) fn at(path: &'p str) -> Option<Self> {
        let is = |known: &str, path: &str| known.eq_ignore_ascii_case(path);
        let (parent, rest) = path.split_once('/').unwrap_or((path, ""));
        if let Some(at) = rest.find('/').filter(|_| is(parent, "users")) {
            let (user, below) = rest.split_at(at);
            let found = OF_USERS.iter().find(|(known, ..)| is(known, below));
            return found.map(|&(_, kind, owner)| Self { kind, one: None, user: Some((owner, user)) });
        }
        PATHS.iter().find_map(|&(known, kind)| {
            let one = path.rsplit_once('/').filter(|(parent, _)| is(known, parent)).map(|(_, key)| key);
            (one.is_some() || is(known, path)).then_some(Self { kind, one, user: None })
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
        let of_user = |row: &Value| {
            let Some((owner, user)) = self.user else { return true };
            let user = tenant.directory().user(user);
            user.is_some_and(|user| text(&row[owner]).eq_ignore_ascii_case(&user.upn))
        };
        let rows = rows.into_iter().filter(of_user);
        Ok(rows.filter_map(|row| row.as_object().cloned()).collect())
    }
}
