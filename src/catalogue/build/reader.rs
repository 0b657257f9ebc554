//! A TOML table on its way into a record: each key is taken once, and what is left over is an error.

use super::super::record::Kind;
use super::super::words::Words;
use toml::{Table, Value};

/// A table being read, with the place that its errors name.
pub(crate) struct Reader<'e> {
    at: String,
    table: Table,
    known: Vec<&'static str>,
    errors: &'e mut Vec<String>,
}

impl<'e> Reader<'e> {
    /// Starts on a table; `at` names file and endpoint.
    pub(crate) fn new(at: String, table: Table, errors: &'e mut Vec<String>) -> Self {
        Self { at, table, known: Vec::new(), errors }
    }

    /// Whether nothing is left in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Tells what is wrong with the value of a key.
    pub(crate) fn wrong(&mut self, key: &str, what: impl std::fmt::Display) {
        self.errors.push(format!("{}.{key}: {what}", self.at));
    }

    /// A text: not empty, no spaces at its ends, one line.
    pub(crate) fn text(&mut self, key: &'static str) -> Option<String> {
        let value = self.take(key)?;
        self.as_text(key, &value)
    }

    /// A list of texts, none of them twice.
    pub(crate) fn texts(&mut self, key: &'static str) -> Option<Vec<String>> {
        let value = self.take(key)?;
        let Value::Array(items) = value else {
            self.wrong(key, "must be a list of texts");
            return None;
        };
        let mut texts: Vec<String> = Vec::new();
        for item in &items {
            let text = self.as_text(key, item)?;
            if texts.contains(&text) {
                self.wrong(key, format_args!("{text:?} is there twice"));
            }
            texts.push(text);
        }
        if texts.is_empty() {
            self.wrong(key, "must not be empty; leave it out instead");
        }
        Some(texts)
    }

    /// A list of texts, or the word `any`, which is the empty list.
    pub(crate) fn texts_or_any(&mut self, key: &'static str) -> Option<Vec<String>> {
        if self.table.get(key).and_then(Value::as_str) == Some("any") {
            self.take(key);
            return Some(Vec::new());
        }
        self.texts(key)
    }

    /// One of a list of words.
    pub(crate) fn word<T: Copy>(&mut self, key: &'static str, words: Words<T>) -> Option<T> {
        let text = self.text(key)?;
        self.one_of(key, words, &text)
    }

    /// Several of a list of words.
    pub(crate) fn words<T: Copy>(&mut self, key: &'static str, words: Words<T>) -> Option<Vec<T>> {
        let texts = self.texts(key)?;
        texts.iter().map(|text| self.one_of(key, words, text)).collect()
    }

    /// A word that was read by other means.
    pub(crate) fn one_of<T: Copy>(&mut self, key: &str, words: Words<T>, word: &str) -> Option<T> {
        let value = words.iter().find(|(known, _)| *known == word).map(|(_, value)| *value);
        if value.is_none() {
            let all: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            self.wrong(key, format_args!("{word:?} is not one of {}", all.join(", ")));
        }
        value
    }

    /// A type, and the type of the elements of a list.
    pub(crate) fn kind(&mut self, key: &'static str) -> Option<(Kind, Kind)> {
        let text = self.text(key)?;
        match text.strip_prefix("list of ") {
            Some(item) => Some((Kind::List, self.one_of(key, Kind::WORDS, item)?)),
            None => Some((self.one_of(key, Kind::WORDS, &text)?, Kind::Any)),
        }
    }

    /// Any value.
    pub(crate) fn value(&mut self, key: &'static str) -> Option<Value> {
        self.take(key)
    }

    /// A text of one or more lines.
    pub(crate) fn lines(&mut self, key: &'static str) -> Option<String> {
        let value = self.take(key)?;
        let text = value.as_str().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        if text.is_none() {
            self.wrong(key, "must be text that is not empty");
        }
        text
    }

    /// `true` or `false`.
    pub(crate) fn truth(&mut self, key: &'static str) -> Option<bool> {
        match self.take(key)? {
            Value::Boolean(truth) => Some(truth),
            _ => {
                self.wrong(key, "must be true or false");
                None
            }
        }
    }

    /// A table within this one.
    pub(crate) fn table(&mut self, key: &'static str) -> Option<Table> {
        match self.take(key)? {
            Value::Table(table) => Some(table),
            _ => {
                self.wrong(key, "must be a table");
                None
            }
        }
    }

    /// A table, or a text in its place.
    pub(crate) fn table_or_text(&mut self, key: &'static str) -> Option<Result<Table, String>> {
        match self.take(key)? {
            Value::Table(table) => Some(Ok(table)),
            Value::String(text) => Some(Err(text)),
            _ => {
                self.wrong(key, "must be a table or text");
                None
            }
        }
    }

    /// Starts on the table of a key whose name the data chooses; `None` and an error if it is no table.
    pub(crate) fn inside(&mut self, key: &str, value: Value) -> Option<Reader<'_>> {
        let at = format!("{}.{key}", self.at);
        match value {
            Value::Table(table) => Some(Reader::new(at, table, self.errors)),
            _ => {
                self.errors.push(format!("{at}: must be a table"));
                None
            }
        }
    }

    /// Ends: every key that nobody asked for is an error.
    pub(crate) fn finish(mut self) {
        let left: Vec<String> = self.table.keys().cloned().collect();
        let known = self.known.join(", ");
        for key in left {
            self.wrong(&key, format_args!("unknown key; known are {known}"));
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Value> {
        self.known.push(key);
        self.table.remove(key)
    }

    fn as_text(&mut self, key: &str, value: &Value) -> Option<String> {
        let Some(text) = value.as_str() else {
            self.wrong(key, format_args!("must be text, not {}", value.type_str()));
            return None;
        };
        if text.is_empty() || text.trim() != text || text.contains('\n') {
            self.wrong(key, "must be one line of text without spaces at its ends");
        }
        Some(text.to_owned())
    }
}
