//! Names that nearly fit, to suggest in place of one that does not.

use crate::catalogue::name::key;

/// How many suggestions are given at most.
const MOST: usize = 3;

/// The candidates that `given` may have been meant for, nearest first.
pub(crate) fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let given = key(given);
    let mut near: Vec<(usize, &str)> =
        candidates.into_iter().filter_map(|candidate| Some((distance(&given, &key(candidate))?, candidate))).collect();
    near.sort_by_key(|(distance, _)| *distance);
    near.dedup_by_key(|(_, candidate)| *candidate);
    near.truncate(MOST);
    near.into_iter().map(|(_, candidate)| candidate).collect()
}

/// `did you mean a, b or c?`, or nothing when there is nothing to suggest.
pub(crate) fn did_you_mean(near: &[&str]) -> Option<String> {
    (!near.is_empty()).then(|| format!("did you mean {}?", in_words(near, "or")))
}

/// `a, b or c`, with this word before the last.
pub(crate) fn in_words(names: &[&str], word: &str) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

/// A slip of the keyboard costs its edits, a name that is only begun or is a part of the other costs more.
fn distance(given: &str, candidate: &str) -> Option<usize> {
    let edits = strsim::damerau_levenshtein(given, candidate);
    let shorter = given.chars().count().min(candidate.chars().count());
    if edits <= (shorter / 3).max(1) {
        Some(edits)
    } else if shorter >= 4 && (candidate.contains(given) || given.contains(candidate)) {
        Some(100 + edits)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions() {
        let names = ["tenantFilter", "UserID", "graphFilter", "IncludeLogonDetails"];
        let cases: [(&str, &[&str]); 6] = [
            ("tenantFiltr", &["tenantFilter"]),
            ("tenant_fitler", &["tenantFilter"]),
            ("tenant", &["tenantFilter"]),
            ("filter", &["tenantFilter", "graphFilter"]),
            ("UserIDs", &["UserID"]),
            ("colour", &[]),
        ];
        for (given, expected) in cases {
            let mut near = nearest(given, names);
            near.sort_by_key(|name| expected.iter().position(|other| other == name));
            assert_eq!(near, expected, "{given}");
        }
    }

    #[test]
    fn lists_in_words() {
        assert_eq!(did_you_mean(&["a", "b", "c"]).as_deref(), Some("did you mean a, b or c?"));
        assert_eq!(did_you_mean(&[]), None);
    }
}
