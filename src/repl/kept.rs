//! The lines that have worked, as a script.

use crate::engine::{
    self, LATEST, Secrecy,
    lex::{self, Kind},
};

/// The lines that have worked.
#[derive(Debug, Default)]
pub(super) struct Kept {
    lines: Vec<Line>,
    /// Lines that are left out because of their secrets.
    secret: usize,
    /// Lines whose writes were planned and not sent.
    planned: usize,
}

#[derive(Debug)]
struct Line {
    text: String,
    /// It gave a value.
    has_value: bool,
}

impl Kept {
    /// Keeps a line, unless it holds a secret.
    pub(super) fn add(&mut self, text: &str, has_value: bool) {
        if engine::secrecy(text) == Secrecy::Likely {
            self.secret += 1;
        } else {
            self.lines.push(Line { text: text.trim().to_owned(), has_value });
        }
    }

    /// How many lines with secrets were left out.
    pub(super) fn secret(&self) -> usize {
        self.secret
    }

    /// The latest line has only planned what it writes.
    pub(super) fn only_planned(&mut self) {
        self.planned += 1;
    }

    /// What was planned has been sent.
    pub(super) fn sent(&mut self) {
        self.planned = 0;
    }

    /// How many lines have only planned what they write.
    pub(super) fn planned(&self) -> usize {
        self.planned
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Forgets them.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// A script that does the same. A value that a later line names as the latest result gets this name, and the last
    /// value is the script's.
    pub(super) fn script(&self) -> String {
        let mut script = String::new();
        for (at, line) in self.lines.iter().enumerate() {
            let later = self.lines.get(at + 1..).unwrap_or_default();
            let until = later.iter().position(|later| later.has_value).map_or(later.len(), |at| at + 1);
            let is_named = later.get(..until).unwrap_or_default().iter().any(|line| names_latest(&line.text));
            let is_last = later.is_empty();
            let text = line.text.trim_end_matches(';').trim_end();
            let code = lex::lex(text);
            let ends_itself = code.tokens.last().is_some_and(|token| {
                token.kind == Kind::Comment || text.get(token.range.clone()) == Some("}") && !line.has_value
            });
            let (before, after) = match (line.has_value, is_named) {
                (true, true) if is_expression(text) => ("let it = ", ";"),
                (true, _) if is_last => ("", ""),
                _ if ends_itself => ("", ""),
                _ => ("", ";"),
            };
            script.push_str(&format!("{before}{text}{after}\n"));
        }
        script
    }
}

fn names_latest(text: &str) -> bool {
    lex::lex(text).tokens.iter().any(|token| token.kind == Kind::Word && text.get(token.range.clone()) == Some(LATEST))
}

/// One expression, and no statements before it.
fn is_expression(text: &str) -> bool {
    let tokens = lex::lex(text).tokens;
    let mut depth = 0_usize;
    let mut first = true;
    for token in &tokens {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            Kind::Comment => continue,
            _ => {}
        }
        let word = text.get(token.range.clone()).unwrap_or_default();
        let starts_statement = first && matches!(word, "let" | "const" | "fn" | "import" | "for" | "while" | "loop");
        if starts_statement || depth == 0 && word == ";" {
            return false;
        }
        first = false;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_a_script() {
        let mut kept = Kept::default();
        for (text, has_value) in [
            ("let t = tenant(\"contoso.com\")", false),
            ("ListUsers(#{ tenantFilter: t })", true),
            ("it.len()", true),
            ("fn f(x) {\n  x\n}", false),
            ("1 + 1;", true),
            ("let password = \"x\";", false),
            ("f(2)", true),
        ] {
            kept.add(text, has_value);
        }
        assert_eq!(kept.secret(), 1);
        assert_eq!(
            kept.script(),
            "let t = tenant(\"contoso.com\");\nlet it = ListUsers(#{ tenantFilter: t });\nit.len();\nfn f(x) {\n  x\n}\n1 + 1;\nf(2)\n"
        );
    }
}
