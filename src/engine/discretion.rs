//! Whether code may be kept: what people type can hold secrets, and these are kept nowhere.

use std::{collections::HashSet, sync::OnceLock};

use super::{
    lex::{self, Kind},
    script::Script,
};
use crate::{
    catalogue::{self, Endpoint},
    redact,
};

/// Functions whose lines deal with secrets.
const CALLS: &[&str] = &["prompt_secret", "reveal"];

/// How likely a secret stands in a text. It is better to believe so once too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Secrecy {
    /// Nothing speaks for it.
    Open,
    /// Something is named as secrets are, perhaps only to read it.
    Perhaps,
    /// Something looks like a secret, or is given to a name of one.
    Likely,
}

/// How likely a secret stands in this code.
pub fn secrecy(text: &str) -> Secrecy {
    if redact::text(text) != text || is_given(text) {
        Secrecy::Likely
    } else if words(text).any(|(word, is_called)| !is_called && redact::is_secret_name(word))
        || called(text).any(|endpoint| names_a_secret(endpoint, text))
    {
        Secrecy::Perhaps
    } else {
        Secrecy::Open
    }
}

impl Script {
    /// Whether a secret may stand in its text.
    pub fn may_hold_secrets(&self) -> bool {
        secrecy(&self.text) > Secrecy::Open
    }
}

/// Whether something is given to a name of a secret, in a map, by `=`, or as in `map.set("name", …)`.
fn is_given(text: &str) -> bool {
    let tokens = lex::lex(text).tokens;
    let word = |at: usize| tokens.get(at).and_then(|token| text.get(token.range.clone())).unwrap_or_default();
    tokens.iter().enumerate().any(|(at, token)| {
        let name = word(at).trim_matches('"');
        let gives = match token.kind {
            Kind::Word => matches!(word(at + 1), ":" | "=" | "]"),
            Kind::Text => matches!(word(at + 1), ":" | "=" | "]") || word(at + 1) == "," && is_open(&tokens, at, text),
            _ => false,
        };
        CALLS.contains(&name) || gives && is_secret(name)
    })
}

/// Whether the bracket of a call stands before it.
fn is_open(tokens: &[lex::Token], at: usize, text: &str) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    before.and_then(|token| text.get(token.range.clone())) == Some("(")
}

fn is_secret(name: &str) -> bool {
    redact::is_secret_name(name) || known().contains(&name.replace('_', "").to_lowercase())
}

/// The names of the catalogue's secret parameters.
fn known() -> &'static HashSet<String> {
    static KNOWN: OnceLock<HashSet<String>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let wire = catalogue::all().iter().flat_map(|endpoint| endpoint.params).filter(|param| param.secret);
        let wire = wire.map(|param| param.path.rsplit('.').next().unwrap_or(param.path));
        let actions = catalogue::actions().iter().flat_map(|action| action.params);
        let actions = actions.filter(|param| param.param.is_some_and(|param| param.secret)).map(|param| param.name);
        wire.chain(actions).map(|name| name.replace(['_', '[', ']'], "").to_lowercase()).collect()
    })
}

/// All words, those in texts and comments too; and whether each is called as a function.
pub(super) fn words(text: &str) -> impl Iterator<Item = (&str, bool)> {
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
    use super::{Secrecy::*, *};

    #[test]
    fn code_with_secrets_is_found() {
        for (text, expected) in [
            ("ListUsers(#{ tenantFilter: \"contoso.com\" }).len()", Open),
            ("user::reset_password(t, #{ user_id: u })", Open),
            ("user::reset_password(t, #{ user_id: \"ann@contoso.com\" })", Open),
            ("let a = 1; // the client secret", Perhaps),
            ("print(\"the password is not here\")", Perhaps),
            ("users.filter(|u| u.lastPasswordChangeDateTime < ago(\"90d\"))", Perhaps),
            ("ListUsers(#{ fields: [\"passwordPolicies\", \"id\"] })", Perhaps),
            ("AddUser(#{ password: p })", Likely),
            ("AddUser(#{ password: \"hunter2\" })", Likely),
            ("AddUser(#{ \"Password\": p })", Likely),
            ("let new_password = \"hunter2\"", Likely),
            ("m[\"client_secret\"] = \"x\"", Likely),
            ("m.set(\"password\", \"hunter2\")", Likely),
            ("prompt_secret(\"Password\")", Likely),
            ("it.reveal()", Likely),
            ("api(\"ExecSomething\", #{ body: #{ ApiKey: x } })", Likely),
            ("AddScheduledItem(#{ parameters: #{ x: \"y\" } })", Likely),
        ] {
            assert_eq!(secrecy(text), expected, "{text}");
            assert_eq!(Script::code(text).may_hold_secrets(), expected > Open, "{text}");
        }
    }

    #[test]
    fn the_catalogue_tells_more_names() {
        assert!(known().contains("apikey"));
    }
}
