//! Code as words and signs with their places, also while it is still being typed.
//!
//! The engine's own lexer stops where something is missing; people are just about to type it.

use std::ops::Range;

/// What a piece of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A name or a keyword.
    Word,
    /// A number.
    Number,
    /// Text with its quotes, or a part of one between interpolations.
    Text,
    /// One character in single quotes.
    Char,
    /// A comment.
    Comment,
    /// `(`, `[`, `{`, `#{` or `${`.
    Open,
    /// `)`, `]` or `}`.
    Close,
    /// Any other sign.
    Sign,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it stands, in bytes.
    pub range: Range<usize>,
}

/// What the end of the code leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Open {
    /// Nothing.
    #[default]
    Nothing,
    /// A bracket.
    Bracket,
    /// Text that may go on in the next line.
    Text,
    /// Text in double quotes, which must end in its line.
    Quoted,
    /// A comment that may go on in the next line.
    Comment,
    /// A comment that ends with its line.
    LineComment,
}

/// Code taken apart.
#[derive(Debug, Default)]
pub struct Lexed {
    /// All of it but white space.
    pub tokens: Vec<Token>,
    /// What its end leaves open.
    pub open: Open,
}

/// Signs of more than one character, the longest first.
const SIGNS: &[&str] = &[
    "**=", "<<=", ">>=", "..=", "===", "!==", "::", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "?[", "..",
    "+=", "-=", "*=", "/=", "%=", "**", "<<", ">>",
];

/// Takes code apart.
pub fn lex(text: &str) -> Lexed {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new(), brackets: Vec::new() };
    let open = lexer.run();
    let open = if open == Open::Nothing && !lexer.brackets.is_empty() { Open::Bracket } else { open };
    Lexed { tokens: lexer.tokens, open }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    brackets: Vec<&'static str>,
}

impl Lexer<'_> {
    fn run(&mut self) -> Open {
        while let Some(char) = self.rest().chars().next() {
            let open = self.next(char);
            if open != Open::Nothing {
                return open;
            }
        }
        Open::Nothing
    }

    fn next(&mut self, char: char) -> Open {
        let rest = self.rest();
        match char {
            c if c.is_whitespace() => self.at += c.len_utf8(),
            '"' => return self.quoted(),
            '`' => return self.interpolated(1),
            '\'' => self.push(Kind::Char, char_length(rest)),
            '#' if is_raw(rest) => return self.raw(),
            '(' | '[' => self.open(if char == '(' { "(" } else { "[" }),
            '{' => self.open("{"),
            '#' if rest.starts_with("#{") => self.open("#{"),
            ')' | ']' | '}' => return self.close(char),
            '/' if rest.starts_with("//") => return self.line_comment(),
            '/' if rest.starts_with("/*") => return self.comment(),
            c if c.is_alphabetic() || c == '_' || c == '$' => self.push(Kind::Word, run_of(rest, is_word)),
            c if c.is_ascii_digit() => self.push(Kind::Number, number_length(rest)),
            c => {
                let known = SIGNS.iter().find(|sign| rest.starts_with(**sign)).map(|sign| sign.len());
                self.push(Kind::Sign, known.unwrap_or(c.len_utf8()));
            }
        }
        Open::Nothing
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let end = (self.at + length).min(self.text.len());
        self.tokens.push(Token { kind, range: self.at..end });
        self.at = end;
    }

    fn open(&mut self, bracket: &'static str) {
        self.brackets.push(bracket);
        self.push(Kind::Open, bracket.len());
    }

    fn close(&mut self, bracket: char) -> Open {
        let opened = self.brackets.pop();
        self.push(Kind::Close, bracket.len_utf8());
        // The text goes on behind an interpolation.
        if bracket == '}' && opened == Some("${") { self.interpolated(0) } else { Open::Nothing }
    }

    /// Text in double quotes; a line that ends with a backslash goes on in the next.
    fn quoted(&mut self) -> Open {
        let (mut length, mut escaped) = (1, false);
        for c in self.rest().chars().skip(1) {
            length += c.len_utf8();
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => {
                    self.push(Kind::Text, length);
                    return Open::Nothing;
                }
                '\n' => {
                    self.push(Kind::Text, length - 1);
                    return Open::Nothing;
                }
                _ => {}
            }
        }
        self.push(Kind::Text, length);
        if escaped { Open::Text } else { Open::Quoted }
    }

    /// Text in back quotes, from behind the first one or two characters of it, to its end or the next `${`.
    fn interpolated(&mut self, skipped: usize) -> Open {
        let (mut length, mut plain) = (skipped, 0);
        let rest = self.text.get(self.at + skipped..).unwrap_or_default();
        for (at, c) in rest.char_indices() {
            length = skipped + at + c.len_utf8();
            let behind = rest.get(at..).unwrap_or_default();
            if at < plain {
                continue;
            }
            // All that can be escaped is what would begin an interpolation.
            if behind.starts_with("\\${") {
                plain = at + 3;
            } else if c == '`' {
                self.push(Kind::Text, length);
                return Open::Nothing;
            } else if behind.starts_with("${") {
                self.push(Kind::Text, skipped + at);
                self.open("${");
                return Open::Nothing;
            }
        }
        self.push(Kind::Text, length);
        Open::Text
    }

    fn raw(&mut self) -> Open {
        let marks = run_of(self.rest(), |c| c == '#');
        let end = format!("\"{}", "#".repeat(marks));
        let found = self.rest().get(marks + 1..).and_then(|rest| rest.find(&end));
        let length = found.map_or(self.rest().len(), |at| marks + 1 + at + end.len());
        self.push(Kind::Text, length);
        if found.is_some() { Open::Nothing } else { Open::Text }
    }

    fn line_comment(&mut self) -> Open {
        let length = self.rest().find('\n').unwrap_or(self.rest().len());
        self.push(Kind::Comment, length);
        // Only in the last line there is nothing behind it.
        if self.at == self.text.len() && self.brackets.is_empty() { Open::LineComment } else { Open::Nothing }
    }

    /// Comments of this kind stand in each other.
    fn comment(&mut self) -> Open {
        let (mut depth, mut at) = (0_usize, 0);
        while let Some(rest) = self.rest().get(at..).filter(|rest| !rest.is_empty()) {
            if rest.starts_with("/*") {
                (depth, at) = (depth + 1, at + 2);
            } else if rest.starts_with("*/") {
                (depth, at) = (depth - 1, at + 2);
                if depth == 0 {
                    self.push(Kind::Comment, at);
                    return Open::Nothing;
                }
            } else {
                at += rest.chars().next().map_or(1, char::len_utf8);
            }
        }
        self.push(Kind::Comment, at);
        Open::Comment
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn run_of(text: &str, holds: impl Fn(char) -> bool) -> usize {
    text.find(|c| !holds(c)).unwrap_or(text.len())
}

/// `1..3` is a range of two numbers, and `1.abs()` a call.
fn number_length(text: &str) -> usize {
    let whole = run_of(text, is_word);
    let rest = text.get(whole..).unwrap_or_default();
    let fraction = rest.strip_prefix('.').map(|rest| run_of(rest, |c| c.is_ascii_digit()));
    fraction.filter(|digits| *digits > 0).map_or(whole, |digits| whole + 1 + digits)
}

/// A quote that nothing closes is one alone.
fn char_length(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    let first = chars.next().map(|(_, c)| c);
    let from = if first == Some('\\') { 3 } else { 1 + first.map_or(0, char::len_utf8) };
    let end = text.get(from..).and_then(|rest| rest.find('\'').filter(|at| *at <= 9)).map(|at| from + at + 1);
    end.unwrap_or(1)
}

fn is_raw(text: &str) -> bool {
    text.trim_start_matches('#').starts_with('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<&str> {
        lex(text).tokens.into_iter().map(|token| &text[token.range]).collect()
    }

    #[test]
    fn code_is_taken_apart() {
        let cases: &[(&str, &[&str])] = &[
            ("let x = 1.5;", &["let", "x", "=", "1.5", ";"]),
            ("for i in 0..3", &["for", "i", "in", "0", "..", "3"]),
            ("a::b(#{ k: \"v\\\"w\" })", &["a", "::", "b", "(", "#{", "k", ":", "\"v\\\"w\"", "}", ")"]),
            ("`a ${x + \"}\"} b` c", &["`a ", "${", "x", "+", "\"}\"", "}", " b`", "c"]),
            ("1 // rest\n2 /* a /* b */ c */ 3", &["1", "// rest", "2", "/* a /* b */ c */", "3"]),
            ("`C:\\` + 1; `\\${x}`", &["`C:\\`", "+", "1", ";", "`\\${x}`"]),
            ("#\"raw \" text\"# + '\\'' + 'x'", &["#\"raw \" text\"#", "+", "'\\''", "+", "'x'"]),
            ("ü?.é ?? \"ö\"", &["ü", "?.", "é", "??", "\"ö\""]),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), *expected, "{text}");
        }
    }

    #[test]
    fn what_the_end_leaves_open() {
        let cases = [
            ("1 + 1", Open::Nothing),
            ("f(#{", Open::Bracket),
            ("f(#{ a: [1, 2] })", Open::Nothing),
            ("\"abc", Open::Quoted),
            ("\"abc\\", Open::Text),
            ("`abc\ndef", Open::Text),
            ("`abc ${ x", Open::Bracket),
            ("`abc ${ x } d", Open::Text),
            ("1 // f(", Open::LineComment),
            ("f( // g", Open::Bracket),
            ("/* a /* b */", Open::Comment),
            ("#\"a\"", Open::Text),
            (")", Open::Nothing),
        ];
        for (text, expected) in cases {
            assert_eq!(lex(text).open, expected, "{text}");
        }
    }
}
