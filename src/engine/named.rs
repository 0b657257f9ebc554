//! What a script can name: of hundreds of functions only these are registered, for that takes longer than to start.
//!
//! Names that are put together while it runs are none of them: see [`super::pointer`].

use std::collections::BTreeSet;

use super::discretion::words;
use crate::catalogue::{self, Endpoint};

/// The endpoints, and the namespaces of actions, that texts name.
pub(super) struct Named {
    pub(super) endpoints: Vec<&'static Endpoint>,
    pub(super) namespaces: Vec<&'static str>,
}

impl Named {
    /// Those in these texts.
    pub(super) fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        // Few, and looked for hundreds of times: to compare is quicker than to hash.
        let words: BTreeSet<&str> = texts.into_iter().flat_map(words).map(|(word, _)| word).collect();
        Self::that(|name| words.contains(name))
    }

    /// Every one.
    pub(super) fn all() -> Self {
        Self::that(|_| true)
    }

    fn that(is_named: impl Fn(&str) -> bool) -> Self {
        Self {
            endpoints: catalogue::all().iter().filter(|endpoint| is_named(endpoint.name)).collect(),
            namespaces: catalogue::namespaces().iter().copied().filter(|name| is_named(name)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_counts_wherever_it_stands() {
        let cases: [(&[&str], &[&str], &[&str]); 4] = [
            (&["ListUsers(#{})"], &["ListUsers"], &[]),
            (&["`${ListUsers(#{}).len()}`", "// user::list"], &["ListUsers"], &["user"]),
            (&["[Fn(\"ListUsers\")]", "x.map(\"ListLogs\")"], &["ListLogs", "ListUsers"], &[]),
            (&["ListUsersAndMore(#{}); listusers; users::x"], &[], &[]),
        ];
        for (texts, endpoints, namespaces) in cases {
            let named = Named::of(texts.iter().copied());
            let names: Vec<&str> = named.endpoints.iter().map(|endpoint| endpoint.name).collect();
            assert_eq!((names.as_slice(), named.namespaces.as_slice()), (endpoints, namespaces), "{texts:?}");
        }
        assert_eq!(Named::all().endpoints.len(), catalogue::all().len());
    }
}
