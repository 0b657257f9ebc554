//! What a script can name: of hundreds of functions only these are registered, for that takes longer than to start.

use std::collections::BTreeSet;

use super::discretion::words;

/// With these a script reaches names that do not stand in it: a module's, and one that is put together.
const BEYOND: [&str; 2] = ["import", "Fn"];

/// The names in a text, or all there are.
pub(super) struct Named<'t> {
    all: bool,
    /// Few, and looked for hundreds of times: to compare is quicker than to hash.
    words: BTreeSet<&'t str>,
}

impl<'t> Named<'t> {
    /// Those in this text.
    pub(super) fn of(text: &'t str) -> Self {
        let words: BTreeSet<&str> = words(text).map(|(word, _)| word).collect();
        Self { all: BEYOND.iter().any(|word| words.contains(word)), words }
    }

    /// Every name.
    pub(super) fn all() -> Self {
        Self { all: true, words: BTreeSet::new() }
    }

    /// Whether the script may use this one.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.all || self.words.contains(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_a_name_counts() {
        let cases = [
            ("ListUsers(#{})", true),
            ("`${ListUsers(#{}).len()}`", true),
            ("let f = Fn(\"List\" + \"Users\"); f.call(#{})", true),
            ("import \"std/mfa\" as mfa; mfa::gaps(1)", true),
            ("ListUsersAndMore(#{}); listusers; important; fn FnX() {}", false),
        ];
        for (text, expected) in cases {
            assert_eq!(Named::of(text).contains("ListUsers"), expected, "{text}");
        }
        assert!(Named::all().contains("ListUsers"));
    }
}
