//! Takes secrets out of text: the one place that knows what a secret looks like.
//!
//! A secret is known in three ways. By its value: [`remember`] keeps those that this process itself uses. By its name:
//! [`is_secret_name`]. And by its form: tokens, and what stands behind a word for a password. Values of replies that a
//! record calls secret never become text in the first place.

use std::{
    borrow::Cow,
    sync::{LazyLock, PoisonError, RwLock},
};

use regex::{Captures, Regex};

/// What is shown in place of a secret.
pub const MASK: &str = "••••";

/// Shorter ones would mask parts of ordinary words.
const SHORTEST: usize = 6;

/// Parts of names whose values are secrets, whatever a record says: an endpoint that the catalogue does not know has
/// none. Lower case, without separators.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "passcode",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "credential",
    "authorization",
];

/// Secrets that this process uses: the client secret and its tokens. Longest first.
static KNOWN: RwLock<Vec<String>> = RwLock::new(Vec::new());

/// How a secret looks: the first group stays, what stands behind it is masked.
struct Form {
    /// Every text that has one has one of these in it, in any case of letters. To look for them is cheap, and to
    /// compile a pattern takes longer than the start of the whole program.
    hints: &'static [&'static str],
    pattern: LazyLock<Regex>,
}

static FORMS: [Form; 4] = [
    Form { hints: &["eyj"], pattern: LazyLock::new(|| compiled(r"\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,2}")) },
    Form { hints: &["bearer"], pattern: LazyLock::new(|| compiled(r"(?i)(\bbearer\s+)[A-Za-z0-9._~+/=-]{16,}")) },
    Form {
        hints: &["secret", "passw", "passphrase", "passcode", "token", "api", "assertion"],
        pattern: LazyLock::new(|| {
            compiled(
                r#"(?i)((?:secret|passw(?:or)?d|passphrase|passcode|token|api_?key|assertion)(?:=["']?|["']\s*[:=]\s*["']))[^\s"'&,;}]+"#,
            )
        }),
    },
    Form {
        hints: &["password", "passcode", "passphrase", "access pass"],
        pattern: LazyLock::new(|| {
            compiled(
                r#"(?i)(\b(?:password|passcode|passphrase|access pass)\b[^.:\n]{0,60}?(?: is |:)\s*)["']?([^\s"']{4,})"#,
            )
        }),
    },
];

#[allow(clippy::expect_used, reason = "the patterns are constants, and the tests use them")]
fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is well formed")
}

/// A word for a secret, and all that is said to be it.
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    compiled(r"(?is)(\b(?:password|passcode|pin|key|secret|token|access pass)\b[^:]*?(?: is |:)\s*).+")
});

/// Masks this secret in all texts from now on.
pub fn remember(secret: &str) {
    if secret.len() < SHORTEST {
        return;
    }
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if !known.iter().any(|other| other == secret) {
        let at = known.partition_point(|other| other.len() >= secret.len());
        known.insert(at, secret.to_owned());
    }
}

/// The text with a mask in place of every secret that is known, and of whatever looks like one.
pub fn text(text: &str) -> Cow<'_, str> {
    let mut clean = Cow::Borrowed(text);
    for secret in KNOWN.read().unwrap_or_else(PoisonError::into_inner).iter() {
        if clean.contains(secret.as_str()) {
            clean = Cow::Owned(clean.replace(secret.as_str(), MASK));
        }
    }
    let lower = text.to_ascii_lowercase();
    for form in FORMS.iter().filter(|form| form.hints.iter().any(|hint| lower.contains(hint))) {
        let masked = form.pattern.replace_all(&clean, masked);
        if let Cow::Owned(masked) = masked {
            clean = Cow::Owned(masked);
        }
    }
    clean
}

/// Keeps the label of what was found. Behind a word for a password stands the reason of a failure as often as the
/// password: a plain word is left alone there.
fn masked(found: &Captures<'_>) -> String {
    let label = found.get(1).map_or("", |label| label.as_str());
    match found.get(2) {
        Some(word) if is_word(word.as_str()) => found[0].to_owned(),
        _ => format!("{label}{MASK}"),
    }
}

fn is_word(text: &str) -> bool {
    text.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']).chars().all(char::is_alphabetic)
        || text.starts_with(MASK)
}

/// The text with all masked that stands behind a word for a secret, whatever it is.
pub fn behind_label(text: &str) -> String {
    LABEL.replace(text, |found: &Captures<'_>| format!("{}{MASK}", &found[1])).into_owned()
}

/// Whether a field of this name holds a secret.
pub fn is_secret_name(name: &str) -> bool {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    NAMES.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_secret_is_masked() {
        let cases = [
            ("token eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.sig-nature_1 refused", "token •••• refused"),
            ("Authorization: Bearer 0123456789abcdefXYZ", "Authorization: Bearer ••••"),
            ("grant_type=x&client_secret=a~b.C&scope=y", "grant_type=x&client_secret=••••&scope=y"),
            ("CIPP_CLIENT_SECRET=hush-hush", "CIPP_CLIENT_SECRET=••••"),
            (r#"{"clientSecret":"a~b","id":"1"}"#, r#"{"clientSecret":"••••","id":"1"}"#),
            (r#"{"access_token": "abc"}"#, r#"{"access_token": "••••"}"#),
            ("Created New User. Password: Hush.1-x", "Created New User. Password: ••••"),
            ("the new password for Ann is Hush1!", "the new password for Ann is ••••"),
            ("passwd='hush' PassPhrase=hush", "passwd='••••' PassPhrase=••••"),
            ("api_key=a1b2 APIKEY=a1b2", "api_key=•••• APIKEY=••••"),
            ("client_assertion=a.b.c", "client_assertion=••••"),
            (r#"{"passcode": "1-2-3"}"#, r#"{"passcode": "••••"}"#),
            ("The passcode is Hush.12", "The passcode is ••••"),
            ("Temporary Access Pass for Ann: Hush.12", "Temporary Access Pass for Ann: ••••"),
            ("his passphrase: Hush.12", "his passphrase: ••••"),
        ];
        for (given, clean) in cases {
            assert_eq!(text(given), clean, "{given}");
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for given in [
            "no token: https://login.example/x refuses",
            "no client secret: LAB_SECRET is not set",
            "Failed to reset the password: Insufficient privileges to complete the operation.",
            "Bearer realm=\"127.0.0.1\"",
            "secret = { env = \"NAME\" }",
            "the client secret is wrong: AADSTS7000215",
            "password: ••••",
        ] {
            assert_eq!(text(given), given);
        }
    }

    #[test]
    fn known_secrets_are_masked_wherever_they_stand() {
        remember("planted-known-value");
        remember("planted-known-value-and-more");
        remember("short");
        assert_eq!(text("xplanted-known-value-and-morey planted-known-value short"), "x••••y •••• short");
    }

    #[test]
    fn names_tell_secrets() {
        for (name, secret) in
            [("Client_Secret", true), ("newPassword", true), ("apiKey", true), ("displayName", false), ("key", false)]
        {
            assert_eq!(is_secret_name(name), secret, "{name}");
        }
    }
}
