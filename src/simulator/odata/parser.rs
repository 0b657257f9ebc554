//! Reading a filter: recursive descent, one token ahead.

use std::iter::Peekable;
use std::str::Chars;
use std::vec::IntoIter;

use serde_json::Value;

use super::{Filter, Operator, no_property};

/// Reads a filter over properties of these names.
pub(super) fn filter(text: &str, properties: &[String]) -> Result<Filter, String> {
    let mut parser = Parser { tokens: tokens(text)?.into_iter().peekable(), properties };
    let filter = parser.or()?;
    match parser.tokens.next() {
        None => Ok(filter),
        token => Err(unexpected(token.as_ref())),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Open,
    Close,
    Comma,
    Text(String),
    Word(String),
}

impl Token {
    fn text(&self) -> String {
        match self {
            Self::Open => "'('".to_owned(),
            Self::Close => "')'".to_owned(),
            Self::Comma => "','".to_owned(),
            Self::Text(text) | Self::Word(text) => format!("'{text}'"),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(first) = rest.next() {
        tokens.push(match first {
            '(' => Token::Open,
            ')' => Token::Close,
            ',' => Token::Comma,
            '\'' => Token::Text(quoted(&mut rest)?),
            space if space.is_whitespace() => continue,
            letter => {
                let mut word = String::from(letter);
                while let Some(next) = rest.next_if(|next| !next.is_whitespace() && !"(),'".contains(*next)) {
                    word.push(next);
                }
                Token::Word(word)
            }
        });
    }
    Ok(tokens)
}

/// A text after its opening quote; a quote within is written twice.
fn quoted(rest: &mut Peekable<Chars<'_>>) -> Result<String, String> {
    let mut text = String::new();
    loop {
        match rest.next() {
            Some('\'') if rest.next_if_eq(&'\'').is_some() => text.push('\''),
            Some('\'') => return Ok(text),
            Some(letter) => text.push(letter),
            None => return Err(format!("Invalid filter clause: there is an unterminated string literal '{text}'.")),
        }
    }
}

struct Parser<'p> {
    tokens: Peekable<IntoIter<Token>>,
    properties: &'p [String],
}

impl Parser<'_> {
    fn or(&mut self) -> Result<Filter, String> {
        let mut filter = self.and()?;
        while self.take("or") {
            filter = Filter::Or(filter.into(), self.and()?.into());
        }
        Ok(filter)
    }

    fn and(&mut self) -> Result<Filter, String> {
        let mut filter = self.not()?;
        while self.take("and") {
            filter = Filter::And(filter.into(), self.not()?.into());
        }
        Ok(filter)
    }

    fn not(&mut self) -> Result<Filter, String> {
        if self.take("not") {
            return Ok(Filter::Not(self.not()?.into()));
        }
        if self.tokens.next_if_eq(&Token::Open).is_some() {
            let inner = self.or()?;
            self.expect(&Token::Close)?;
            return Ok(inner);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Filter, String> {
        let word = self.word()?;
        if self.tokens.next_if_eq(&Token::Open).is_some() {
            let function =
                Operator::named(&word).filter(|name| matches!(name, Operator::StartsWith | Operator::EndsWith));
            let function =
                function.ok_or_else(|| format!("Invalid filter clause: the function '{word}' is not supported."))?;
            let path = self.word().and_then(|path| self.property(path))?;
            self.expect(&Token::Comma)?;
            let value = self.literal()?;
            self.expect(&Token::Close)?;
            return Ok(Filter::Compare(path, function, vec![value]));
        }
        let path = self.property(word)?;
        if self.take("in") {
            return Ok(Filter::Compare(path, Operator::Equal, self.list()?));
        }
        let word = self.word()?;
        let operator = Operator::named(&word).filter(|name| !matches!(name, Operator::StartsWith | Operator::EndsWith));
        let operator = operator.ok_or_else(|| format!("Invalid filter clause: '{word}' is not an operator."))?;
        Ok(Filter::Compare(path, operator, vec![self.literal()?]))
    }

    fn list(&mut self) -> Result<Vec<Value>, String> {
        self.expect(&Token::Open)?;
        let mut values = vec![self.literal()?];
        while self.tokens.next_if_eq(&Token::Comma).is_some() {
            values.push(self.literal()?);
        }
        self.expect(&Token::Close).map(|()| values)
    }

    fn literal(&mut self) -> Result<Value, String> {
        match self.tokens.next() {
            Some(Token::Text(text)) => Ok(text.into()),
            Some(Token::Word(word)) => Ok(match word.as_str() {
                "null" => Value::Null,
                "true" => true.into(),
                "false" => false.into(),
                other => other.parse::<i64>().map_or_else(|_| other.into(), Value::from),
            }),
            other => Err(unexpected(other.as_ref())),
        }
    }

    fn property(&self, path: String) -> Result<String, String> {
        let name = path.split('/').next().unwrap_or_default();
        let known = self.properties.iter().find(|known| known.eq_ignore_ascii_case(name));
        match known {
            Some(known) => Ok(format!("{known}{}", &path[name.len()..])),
            None => Err(no_property(name)),
        }
    }

    fn word(&mut self) -> Result<String, String> {
        match self.tokens.next() {
            Some(Token::Word(word)) => Ok(word),
            other => Err(unexpected(other.as_ref())),
        }
    }

    fn take(&mut self, word: &str) -> bool {
        let is = |token: &Token| matches!(token, Token::Word(found) if found.eq_ignore_ascii_case(word));
        self.tokens.next_if(is).is_some()
    }

    fn expect(&mut self, wanted: &Token) -> Result<(), String> {
        match self.tokens.next() {
            Some(found) if found == *wanted => Ok(()),
            other => Err(unexpected(other.as_ref())),
        }
    }
}

fn unexpected(token: Option<&Token>) -> String {
    let what = token.map_or_else(|| "the end".to_owned(), Token::text);
    format!("Invalid filter clause: {what} is not expected.")
}
