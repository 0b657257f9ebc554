//! Paths of Graph, beside users, that have state here.

use serde_json::json;

use super::super::people;
use super::super::users::no_such_user;
use crate::simulator::state::World;
use crate::simulator::state::graph_user::{Row, object};
use crate::simulator::state::groups;
use crate::simulator::state::tenant::Tenant;
use crate::simulator::state::user::User;

/// Makes the rows of a path; the text stands where the pattern has `*`. The error is Graph's.
type Rows = fn(&World, &Tenant, &str) -> Result<Vec<Row>, String>;

/// The paths; `*` stands for one id.
const PATHS: &[(&str, Rows)] = &[
    ("groups", |world, tenant, _| Ok(people::graph_groups(world, tenant))),
    ("groups/*/members", |world, tenant, id| match groups::find(world, tenant, id) {
        Some(group) => Ok(people::graph_members(tenant, &group)),
        None => Err(no_such_user(id)),
    }),
    ("identityProtection/riskyUsers/*", |_, tenant, id| {
        of_user(tenant, id, |user| {
            let state = user.kept.get("riskState").cloned().unwrap_or_else(|| json!("atRisk"));
            vec![object(
                json!({"id": user.id, "userPrincipalName": user.upn, "riskLevel": "medium", "riskState": state}),
            )]
        })
    }),
    ("users/*/authentication/methods", |_, tenant, id| of_user(tenant, id, people::graph_methods)),
    ("users/*/authentication/signInPreferences", |_, tenant, id| {
        of_user(tenant, id, |user| {
            let preferred = user.kept.get("preferredMethod").cloned().unwrap_or_else(|| json!("push"));
            vec![object(json!({
                "isSystemPreferredAuthenticationMethodEnabled": true,
                "userPreferredMethodForSecondaryAuthentication": preferred,
            }))]
        })
    }),
    ("users/*/authentication/temporaryAccessPassMethods", |_, tenant, id| {
        of_user(tenant, id, |user| user.kept.get("temporaryAccessPass").cloned().map(object).into_iter().collect())
    }),
];

/// The rows of a path; nothing when it has no state here.
pub(super) fn rows(world: &World, tenant: &Tenant, endpoint: &str) -> Option<Result<Vec<Row>, String>> {
    PATHS.iter().find_map(|(pattern, rows)| Some(rows(world, tenant, matched(pattern, endpoint)?)))
}

/// What stands in a path where the pattern has `*`; nothing when it does not fit.
fn matched<'p>(pattern: &str, path: &'p str) -> Option<&'p str> {
    let (mut wanted, mut parts, mut found) = (pattern.split('/'), path.split('/'), "");
    loop {
        match (wanted.next(), parts.next()) {
            (None, None) => return Some(found),
            (Some("*"), Some(part)) => found = part,
            (Some(word), Some(part)) if word.eq_ignore_ascii_case(part) => {}
            _ => return None,
        }
    }
}

fn of_user(tenant: &Tenant, id: &str, rows: impl FnOnce(&User) -> Vec<Row>) -> Result<Vec<Row>, String> {
    tenant.directory().user(id).map(|user| rows(&user)).ok_or_else(|| no_such_user(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_whole_paths() {
        for (pattern, path, expected) in [
            ("groups", "Groups", Some("")),
            ("groups", "groups/1", None),
            ("groups/*/members", "groups/1/members", Some("1")),
            ("groups/*/members", "groups/1", None),
        ] {
            assert_eq!(matched(pattern, path), expected, "{path}");
        }
    }
}
