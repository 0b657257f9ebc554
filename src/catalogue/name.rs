//! How names are compared: without regard to case, underscores and a leading `$`.

/// The form of a name in which equal names are equal texts: `tenant_filter` and `tenantFilter` give `tenantfilter`.
pub(crate) fn key(name: &str) -> String {
    letters(name).collect()
}

/// What counts of a name, letter by letter.
pub(crate) fn letters(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars().filter(|c| !matches!(c, '_' | '$')).flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn spellings_of_one_name_have_one_key() {
        for (name, expected) in [
            ("ListUsers", "listusers"),
            ("list_users", "listusers"),
            ("$select", "select"),
            ("permissions[].UserID", "permissions[].userid"),
        ] {
            assert_eq!(key(name), expected, "{name}");
        }
    }
}
