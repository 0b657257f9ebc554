//! Names with `*` in them.

/// Whether a name is of this pattern: `*` stands for any letters or none, and case does not matter.
pub(in crate::session) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.trim().to_lowercase(), name.trim().to_lowercase());
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        let cases = [
            ("contoso.com", "Contoso.com", true),
            ("contoso.com", "contoso.com.evil", false),
            ("*", "", true),
            ("*", "x", true),
            ("*.contoso.com", "a.contoso.com", true),
            ("*.contoso.com", "contoso.com", false),
            ("List*User*", "ListUsers", true),
            ("List*User*", "ListMail", false),
            ("a*b*a", "aba", true),
            ("a*b*a", "ab", false),
            ("ab*b", "ab", false),
            ("", "", true),
            ("", "x", false),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
