//! Questions to the person on a terminal.

use std::io;

use crate::{
    engine::Sink,
    failure::{Failure, Kind},
    person::{Person as _, Terminal},
};

/// Whether there is a person to ask.
pub(super) fn can_ask() -> bool {
    Terminal::default().is_there()
}

/// Says something to the person.
pub(super) fn tell(text: &str) {
    Sink::new(io::stderr()).line(text);
}

/// Asks until `check` takes the answer.
pub(super) fn line(question: &str, check: impl Fn(&str) -> Result<(), Failure>) -> Result<String, Failure> {
    loop {
        let answer = read(&format!("{question}: "), false)?;
        match check(answer.trim()) {
            Ok(()) => return Ok(answer.trim().to_owned()),
            Err(failure) => tell(failure.report().trim_end()),
        }
    }
}

/// Asks for a secret, which is not shown.
pub(super) fn secret(question: &str) -> Result<String, Failure> {
    if !Terminal::can_hide() {
        return Err(Failure::new(Kind::Command, "this terminal would show the secret")
            .because("it cannot edit a line")
            .hint("--secret-stdin reads it from standard input"));
    }
    read(&format!("{question} (not shown): "), true).map(|secret| secret.trim().to_owned())
}

/// Asks for yes or no; an empty answer is yes.
pub(super) fn yes(question: &str) -> Result<bool, Failure> {
    let known = |answer: &str| match answer.to_lowercase().as_str() {
        "" | "y" | "yes" | "n" | "no" => Ok(()),
        _ => Err(Failure::new(Kind::Command, "the answer is yes or no")),
    };
    let answer = line(&format!("{question} [Y/n]"), known)?;
    Ok(!answer.to_lowercase().starts_with('n'))
}

fn read(prompt: &str, hidden: bool) -> Result<String, Failure> {
    Terminal::default().ask(prompt, hidden).map_err(|failure| match failure.kind {
        Kind::Interrupted | Kind::Guard => Failure::new(Kind::Interrupted, "nothing was added"),
        _ => failure,
    })
}
