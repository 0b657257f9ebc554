//! Endpoints by words: what somebody looks for who does not know its name.

use super::lookup::all;
use super::name::key;
use super::name_words::name_words;
use super::record::Endpoint;

/// The endpoints that have every one of the words in their name, area, role, parameters or description, without
/// regard to case; those with the words in their names first. No words find all.
pub fn search(words: &[String]) -> Vec<&'static Endpoint> {
    let words: Vec<String> = words.iter().map(|word| key(word)).filter(|word| !word.is_empty()).collect();
    let mut found: Vec<(usize, &Endpoint)> =
        all().iter().filter_map(|endpoint| Some((distance(endpoint, &words)?, endpoint))).collect();
    // Stable: equally good ones stay in the order of their names.
    found.sort_by_key(|(distance, _)| *distance);
    found.into_iter().map(|(_, endpoint)| endpoint).collect()
}

/// How far away from the name the words are found; `None` when one is found nowhere.
fn distance(endpoint: &Endpoint, words: &[String]) -> Option<usize> {
    let name = key(endpoint.name);
    let in_name = name_words(endpoint.name);
    let parts = [
        format!("{} {}", endpoint.area, endpoint.role),
        endpoint.params.iter().map(|param| param.path).collect::<Vec<_>>().join(" "),
        endpoint.about.to_owned(),
    ];
    let parts = parts.map(|part| key(&part));
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
    use super::search;
    use crate::catalogue::all;

    fn names(words: &[&str]) -> Vec<&'static str> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        search(&words).into_iter().map(|endpoint| endpoint.name).collect()
    }

    #[test]
    fn hits_in_names_come_first() {
        let found = names(&["mfa"]);
        let first: Vec<_> = found.iter().take_while(|name| name.contains("MFA")).collect();
        for name in ["ExecPerUserMFA", "ExecResetMFA", "ListMFAUsers", "ListPerUserMFA"] {
            assert!(first.contains(&&name), "{name} is not among {first:?}");
        }
        assert!(found.len() > first.len(), "descriptions are searched too");
    }

    #[test]
    fn every_word_must_be_found() {
        assert_eq!(names(&["Reset", "MFA"]).first(), Some(&"ExecResetMFA"));
        assert_eq!(names(&["mfa", "zebra"]), [""; 0]);
    }

    #[test]
    fn no_words_find_all() {
        assert_eq!(names(&[]).len(), all().len());
    }
}
