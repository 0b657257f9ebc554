//! The words that a name is made of.

/// The words of a name in lower case: `ListPerUserMFA` gives list, per, user, mfa.
///
/// A word starts at a capital after a small letter, at the last capital of a row that a small letter follows, and
/// after anything that is neither letter nor digit.
pub(crate) fn name_words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at)).copied().unwrap_or(' ');
        let after = letters.get(at + 1).copied().unwrap_or(' ');
        let starts = letter.is_uppercase() && (!before.is_uppercase() || after.is_lowercase());
        if starts || !letter.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::name_words;

    #[test]
    fn a_name_falls_into_words() {
        for (name, expected) in [
            ("ListPerUserMFA", "list per user mfa"),
            ("ListMFAUsers", "list mfa users"),
            ("ExecSPOVersionCleanup", "exec spo version cleanup"),
            ("listStandardTemplates", "list standard templates"),
            ("DomainAnalyser_List", "domain analyser list"),
            ("set_per_user_mfa", "set per user mfa"),
            ("ListmailboxPermissions", "listmailbox permissions"),
            ("ExecUniversalSearchV2", "exec universal search v2"),
            ("", ""),
        ] {
            assert_eq!(name_words(name).join(" "), expected, "{name}");
        }
    }
}
