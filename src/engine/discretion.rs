//! Whether code may be kept: what is typed on a command line can hold secrets, and these are kept nowhere.

use super::script::Script;
use crate::{
    catalogue::{self, Endpoint},
    redact,
};

impl Script {
    /// Whether a secret may stand in its text. It is better to believe so once too often.
    pub fn may_hold_secrets(&self) -> bool {
        let text = self.text.as_str();
        redact::text(text) != text
            || words(text).any(|(word, is_called)| !is_called && redact::is_secret_name(word))
            || called(text).any(|endpoint| names_a_secret(endpoint, text))
    }
}

/// All words, those in texts and comments too; and whether each is called as a function.
fn words(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(is_part)?;
        let from = rest.get(start..)?;
        let end = from.find(|c| !is_part(c)).unwrap_or(from.len());
        let (word, behind) = from.split_at(end);
        rest = behind;
        Some((word, behind.trim_start().starts_with('(')))
    })
}

/// The endpoints that it names, by their own names or those of actions.
fn called(text: &str) -> impl Iterator<Item = &'static Endpoint> {
    words(text).flat_map(|(word, _)| {
        let actions = catalogue::actions().iter().filter(move |action| action.name == word);
        actions.map(|action| action.endpoint).chain(catalogue::find(word))
    })
}

/// Whether it names a parameter of the endpoint that is a secret.
fn names_a_secret(endpoint: &Endpoint, text: &str) -> bool {
    endpoint.params.iter().filter(|param| param.secret).any(|param| {
        let name = param.path.rsplit('.').next().unwrap_or_default().trim_end_matches("[]");
        words(text).any(|(word, _)| catalogue::same_name(word, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_with_secrets_is_found() {
        for (text, expected) in [
            ("ListUsers(#{ tenantFilter: \"contoso.com\" }).len()", false),
            ("user::reset_password(t, #{ user_id: u })", false),
            ("AddUser(#{ password: p })", true),
            ("let a = 1; // the client secret", true),
            ("api(\"ExecSomething\", #{ body: #{ ApiKey: x } })", true),
            ("AddScheduledItem(#{ parameters: #{ x: \"y\" } })", true),
            ("ListUsers(#{ parameters: 1 })", false),
        ] {
            assert_eq!(Script::code(text).may_hold_secrets(), expected, "{text}");
        }
    }
}
