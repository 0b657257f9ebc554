//! The person in front of it, who can be asked.
//!
//! Everything that is asked passes through one small trait, so that tests answer without a terminal.

mod answers;
mod terminal;

use std::fmt;

pub use answers::Answers;
pub use terminal::Terminal;

use crate::failure::{Failure, Kind};

/// Somebody who can be asked, or nobody.
pub trait Person: fmt::Debug + Send + Sync {
    /// Whether anybody is there to answer.
    fn is_there(&self) -> bool;

    /// The answer to a question, one line without its end; `hidden` when it must not be seen. What was typed before
    /// the question was asked is no answer.
    ///
    /// # Errors
    ///
    /// Nobody is there, the input has ended, or the person has interrupted.
    fn ask(&self, question: &str, hidden: bool) -> Result<String, Failure>;
}

/// Nobody: a program runs it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nobody;

impl Person for Nobody {
    fn is_there(&self) -> bool {
        false
    }

    fn ask(&self, question: &str, _hidden: bool) -> Result<String, Failure> {
        Err(Failure::new(Kind::Guard, format!("nobody is there to answer \"{}\"", question.trim_end())))
    }
}

/// Whether a line says yes or no; `None` when it says neither.
pub fn yes_or_no(line: &str) -> Option<bool> {
    match line.trim().to_lowercase().as_str() {
        "y" | "yes" | "true" => Some(true),
        "n" | "no" | "false" | "" => Some(false),
        _ => None,
    }
}

/// The option that a line means: its number from 1, or its text.
pub fn chosen<'o>(line: &str, options: &'o [String]) -> Option<&'o String> {
    let line = line.trim();
    let by_text = options.iter().find(|option| option.eq_ignore_ascii_case(line));
    by_text.or_else(|| options.get(line.parse::<usize>().ok()?.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_mean_what_people_mean() {
        let cases = [("y", Some(true)), (" YES ", Some(true)), ("", Some(false)), ("No", Some(false)), ("what", None)];
        for (line, expected) in cases {
            assert_eq!(yes_or_no(line), expected, "{line}");
        }
        let options = ["2".to_owned(), "Enforce".to_owned(), "disable".to_owned()];
        let cases = [
            ("2", Some("2")),
            ("3", Some("disable")),
            ("enforce", Some("Enforce")),
            ("0", None),
            ("4", None),
            ("", None),
        ];
        for (line, expected) in cases {
            assert_eq!(chosen(line, &options).map(String::as_str), expected, "{line}");
        }
    }
}
