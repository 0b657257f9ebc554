//! Paths of parameters: `tenantFilter`, `Scheduled.date`, `permissions[].UserID`, `[].userIds`.

/// The mark of one element of a list.
const ELEMENT: &str = "[]";

/// The reason why a text is no path, if it is none.
pub(crate) fn fault(path: &str) -> Option<&'static str> {
    let inner = path.strip_prefix("[].").unwrap_or(path);
    for part in inner.split('.') {
        let name = part.strip_suffix(ELEMENT).unwrap_or(part);
        // The server reads a few keys that look like elements, `businessPhones[0]`; they are names like any other.
        let (name, index) = name.split_once('[').unwrap_or((name, "0]"));
        let index = index.strip_suffix(']').unwrap_or_default();
        if index.is_empty() || !index.chars().all(|c| c.is_ascii_digit()) {
            return Some("brackets in the path hold nothing or a number");
        }
        if name.is_empty() {
            return Some("a part of the path has no name");
        }
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || "_-$@".contains(c)) {
            return Some("a name in the path has a character other than letters, digits, _, -, @ and $");
        }
    }
    inner.ends_with(ELEMENT).then_some("the path ends in []; name the list itself")
}

/// The parameter that a nested one lies in, and whether that is a list; `None` at the root.
pub(crate) fn parent(path: &str) -> Option<(&str, bool)> {
    let (parent, _) = path.rsplit_once('.')?;
    match parent.strip_suffix(ELEMENT) {
        Some("") => None,
        Some(list) => Some((list, true)),
        None => Some((parent, false)),
    }
}

#[cfg(test)]
mod tests {
    use super::{fault, parent};

    #[test]
    fn paths_are_names_joined_by_dots() {
        for good in ["a", "$select", "a.b", "a[].b", "[].a", "[].a[].b.c", "@odata.type", "rate-limit", "a_b", "a[0]"] {
            assert_eq!(fault(good), None, "{good}");
        }
        for bad in ["", "a.", ".a", "a[]", "[]", "[].", "a b", "a[][].b", "a..b", "[0]", "a[x]", "a{}"] {
            assert!(fault(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn a_nested_parameter_lies_in_a_map_or_a_list() {
        for (path, expected) in [
            ("a", None),
            ("[].a", None),
            ("a.b", Some(("a", false))),
            ("a[].b", Some(("a", true))),
            ("a.b[].c", Some(("a.b", true))),
            ("[].a.b", Some(("[].a", false))),
        ] {
            assert_eq!(parent(path), expected, "{path}");
        }
    }
}
