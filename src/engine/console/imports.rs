//! The imports of a piece of code that lie outside of everything.

use std::ops::Range;

use rhai::Position;

use super::super::lex::{Kind, lex};

/// `import "path" as name;`
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Import {
    pub(super) path: String,
    pub(super) name: String,
    /// Where it stands, with its semicolon, in bytes.
    pub(super) range: Range<usize>,
    /// Of its path.
    pub(super) position: Position,
}

/// All of them, in order. Others, such as those in functions, are the language's own affair.
pub(super) fn find(text: &str) -> Vec<Import> {
    let code: Vec<_> = lex(text).tokens.into_iter().filter(|token| token.kind != Kind::Comment).collect();
    let word = |at: usize| code.get(at).and_then(|token| text.get(token.range.clone())).unwrap_or_default();
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for (at, token) in code.iter().enumerate() {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        let starts = depth == 0 && word(at) == "import" && (at == 0 || matches!(word(at - 1), ";" | "}"));
        let path = word(at + 1).strip_prefix('"').and_then(|path| path.strip_suffix('"'));
        let (Some(path), "as", Some(name)) = (path, word(at + 2), code.get(at + 3)) else { continue };
        if !starts || path.contains('\\') || name.kind != Kind::Word {
            continue;
        }
        let end = if word(at + 4) == ";" { code.get(at + 4) } else { None };
        let end = end.map_or(name.range.end, |end| end.range.end);
        let position = code.get(at + 1).map_or(Position::NONE, |path| position(text, path.range.start));
        found.push(Import {
            path: path.to_owned(),
            name: word(at + 3).to_owned(),
            range: token.range.start..end,
            position,
        });
    }
    found
}

fn position(text: &str, at: usize) -> Position {
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    match (u16::try_from(line), u16::try_from(column)) {
        (Ok(line), Ok(column)) => Position::new(line, column),
        _ => Position::NONE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_found_outside_of_functions() {
        /// Of an import its path, its name and its text.
        type Expected = (&'static str, &'static str, &'static str);
        let cases: &[(&str, &[Expected])] = &[
            ("import \"std/mfa\" as mfa;", &[("std/mfa", "mfa", "import \"std/mfa\" as mfa;")]),
            ("let a = 1; import \"x\" as y", &[("x", "y", "import \"x\" as y")]),
            ("fn f() { import \"x\" as y; }", &[]),
            ("// import \"x\" as y;\n\"import\"", &[]),
            ("import path as y;", &[]),
        ];
        for (text, expected) in cases {
            let found = find(text);
            let found: Vec<_> =
                found.iter().map(|one| (one.path.as_str(), one.name.as_str(), &text[one.range.clone()])).collect();
            assert_eq!(found, *expected, "{text}");
        }
    }
}
