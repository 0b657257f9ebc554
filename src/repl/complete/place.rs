//! Where in a piece of code the cursor stands, and what could stand there.

use super::receiver::{self, Receiver};
use crate::engine::lex::{self, Kind, Open, Token, lex};

/// What could stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing that is known.
    Nowhere,
    /// A module, in the quotes of an `import`.
    Module,
    /// A file, in quotes.
    File,
    /// The name of a parameter of a call, or below the parameter at `path`; those that are given are left out.
    Name { call: String, path: String, given: Vec<String> },
    /// The value of a parameter.
    Value { call: String, path: String },
    /// What a call takes before its map.
    First { call: String },
    /// A property or a method of a value.
    Member(Receiver),
    /// A property of a value, in quotes.
    Index(Receiver),
    /// What a namespace has.
    InNamespace(String),
    /// Any word of the language.
    Word,
}

/// The place of the cursor.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) place: Place,
    /// Where what is being typed starts, in bytes.
    pub(super) start: usize,
    /// It is inside of quotes.
    pub(super) quoted: bool,
    /// The call that it stands in, innermost first.
    pub(super) call: Option<String>,
}

/// The tokens before the cursor, and how they lie in each other.
pub(super) struct Before<'t> {
    pub(super) text: &'t str,
    pub(super) tokens: Vec<Token>,
    /// The brackets that are open at the cursor, as indices of tokens, innermost last.
    open: Vec<usize>,
}

impl<'t> Before<'t> {
    pub(super) fn word(&self, at: usize) -> &'t str {
        self.tokens.get(at).and_then(|token| self.text.get(token.range.clone())).unwrap_or_default()
    }

    pub(super) fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn last(&self) -> &'t str {
        self.tokens.len().checked_sub(1).map_or("", |at| self.word(at))
    }

    /// What is called by the bracket with this index: `name`, `namespace::name`.
    pub(super) fn callee(&self, bracket: usize) -> Option<String> {
        let at = bracket.checked_sub(1)?;
        if self.kind(at) != Some(Kind::Word) {
            return None;
        }
        let name = self.word(at);
        match at.checked_sub(2).filter(|_| self.word(at - 1) == "::") {
            Some(namespace) => Some(format!("{}::{name}", self.word(namespace))),
            None => Some(name.to_owned()),
        }
    }

    /// The tokens behind a bracket, those in inner brackets aside, as indices.
    fn inside(&self, bracket: usize) -> Vec<usize> {
        let mut depth = 0_usize;
        let mut found = Vec::new();
        for at in bracket + 1..self.tokens.len() {
            if self.kind(at) == Some(Kind::Close) {
                depth = depth.saturating_sub(1);
            }
            if depth == 0 {
                found.push(at);
            }
            if self.kind(at) == Some(Kind::Open) {
                depth += 1;
            }
        }
        found
    }

    /// The part of a list behind the last comma.
    fn item(&self, bracket: usize) -> Vec<usize> {
        let inside = self.inside(bracket);
        let comma = inside.iter().rposition(|at| self.word(*at) == ",");
        inside.into_iter().skip(comma.map_or(0, |at| at + 1)).collect()
    }

    /// How many commas lie between a bracket and the cursor.
    fn commas(&self, bracket: usize) -> usize {
        self.inside(bracket).iter().filter(|at| self.word(**at) == ",").count()
    }

    /// The call that a map or list, which is the open bracket number `level`, belongs to, and the path in it.
    fn parameter(&self, level: usize) -> Option<(String, String)> {
        let bracket = *self.open.get(level)?;
        let outer = level.checked_sub(1)?;
        let around = *self.open.get(outer)?;
        match (self.word(bracket), self.word(around)) {
            ("#{", "(") => Some((self.callee(around)?, String::new())),
            // A body that is an array at its root.
            ("[", "(") => Some((self.callee(around)?, "[]".into())),
            (inner, "#{") => {
                let (call, path) = self.parameter(outer)?;
                let entry = self.item(around);
                let key = name_of(self.word(*entry.first()?));
                let list = if inner == "[" { "[]" } else { "" };
                Some((call, joined(&path, key) + list))
            }
            ("#{", "[") => self.parameter(outer),
            _ => None,
        }
    }
}

/// Finds the place of a cursor in code.
pub(super) fn find(text: &str, cursor: usize) -> Found {
    let typed = text.get(..cursor).unwrap_or(text);
    let lexed = lex(typed);
    let nowhere = Found { place: Place::Nowhere, start: typed.len(), quoted: false, call: None };
    let ends_here = |token: &&Token| token.range.end == typed.len();
    let is_comment = lexed.tokens.last().filter(ends_here).is_some_and(|token| {
        token.kind == Kind::Comment && (lexed.open == Open::Comment || !typed[token.range.clone()].ends_with("*/"))
    });
    if is_comment {
        return nowhere;
    }
    let quoted = matches!(lexed.open, Open::Quoted | Open::Text);
    let mut tokens: Vec<Token> = lexed.tokens.into_iter().filter(|token| token.kind != Kind::Comment).collect();
    let in_word = |token: &Token| quoted || token.kind == Kind::Word;
    let start = match tokens.last().filter(ends_here).filter(|token| in_word(token)) {
        Some(token) => token.range.start + usize::from(quoted),
        None => typed.len(),
    };
    if start < typed.len() || quoted {
        tokens.pop();
    }
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open => open.push(at),
            Kind::Close => drop(open.pop()),
            _ => {}
        }
    }
    let before = Before { text: typed, tokens, open };
    let call = before.open.iter().rev().filter(|at| before.word(**at) == "(").find_map(|at| before.callee(*at));
    Found { place: place(&before, text, start, quoted), start, quoted, call }
}

fn place(before: &Before, text: &str, start: usize, quoted: bool) -> Place {
    let count = before.tokens.len();
    match before.last() {
        "import" if quoted => return Place::Module,
        "." | "?." if !quoted => {
            return receiver::ending_at(before, count - 1).map_or(Place::Nowhere, Place::Member);
        }
        "::" if !quoted && count >= 2 => return Place::InNamespace(before.word(count - 2).to_owned()),
        "[" | "?[" if quoted => {
            if let Some(receiver) = receiver::ending_at(before, count - 1) {
                return Place::Index(receiver);
            }
        }
        "fn" | "let" | "const" | "as" | "for" if !quoted => return Place::Nowhere,
        _ => {}
    }
    let other = if quoted { Place::Nowhere } else { Place::Word };
    let Some(level) = before.open.len().checked_sub(1) else { return other };
    let Some(bracket) = before.open.get(level).copied() else { return other };
    match before.word(bracket) {
        "(" => in_call(before, bracket).filter(|_| before.item(bracket).is_empty()).unwrap_or(other),
        "#{" => in_map(before, level, bracket, text, start).unwrap_or(other),
        "[" if before.item(bracket).is_empty() => match before.parameter(level) {
            Some((call, path)) if path != "[]" => Place::Value { call, path },
            _ => other,
        },
        _ => other,
    }
}

fn in_call(before: &Before, bracket: usize) -> Option<Place> {
    let call = before.callee(bracket)?;
    if before.commas(bracket) > 0 {
        return None;
    }
    let is_method = bracket.checked_sub(2).is_some_and(|at| before.word(at) == ".");
    if call.starts_with("read_") || call.starts_with("write_") {
        return Some(Place::File);
    }
    (!is_method).then_some(Place::First { call })
}

fn in_map(before: &Before, level: usize, bracket: usize, text: &str, start: usize) -> Option<Place> {
    let (call, path) = before.parameter(level)?;
    let entry = before.item(bracket);
    match entry.as_slice() {
        [] => Some(Place::Name { call, path, given: keys(text, before.tokens.get(bracket)?.range.start, start) }),
        [key, colon] if before.word(*colon) == ":" => {
            let path = joined(&path, name_of(before.word(*key)));
            Some(Place::Value { call, path })
        }
        _ => None,
    }
}

/// The keys of the map that starts at `from`, the one at the cursor aside; also those behind it.
fn keys(text: &str, from: usize, cursor: usize) -> Vec<String> {
    let rest = text.get(from..).unwrap_or_default();
    let tokens = lex::lex(rest).tokens;
    let mut depth = 0_usize;
    let mut keys = Vec::new();
    for pair in tokens.windows(2) {
        let [token, next] = pair else { continue };
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        let word = rest.get(token.range.clone()).unwrap_or_default();
        if depth == 1 && rest.get(next.range.clone()) == Some(":") && from + token.range.start != cursor {
            keys.push(name_of(word).to_owned());
        }
    }
    keys
}

fn name_of(word: &str) -> &str {
    word.trim_matches('"')
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
