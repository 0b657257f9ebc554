//! Which permissions a script needs, which of them the client has, and which are missing.

use serde_json::Value;

use super::guard::pattern;
use crate::catalogue::Endpoint;

/// What the server says that the client may do (`/api/me`); `None` when it does not say.
///
/// A client that holds one of the base roles and no other gets no good answer (CIPP 10.8.2), and one whose role is not
/// there gets an empty list: neither tells what it may call.
pub fn granted(me: &Value) -> Option<Vec<String>> {
    let listed = me.get("permissions")?.as_array()?;
    let granted: Vec<String> = listed.iter().filter_map(|name| name.as_str().map(str::to_lowercase)).collect();
    (!granted.is_empty() && granted.len() == listed.len()).then_some(granted)
}

/// The permissions that are missing, each with the endpoints that ask for it, in order.
pub(super) fn missing<'e>(
    needed: impl Iterator<Item = &'e Endpoint>,
    granted: &[String],
) -> Vec<(&'e str, Vec<&'e str>)> {
    let mut missing: Vec<(&str, Vec<&str>)> = Vec::new();
    for endpoint in needed.filter(|endpoint| !may(endpoint.role, granted)) {
        match missing.iter_mut().find(|(role, _)| *role == endpoint.role) {
            Some((_, names)) if names.contains(&endpoint.name) => {}
            Some((_, names)) => names.push(endpoint.name),
            None => missing.push((endpoint.role, vec![endpoint.name])),
        }
    }
    missing
}

/// Whether one of these lower-case permissions covers what an endpoint asks for. The server looks whether it is part of
/// a permission, so that who may write may read; `*` stands for anything.
fn may(role: &str, granted: &[String]) -> bool {
    let role = role.to_lowercase();
    let open = role.is_empty() || role == "public";
    open || granted.iter().any(|granted| granted.contains(&role) || pattern::matches(granted, &role))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalogue;

    #[test]
    fn roles_needed_less_roles_had_are_the_missing_ones() {
        let both = ["ListUsers", "ExecPerUserMFA"];
        type Case<'c> = (&'c [&'c str], &'c [&'c str], &'c [(&'c str, &'c [&'c str])]);
        let cases: &[Case] = &[
            (&both, &["identity.user.read", "identity.user.readwrite"], &[]),
            (&both, &["identity.user.readwrite"], &[]),
            (&both, &["identity.user.read"], &[("Identity.User.ReadWrite", &["ExecPerUserMFA"])]),
            (&both, &["*"], &[]),
            (&both, &["identity.*"], &[]),
            (&both, &["*.read"], &[("Identity.User.ReadWrite", &["ExecPerUserMFA"])]),
            (&both, &["identity.*.readwrite"], &[("Identity.User.Read", &["ListUsers"])]),
            (
                &["ExecResetPass", "ExecPerUserMFA", "ExecPerUserMFA"],
                &["tenant.standards.read"],
                &[("Identity.User.ReadWrite", &["ExecResetPass", "ExecPerUserMFA"])],
            ),
            (&["PublicPing"], &["x"], &[]),
            (&[], &[], &[]),
        ];
        for (needed, had, expected) in cases {
            let endpoints = needed.iter().map(|name| catalogue::find(name).unwrap());
            let had: Vec<String> = had.iter().map(ToString::to_string).collect();
            let found = missing(endpoints, &had);
            let found: Vec<(&str, &[&str])> = found.iter().map(|(role, names)| (*role, names.as_slice())).collect();
            assert_eq!(found, *expected, "{needed:?} with {had:?}");
        }
    }

    #[test]
    fn what_the_server_says_is_taken_only_when_it_says_something() {
        for (me, expected) in [
            (json!({ "permissions": ["A.B.Read"] }), Some(vec!["a.b.read".to_owned()])),
            (json!({ "permissions": [] }), None),
            (json!({ "permissions": [1] }), None),
            (json!({ "permissions": "A.B.Read" }), None),
            (json!({ "clientPrincipal": null }), None),
            (json!("Cannot bind argument to parameter 'UserRoles' because it is null."), None),
        ] {
            assert_eq!(granted(&me), expected, "{me}");
        }
    }
}
