//! Where a piece of code ends.

use crate::engine::lex::{self, Kind, Open};

/// Words and signs that a line may start with only when it goes on from the one before.
const GOES_ON: &[&str] = &["else", "catch", ".", "?.", "&&", "||", "??", "+", "|"];

/// Signs behind which something must follow.
const WANTS_MORE: &[&str] =
    &["=", "+", "*", "/", "%", "&&", "||", "??", "==", "!=", "<", "<=", ">=", "=>", ".", "?.", "::", ",", "+=", ":"];

/// Whether more must be typed before it can run.
pub(super) fn wants_more(text: &str) -> bool {
    if text.trim_start().starts_with(':') {
        return false;
    }
    let lexed = lex::lex(text);
    match lexed.open {
        Open::Bracket | Open::Text | Open::Comment => return true,
        Open::Nothing | Open::Quoted | Open::LineComment => {}
    }
    let last = lexed.tokens.iter().rfind(|token| token.kind != Kind::Comment);
    last.is_some_and(|token| {
        token.kind == Kind::Sign && text.get(token.range.clone()).is_some_and(|sign| WANTS_MORE.contains(&sign))
    })
}

/// A text as pieces that can run one by one.
pub(super) fn pieces(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        piece.push_str(line);
        let next = lines.clone().map(str::trim_start).find(|line| !line.is_empty());
        let goes_on = next.is_some_and(starts_behind) && !piece.trim_start().starts_with(':');
        if !wants_more(&piece) && !goes_on {
            pieces.push(std::mem::take(&mut piece));
        }
    }
    pieces.push(piece);
    pieces.retain(|piece| !lex::lex(piece).tokens.iter().all(|token| token.kind == Kind::Comment));
    pieces
}

fn starts_behind(line: &str) -> bool {
    let first = lex::lex(line).tokens.into_iter().next();
    first.and_then(|token| line.get(token.range)).is_some_and(|word| GOES_ON.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_ends_where_its_syntax_does() {
        let cases = [
            ("1 + 1", false),
            ("let x =", true),
            ("fn f(x) {", true),
            ("fn f(x) {\n  x\n}", false),
            ("f(\"abc", false),
            ("`abc", true),
            ("/* so", true),
            ("1 + // and", true),
            ("users.filter(|u| u.a).", true),
            (":load x {", false),
            (")", false),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(wants_more(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_is_cut_into_pieces() {
        let text = "// first\nlet a = 1;\n\nif a > 1 {\n  2\n}\nelse {\n  3\n}\n[1]\n  .len()\n:vars\n`x\ny`\n";
        assert_eq!(
            pieces(text),
            ["let a = 1;\n", "if a > 1 {\n  2\n}\nelse {\n  3\n}\n", "[1]\n  .len()\n", ":vars\n", "`x\ny`\n"]
        );
        assert_eq!(pieces("f(1,\n"), ["f(1,\n"]);
    }
}
