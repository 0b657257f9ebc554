//! Questions to the person on a terminal.

use std::{
    borrow::Cow,
    io::{self, IsTerminal as _},
};

use rustyline::{
    Behavior, ColorMode, Config, Editor, Helper,
    completion::Completer,
    error::ReadlineError,
    highlight::{CmdKind, Highlighter},
    hint::Hinter,
    history::MemHistory,
    validate::Validator,
};

use crate::{
    engine::Sink,
    failure::{Failure, Kind},
};

/// Terminals on which a line cannot be edited, and so not be hidden either.
const DUMB: [&str; 3] = ["dumb", "cons25", "emacs"];

/// Whether there is a person to ask.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
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
    let terminal = std::env::var("TERM").unwrap_or_default();
    if DUMB.contains(&terminal.as_str()) {
        return Err(Failure::new(Kind::Command, "this terminal would show the secret")
            .because(format!("TERM is {terminal}"))
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
    let failed = |cause: ReadlineError| match cause {
        ReadlineError::Interrupted | ReadlineError::Eof => Failure::new(Kind::Interrupted, "nothing was added"),
        cause => Failure::new(Kind::Command, "cannot ask on this terminal").because(cause),
    };
    // Colours carry the hiding, and must not be off because somebody does not like them.
    let colours = if hidden { ColorMode::Forced } else { ColorMode::Disabled };
    let config = Config::builder().behavior(Behavior::PreferTerm).auto_add_history(false).color_mode(colours).build();
    let mut editor: Editor<Hidden, MemHistory> = Editor::with_history(config, MemHistory::new()).map_err(failed)?;
    editor.set_helper(Some(Hidden(hidden)));
    editor.readline(prompt).map_err(failed)
}

/// Shows nothing of a line while it is typed.
struct Hidden(bool);

impl Highlighter for Hidden {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if self.0 { Cow::Owned(" ".repeat(line.chars().count())) } else { Cow::Borrowed(line) }
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        self.0 && !matches!(kind, CmdKind::MoveCursor)
    }
}

impl Completer for Hidden {
    type Candidate = String;
}

impl Hinter for Hidden {
    type Hint = String;
}

impl Validator for Hidden {}

impl Helper for Hidden {}
