//! Whether two names are so close that one is probably a slip for the other.

/// Shorter names differ by one letter too often on purpose, for example `Id` and `ID2`.
const SHORTEST: usize = 5;

/// Whether `name` is one edit (a letter changed, added, left out, or two swapped) away from `other`.
///
/// Case is ignored and equal names are not near. Names under five letters are never near, nor are names
/// whose difference is a digit: `address1` is no slip for `address2`.
pub fn near(name: &str, other: &str) -> bool {
    let (a, b) = (name.as_bytes(), other.as_bytes());
    if a.len().min(b.len()) < SHORTEST || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let start = a.iter().zip(b).take_while(|(x, y)| x.eq_ignore_ascii_case(y)).count();
    let (a, b) = (&a[start..], &b[start..]);
    let same_end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x.eq_ignore_ascii_case(y)).count();
    let (a, b) = (&a[..a.len() - same_end.min(a.len())], &b[..b.len() - same_end.min(b.len())]);
    match (a, b) {
        ([x], [y]) => !x.is_ascii_digit() && !y.is_ascii_digit(),
        ([x], []) | ([], [x]) => !x.is_ascii_digit(),
        ([x, y], [v, w]) => x.eq_ignore_ascii_case(w) && y.eq_ignore_ascii_case(v),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_edit_is_near() {
        for (name, other, expected) in [
            ("displayNam", "displayName", true),
            ("displayyName", "displayName", true),
            ("dispalyName", "displayName", true),
            ("displayMame", "displayName", true),
            ("isplayName", "displayName", true),
            ("DISPLAYNAM", "displayName", true),
            ("businessPhone", "businessPhones", true),
            ("displayName", "displayName", false),
            ("displayname", "displayName", false),
            ("dsplayNam", "displayName", false),
            ("mails", "email", false),
            ("mail", "mails", false),
            ("address2", "address1", false),
            ("address", "address1", false),
            ("aaaaaa", "aaaaa", true),
            ("", "", false),
        ] {
            assert_eq!(near(name, other), expected, "{name} {other}");
            assert_eq!(near(other, name), expected, "{other} {name}");
        }
    }
}
