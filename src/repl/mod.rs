//! The conversation at a terminal: `cippsh repl`.
//!
//! ```text
//! keys ─▶ editor (completes, colours, hints) ─▶ line ─▶ talk ─▶ console of the engine ─▶ shown
//!                                                 └─▶ a row of commands, for what starts with a colon
//! ```

mod colour;
mod commands;
mod complete;
mod editor;
mod elsewhere;
mod history;
mod kept;
mod notes;
mod people;
mod piece;
mod piped;
mod results;
mod screen;
mod talk;
mod terminal;
mod tour;

use std::{path::PathBuf, sync::Arc};

pub use notes::Notes;

use crate::{engine::Context, failure::Failure, output::Format, session::plan::Planner};
use talk::Talk;

/// What a conversation starts with.
pub struct Setup {
    /// What code reaches.
    pub context: Context,
    /// The notes that are told between lines.
    pub notes: Notes,
    /// What collects writes while they are only planned; off at first.
    pub planner: Arc<Planner>,
    /// A page of the documentation.
    pub doc: fn(&str) -> Result<String, Failure>,
    /// The journal's file.
    pub journal: PathBuf,
    /// Where lines are kept for the next time; `None` keeps nothing.
    pub directory: Option<PathBuf>,
    /// The server is the demo, in this process.
    pub is_demo: bool,
    /// How results are written where nobody sits.
    pub format: Format,
    /// Keys as in vi, and not as in Emacs.
    pub vi: bool,
}

/// How a conversation ended.
#[derive(Debug, Default)]
pub struct Ended {
    /// The failure that ended it.
    pub failure: Option<Failure>,
    /// What was given to `exit`.
    pub exit: Option<i64>,
}

/// What is offered at the end of a text where a server has these tenants.
pub fn offered(text: &str, tenants: &[String]) -> Vec<String> {
    struct Only<'t>(&'t [String]);
    impl complete::Elsewhere for Only<'_> {
        fn tenants(&self) -> Vec<String> {
            self.0.to_vec()
        }

        fn files(&self, _start: &str) -> Vec<String> {
            Vec::new()
        }
    }
    let (_, candidates) = complete::complete(text, text.len(), &complete::Knowledge::default(), &Only(tenants));
    candidates.into_iter().map(|candidate| candidate.text).collect()
}

/// A conversation with the person at the terminal.
pub fn at_terminal(setup: Setup) -> Ended {
    terminal::run(Talk::new(setup, true))
}

/// Runs text that comes through a pipe, piece by piece, up to the first that fails.
pub fn piped(setup: Setup, text: &str) -> Ended {
    piped::run(Talk::new(setup, false), text)
}
