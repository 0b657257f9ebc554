//! The person at the terminal.

use std::{
    borrow::Cow,
    io::{self, IsTerminal as _},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
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

use super::Person;
use crate::failure::{Failure, Kind};

/// Asks on the terminal that the program was started from. One question at a time.
#[derive(Debug, Default)]
pub struct Terminal {
    asking: Mutex<()>,
}

/// Terminals on which a line cannot be edited, and so not be hidden either.
const DUMB: [&str; 3] = ["dumb", "cons25", "emacs"];

impl Terminal {
    /// Whether an answer can be hidden.
    pub fn can_hide() -> bool {
        std::env::var("TERM").map_or(true, |terminal| !DUMB.contains(&terminal.as_str()))
    }
}

impl Person for Terminal {
    fn is_there(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    fn ask(&self, question: &str, hidden: bool) -> Result<String, Failure> {
        if !self.is_there() {
            return super::Nobody.ask(question, hidden);
        }
        if hidden && !Self::can_hide() {
            return Err(Failure::new(Kind::Command, "this terminal would show the secret"));
        }
        let _one = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        read(question, hidden)
    }
}

fn read(question: &str, hidden: bool) -> Result<String, Failure> {
    let broken = |cause: ReadlineError| match cause {
        ReadlineError::Interrupted => Failure::new(Kind::Interrupted, "interrupted"),
        ReadlineError::Eof => Failure::new(Kind::Guard, format!("no answer to \"{}\"", question.trim_end())),
        other => Failure::new(Kind::Guard, "the terminal cannot be asked").because(other),
    };
    // Standard output may go into a file while somebody sits at the terminal.
    // Colours carry the hiding, and must not be off because somebody does not like them.
    let colours = if hidden { ColorMode::Forced } else { ColorMode::Disabled };
    let config = Config::builder().behavior(Behavior::PreferTerm).auto_add_history(false).color_mode(colours).build();
    let mut editor = Editor::<Asked, MemHistory>::with_history(config, MemHistory::new()).map_err(broken)?;
    editor.set_helper(Some(Asked { hidden }));
    let (before, last) = question.rsplit_once('\n').unwrap_or(("", question));
    if !before.is_empty() {
        use io::Write as _;
        let _ = writeln!(io::stderr().lock(), "{before}");
    }
    loop {
        discard_typed();
        let asked = Instant::now();
        let line = editor.readline(&format!("{} ", last.trim_end())).map_err(broken)?;
        if cfg!(unix) || asked.elapsed() > TOO_FAST {
            return Ok(line);
        }
    }
}

/// Nobody reads a question and answers it in this time: such a line was typed before. It counts where the system
/// gives no way to forget it beforehand.
const TOO_FAST: Duration = Duration::from_millis(300);

/// Forgets what was typed before: it was meant for something else.
#[cfg(unix)]
fn discard_typed() {
    use nix::sys::termios::{FlushArg, tcflush};
    // A terminal that cannot forget is still one that can be asked.
    let _ = tcflush(io::stdin(), FlushArg::TCIFLUSH);
}

/// A line without an end that was typed before stands in the question, where the person sees it.
#[cfg(not(unix))]
fn discard_typed() {}

/// Shows nothing of an answer that must not be seen.
struct Asked {
    hidden: bool,
}

impl Helper for Asked {}
impl Hinter for Asked {
    type Hint = String;
}
impl Validator for Asked {}
impl Completer for Asked {
    type Candidate = String;
}

impl Highlighter for Asked {
    fn highlight<'l>(&self, line: &'l str, _at: usize) -> Cow<'l, str> {
        if self.hidden { Cow::Owned("*".repeat(line.chars().count())) } else { Cow::Borrowed(line) }
    }

    fn highlight_char(&self, _line: &str, _at: usize, kind: CmdKind) -> bool {
        self.hidden && kind != CmdKind::MoveCursor
    }
}
