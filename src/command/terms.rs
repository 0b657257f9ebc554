//! The terms of a session: the rules of the settings and of the project, and what the command line allows.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    cli::Bounds,
    failure::{Failure, Kind},
    person::{Answers, Terminal},
    session::{
        self,
        guard::{self, LIMIT, Terms},
    },
};

/// What the command line says, and where it starts from.
#[derive(Debug, Clone, Default)]
pub(super) struct Leave {
    pub(super) bounds: Bounds,
    /// Where the project's file is looked for, and upward from there; `None` for the working directory.
    pub(super) from: Option<PathBuf>,
    /// Every write is asked for.
    pub(super) ask_each: bool,
}

impl Leave {
    pub(super) fn new(bounds: &Bounds, script: Option<&Path>) -> Self {
        Self { bounds: bounds.clone(), from: script.and_then(Path::parent).map(Path::to_path_buf), ask_each: false }
    }

    /// The terms of a session with this connection.
    pub(super) fn terms(&self, connection: &str) -> Result<Terms, Failure> {
        let Bounds { max_writes, allow, yes, answers } = &self.bounds;
        let allowed = allow.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
        let answers = answers.as_deref().map(Answers::read).transpose()?.unwrap_or_default();
        let mut layers = match session::default_file() {
            Some(file) => guard::of_settings(&file, connection)?,
            None => Vec::new(),
        };
        if let Some(file) = guard::project_file(&self.start()?) {
            layers.extend(guard::of_project(&file)?);
        }
        Ok(Terms {
            layers,
            limit: Some(max_writes.unwrap_or(LIMIT)),
            is_set: max_writes.is_some(),
            yes: *yes,
            allowed,
            person: Arc::new(Terminal::default()),
            answers: Arc::new(answers),
        })
    }

    fn start(&self) -> Result<PathBuf, Failure> {
        let here = |cause: io::Error| Failure::new(Kind::Command, "there is no working directory").because(cause);
        self.from.clone().map_or_else(|| std::env::current_dir().map_err(here), Ok)
    }
}
