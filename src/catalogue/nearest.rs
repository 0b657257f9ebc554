//! Endpoints to suggest in place of a name that does not exist.

use super::lookup::all;
use super::name::key;
use super::name_words::name_words;

/// How many are suggested at most.
const MOST: usize = 3;

/// How alike two names must be, of 1 for the same, to be taken for each other.
const ALIKE: f64 = 0.7;

/// How alike two words must be: policy and policies are the same.
const SAME_WORD: f64 = 0.6;

/// The names that were probably meant, best first; none if nothing is like it.
pub fn nearest(name: &str) -> Vec<&'static str> {
    let mut near: Vec<(f64, &'static str)> =
        all().iter().filter_map(|endpoint| Some((likeness(name, endpoint.name)?, endpoint.name))).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.into_iter().take(MOST).map(|(_, name)| name).collect()
}

/// How alike two names are, as the sum of two views: letter by letter, which finds slips of the keyboard, and
/// word by word, which finds names that are too long, too short or in another order.
fn likeness(given: &str, known: &str) -> Option<f64> {
    let letters = strsim::normalized_damerau_levenshtein(&key(given), &key(known));
    let (given, known) = (name_words(given), name_words(known));
    let same = |a: &str, b: &str| strsim::normalized_damerau_levenshtein(a, b) >= SAME_WORD;
    let shared = given.iter().filter(|word| known.iter().any(|other| same(word, other))).count().min(known.len());
    let words = shared as f64 / (given.len() + known.len() - shared).max(1) as f64;
    (letters >= ALIKE || words >= ALIKE / 2.0 && shared > 1).then_some(letters + words)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn what_was_probably_meant_comes_first() {
        for (given, expected) in [
            ("ListUser", "ListUsers"),
            ("list_userz", "ListUsers"),
            ("ListUsres", "ListUsers"),
            ("ListPerUserMfaState", "ListPerUserMFA"),
            ("PerUserMFA", "ExecPerUserMFA"),
            ("ExecUserMFA", "ExecPerUserMFA"),
            ("ListMailBox", "ListMailboxes"),
            ("UserMailboxRules", "ListUserMailboxRules"),
            ("ListConditionalAccessPolicy", "ListConditionalAccessPolicies"),
            ("GetVersions", "GetVersion"),
        ] {
            assert_eq!(nearest(given).first(), Some(&expected), "{given}: {:?}", nearest(given));
        }
    }

    #[test]
    fn nothing_is_suggested_for_what_is_like_nothing() {
        for given in ["", "Frobnicate", "x"] {
            assert_eq!(nearest(given), [""; 0], "{given}");
        }
    }
}
