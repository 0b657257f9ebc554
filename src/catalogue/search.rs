//! What can be called, by words: what somebody looks for who does not know its name.

use super::action::{Action, actions};
use super::lookup::all;
use super::name::key;
use super::name_words::name_words;
use super::record::{Effect, Endpoint};

/// Something that can be called.
#[derive(Debug, Clone, Copy)]
pub enum Found {
    /// A curated action.
    Action(&'static Action),
    /// An endpoint.
    Endpoint(&'static Endpoint),
}

impl Found {
    /// The worst that a call can do.
    pub fn effect(self) -> Effect {
        match self {
            Self::Action(action) => action.effect,
            Self::Endpoint(endpoint) => endpoint.effect,
        }
    }

    /// The endpoint that is called.
    pub fn endpoint(self) -> &'static Endpoint {
        match self {
            Self::Action(action) => action.endpoint,
            Self::Endpoint(endpoint) => endpoint,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Action(action) => action.name,
            Self::Endpoint(endpoint) => endpoint.name,
        }
    }

    /// The texts that words are looked for in, nearest to the name first.
    fn parts(self) -> [String; 3] {
        let endpoint = self.endpoint();
        match self {
            Self::Action(action) => [
                format!("{} {} {}", action.namespace, endpoint.name, endpoint.role),
                action.params.iter().map(|param| param.name).collect::<Vec<_>>().join(" "),
                action.about.to_owned(),
            ],
            Self::Endpoint(endpoint) => [
                format!("{} {}", endpoint.area, endpoint.role),
                endpoint.params.iter().map(|param| param.path).collect::<Vec<_>>().join(" "),
                endpoint.about.to_owned(),
            ],
        }
    }
}

/// The actions and endpoints that have every one of the words in their name, namespace or area, role, parameters or
/// description, without regard to case; those with the words in their names first. No words find all.
pub fn search(words: &[String]) -> Vec<Found> {
    let words: Vec<String> = words.iter().map(|word| key(word)).filter(|word| !word.is_empty()).collect();
    let everything = actions().iter().map(Found::Action).chain(all().iter().map(Found::Endpoint));
    let mut found: Vec<(usize, Found)> =
        everything.filter_map(|found| Some((distance(found, &words)?, found))).collect();
    // Stable: of equally good ones the actions come first, each kind in the order of its names.
    found.sort_by_key(|(distance, _)| *distance);
    found.into_iter().map(|(_, found)| found).collect()
}

/// How far away from the name the words are found; `None` when one is found nowhere.
fn distance(found: Found, words: &[String]) -> Option<usize> {
    let name = key(found.name());
    let in_name = name_words(found.name());
    let parts = found.parts().map(|part| key(&part));
    let of_word = |word: &String| {
        if in_name.contains(word) {
            return Some(0);
        }
        if name.contains(word.as_str()) {
            return Some(1);
        }
        parts.iter().position(|part| part.contains(word.as_str())).map(|place| place + 2)
    };
    words.iter().map(of_word).sum()
}

#[cfg(test)]
mod tests {
    use super::{Found, search};
    use crate::catalogue::{actions, all};

    fn names(words: &[&str]) -> Vec<&'static str> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        search(&words).into_iter().map(Found::name).collect()
    }

    #[test]
    fn hits_in_names_come_first() {
        let found = names(&["mfa"]);
        let first: Vec<_> = found.iter().take_while(|name| name.to_lowercase().contains("mfa")).collect();
        for name in ["ExecPerUserMFA", "ExecResetMFA", "ListMFAUsers", "ListPerUserMFA", "set_per_user_mfa"] {
            assert!(first.contains(&&name), "{name} is not among {first:?}");
        }
        assert!(found.len() > first.len(), "descriptions are searched too");
    }

    #[test]
    fn every_word_must_be_found() {
        assert_eq!(names(&["Reset", "MFA"])[..2], ["reset_mfa", "ExecResetMFA"]);
        assert_eq!(names(&["mfa", "zebra"]), [""; 0]);
    }

    #[test]
    fn no_words_find_all() {
        assert_eq!(names(&[]).len(), all().len() + actions().len());
    }
}
