//! Actions by name, and what to offer when there is none of that name.

use super::Action;
use crate::catalogue::name::{key, letters};
use crate::catalogue::table::{ACTIONS, NAMESPACES};

/// How many are suggested at most.
const MOST: usize = 3;

/// How alike two names must be, of 1 for the same, to be taken for each other.
const ALIKE: f64 = 0.7;

/// Every action, sorted by namespace and name.
pub fn actions() -> &'static [Action] {
    &ACTIONS
}

/// The namespaces of the actions, sorted.
pub fn namespaces() -> &'static [&'static str] {
    &NAMESPACES
}

/// The action of this name with its namespace, `user::set_per_user_mfa`, whatever its case and underscores.
pub fn find_action(name: &str) -> Option<&'static Action> {
    let (namespace, name) = name.split_once("::")?;
    ACTIONS.iter().find(|action| {
        action.namespace.eq_ignore_ascii_case(namespace.trim()) && letters(action.name).eq(letters(name.trim()))
    })
}

/// The actions that were probably meant, best first, with or without a namespace; none if nothing is like it.
pub fn nearest_actions(name: &str) -> Vec<&'static Action> {
    let (namespace, name) = name.split_once("::").map_or((None, name), |(namespace, name)| (Some(namespace), name));
    let given = key(name);
    let mut near: Vec<(f64, &'static Action)> =
        ACTIONS.iter().filter_map(|action| Some((likeness(namespace, &given, action)?, action))).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.into_iter().take(MOST).map(|(_, action)| action).collect()
}

/// The right namespace counts for something, but the name alone must be alike.
fn likeness(namespace: Option<&str>, given: &str, action: &Action) -> Option<f64> {
    let known = key(action.name);
    let letters = strsim::normalized_damerau_levenshtein(given, &known);
    let part = given.len() > 4 && (known.contains(given) || given.contains(known.as_str()));
    let alike = if part { letters.max(ALIKE) } else { letters };
    let same_space = namespace.is_some_and(|namespace| namespace.eq_ignore_ascii_case(action.namespace));
    (alike >= ALIKE).then_some(alike + if same_space { 0.2 } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_found_whatever_its_spelling() {
        for action in actions() {
            for name in [action.full_name(), action.full_name().to_uppercase(), action.full_name().replace('_', "")] {
                assert_eq!(find_action(&name).map(Action::full_name), Some(action.full_name()), "{name}");
            }
        }
        for name in ["", "user", "user::", "::add_user", "group::add_user"] {
            assert!(find_action(name).is_none(), "{name}");
        }
    }

    #[test]
    fn what_was_probably_meant_comes_first() {
        for (given, expected) in [
            ("user::set_per_user_mfas", "user::set_per_user_mfa"),
            ("user::setPerUserMf", "user::set_per_user_mfa"),
            ("set_per_user_mfa", "user::set_per_user_mfa"),
            ("users::add_user", "user::add_user"),
            ("user::list_users", "user::list_user"),
            ("intune::list_device", "intune::list_devices"),
            ("user::list_groups", "group::list_groups"),
        ] {
            let near: Vec<String> = nearest_actions(given).into_iter().map(Action::full_name).collect();
            assert_eq!(near.first().map(String::as_str), Some(expected), "{given}: {near:?}");
        }
        for given in ["", "user::frobnicate", "x"] {
            assert!(nearest_actions(given).is_empty(), "{given}");
        }
    }
}
