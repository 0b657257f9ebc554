//! Answers that were given beforehand, for runs that nobody sits at.

use std::{collections::BTreeMap, fs, path::Path};

use crate::failure::{Failure, Kind};

/// Answers by the text of the question.
#[derive(Default)]
pub struct Answers {
    file: String,
    by_question: BTreeMap<String, String>,
}

impl std::fmt::Debug for Answers {
    /// An answer can be a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answers").field("file", &self.file).finish_non_exhaustive()
    }
}

impl Answers {
    /// Reads a TOML file of the form `"the question" = "the answer"`; an answer is text, a number, true or false.
    ///
    /// # Errors
    ///
    /// It cannot be read, or holds something else.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let file = path.display().to_string();
        let wrong = |cause: &dyn std::fmt::Display| {
            Failure::new(Kind::Command, format!("cannot read the answers in {file}")).because(cause)
        };
        let text = fs::read_to_string(path).map_err(|cause| wrong(&cause))?;
        let table: toml::Table = toml::from_str(&text).map_err(|cause: toml::de::Error| {
            let before = cause.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            // The parser's own words may quote an answer, which may be a secret.
            wrong(&format!(
                "line {}: it is not of the form \"question\" = \"answer\"",
                before.matches('\n').count() + 1
            ))
        })?;
        let mut by_question = BTreeMap::new();
        for (question, answer) in table {
            let answer = match answer {
                toml::Value::String(text) => text,
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Float(number) => number.to_string(),
                toml::Value::Boolean(truth) => truth.to_string(),
                _ => return Err(wrong(&format!("the answer to \"{question}\" is neither text, number nor boolean"))),
            };
            by_question.insert(question.trim().to_owned(), answer);
        }
        Ok(Self { file, by_question })
    }

    /// The answer to this question.
    pub fn to(&self, question: &str) -> Option<&str> {
        self.by_question.get(question.trim()).map(String::as_str)
    }

    /// The file they come from; empty when there is none.
    pub fn file(&self) -> &str {
        &self.file
    }
}
