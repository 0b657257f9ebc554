//! Code in colours.

use super::complete::{self, catalogue_name, is_action_namespace};
use crate::engine::{
    lex::{self, Kind, Token},
    natives,
};

/// What a word is, by which it is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Plain,
    Keyword,
    /// A function of ours, an action or an endpoint.
    Known,
    /// What is not in a namespace of ours.
    Wrong,
    Text,
    Number,
    Comment,
    /// One of two brackets that belong together.
    Pair,
}

impl Look {
    fn start(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Keyword => "\x1b[35m",
            Self::Known => "\x1b[36m",
            Self::Wrong => "\x1b[31m",
            Self::Text => "\x1b[32m",
            Self::Number => "\x1b[33m",
            Self::Comment => "\x1b[2m",
            Self::Pair => "\x1b[1;4m",
        }
    }
}

/// The end of every colour.
pub(super) const END: &str = "\x1b[0m";

/// The text in colours, with the bracket at the cursor and its partner marked.
pub(super) fn code(text: &str, cursor: usize) -> String {
    if text.trim_start().starts_with(':') {
        return text.to_owned();
    }
    let tokens = lex::lex(text).tokens;
    let pair = pair(text, &tokens, cursor);
    let mut coloured = String::with_capacity(text.len() * 2);
    let mut end = 0;
    for (at, token) in tokens.iter().enumerate() {
        coloured.push_str(text.get(end..token.range.start).unwrap_or_default());
        end = token.range.end;
        let word = text.get(token.range.clone()).unwrap_or_default();
        let look = if pair.contains(&Some(at)) { Look::Pair } else { look(text, &tokens, at) };
        if look == Look::Plain {
            coloured.push_str(word);
        } else {
            coloured.extend([look.start(), word, END]);
        }
    }
    coloured.push_str(text.get(end..).unwrap_or_default());
    coloured
}

fn look(text: &str, tokens: &[Token], at: usize) -> Look {
    let word = |at: usize| tokens.get(at).and_then(|token| text.get(token.range.clone())).unwrap_or_default();
    let behind = at.checked_sub(1).map_or("", word);
    match tokens.get(at).map(|token| token.kind) {
        Some(Kind::Comment) => Look::Comment,
        Some(Kind::Text | Kind::Char) => Look::Text,
        Some(Kind::Number) => Look::Number,
        Some(Kind::Word) if complete::is_keyword(word(at)) && behind != "." => Look::Keyword,
        Some(Kind::Word) if behind == "::" => {
            let namespace = at.checked_sub(2).map_or("", word);
            let name = format!("{namespace}::{}", word(at));
            let is_known = catalogue_name(&name).is_some() || natives::find(&name).is_some();
            // What is still being typed is not wrong yet.
            let is_typed = tokens.get(at + 1).is_none();
            match (is_known, is_action_namespace(namespace) && !is_typed) {
                (true, _) => Look::Known,
                (false, true) => Look::Wrong,
                (false, false) => Look::Plain,
            }
        }
        Some(Kind::Word) if word(at + 1) == "::" => {
            if natives::namespaces().any(|known| known == word(at)) {
                Look::Known
            } else {
                Look::Plain
            }
        }
        Some(Kind::Word) if word(at + 1) == "(" => {
            let is_known = natives::find(word(at)).is_some() || catalogue_name(word(at)).is_some();
            if is_known { Look::Known } else { Look::Plain }
        }
        _ => Look::Plain,
    }
}

/// The tokens of the bracket at or before the cursor and its partner.
fn pair(text: &str, tokens: &[Token], cursor: usize) -> [Option<usize>; 2] {
    let is_bracket = |token: &Token| matches!(token.kind, Kind::Open | Kind::Close);
    let touches = |token: &&Token| is_bracket(token) && (token.range.start == cursor || token.range.end == cursor);
    let Some(here) = tokens.iter().position(|token| touches(&token)) else { return [None, None] };
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open => open.push(at),
            Kind::Close => {
                let partner = open.pop();
                let fits = partner.and_then(|at| tokens.get(at)).is_some_and(|token| {
                    let start = text.get(token.range.clone()).unwrap_or_default();
                    matches!(
                        (start.chars().last(), text.get(tokens.get(at).map_or(0..0, |token| token.range.clone()))),
                        (Some('('), Some(")")) | (Some('['), Some("]")) | (Some('{'), Some("}"))
                    )
                });
                if fits && (at == here || partner == Some(here)) {
                    return [partner, Some(at)];
                }
            }
            _ => {}
        }
    }
    [None, None]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_change_nothing_else() {
        let cases = [
            ("let x = 1;", "\x1b[35mlet\x1b[0m x = \x1b[33m1\x1b[0m;"),
            ("user::set_per_user_mfa(", "\x1b[36muser\x1b[0m::\x1b[36mset_per_user_mfa\x1b[0m("),
            ("user::set_mfa(1", "\x1b[36muser\x1b[0m::\x1b[31mset_mfa\x1b[0m(\x1b[33m1\x1b[0m"),
            ("ListUsers(#{}) // ü", "\x1b[36mListUsers\x1b[0m(#{}) \x1b[2m// ü\x1b[0m"),
            (":help let", ":help let"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text, usize::MAX), expected);
        }
    }

    #[test]
    fn brackets_that_belong_together_are_marked() {
        assert_eq!(code("f((1))", 6), "f\x1b[1;4m(\x1b[0m(\x1b[33m1\x1b[0m)\x1b[1;4m)\x1b[0m");
        assert_eq!(code("f(]", 1), "f(]");
    }
}
