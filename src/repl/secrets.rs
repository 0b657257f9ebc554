//! Lines that hold a secret are kept nowhere.

use std::{collections::HashSet, sync::OnceLock};

use crate::{
    catalogue,
    engine::lex::{self, Kind},
    redact,
};

/// Functions whose lines deal with secrets.
const CALLS: &[&str] = &["prompt_secret", "reveal"];

/// Whether a line may hold a secret: it looks like one, or something is given to a name of one.
pub(super) fn are_in(text: &str) -> bool {
    if redact::text(text) != text {
        return true;
    }
    let tokens = lex::lex(text).tokens;
    let word = |at: usize| tokens.get(at).and_then(|token| text.get(token.range.clone())).unwrap_or_default();
    (0..tokens.len()).any(|at| {
        let is_name = tokens.get(at).is_some_and(|token| matches!(token.kind, Kind::Word | Kind::Text));
        let name = word(at).trim_matches('"');
        CALLS.contains(&name) || is_name && matches!(word(at + 1), ":" | "=" | "]") && is_secret(name)
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_secrets_are_known() {
        let cases = [
            ("AddUser(#{ password: \"hunter2\" })", true),
            ("AddUser(#{ \"Password\": p })", true),
            ("let new_password = \"hunter2\"", true),
            ("m[\"client_secret\"] = \"x\"", true),
            ("prompt_secret(\"Password\")", true),
            ("it.reveal()", true),
            ("ListUsers(#{ tenantFilter: \"contoso.com\" })", false),
            ("print(\"the password is not here\")", false),
            ("user::reset_password(t, #{ user_id: \"ann@contoso.com\" })", false),
        ];
        for (text, expected) in cases {
            assert_eq!(are_in(text), expected, "{text}");
        }
    }

    #[test]
    fn the_catalogue_tells_more_names() {
        assert!(!known().is_empty());
    }
}
