//! Names of endpoints in rules. The name of an action stands for the endpoint behind it.

use super::pattern;
use crate::catalogue;

/// Whether a pattern means this endpoint, by its own name or by that of an action.
pub(super) fn means(pattern: &str, endpoint: &str) -> bool {
    if !pattern.contains("::") {
        return pattern::matches(&plain(pattern), &plain(endpoint));
    }
    let actions = catalogue::actions().iter().filter(|action| action.endpoint.name.eq_ignore_ascii_case(endpoint));
    actions.into_iter().any(|action| pattern::matches(pattern, &action.full_name()))
}

/// Whether a pattern means anything at all. What does not is most likely misspelt.
pub(super) fn is_known(pattern: &str) -> bool {
    if pattern.contains("::") {
        catalogue::actions().iter().any(|action| pattern::matches(pattern, &action.full_name()))
    } else {
        catalogue::all().iter().any(|endpoint| means(pattern, endpoint.name))
    }
}

/// Names that were perhaps meant.
pub(super) fn nearest(pattern: &str) -> Vec<String> {
    if pattern.contains("::") {
        catalogue::nearest_actions(pattern).into_iter().map(catalogue::Action::full_name).collect()
    } else {
        catalogue::nearest(pattern).into_iter().map(String::from).collect()
    }
}

/// Underscores do not tell endpoints apart.
fn plain(name: &str) -> String {
    name.replace('_', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_stands_for_its_endpoint() {
        assert!(means("execperusermfa", "ExecPerUserMFA"));
        assert!(means("exec_per_user_mfa", "ExecPerUserMFA"));
        assert!(means("user::set_per_user_*", "ExecPerUserMFA"));
        assert!(!means("user::set_per_user_*", "ListUsers"));
        assert!(is_known("user::*") && !is_known("usr::*") && is_known("List*") && !is_known("Lst*"));
        assert_eq!(nearest("ListUser")[0], "ListUsers");
    }
}
