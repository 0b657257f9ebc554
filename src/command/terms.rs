//! The terms of a session: the rules of the settings and of the project, and what the command line allows.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    cli::Bounds,
    failure::{Failure, Kind},
    person::{Answers, Person},
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
    /// Where it is looked for too: what a plan's project refuses is refused wherever it is applied from.
    pub(super) also: Option<PathBuf>,
    /// Every write is asked for.
    pub(super) ask_each: bool,
}

impl Leave {
    pub(super) fn new(bounds: &Bounds, script: Option<&Path>) -> Self {
        let from = script.and_then(Path::parent).map(Path::to_path_buf);
        Self { bounds: bounds.clone(), from, ..Self::default() }
    }

    /// The terms of a session with this connection.
    pub(super) fn terms(&self, connection: &str, person: Arc<dyn Person>) -> Result<Terms, Failure> {
        let Bounds { max_writes, allow, yes, answers } = &self.bounds;
        let allowed = allow.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
        let answers = answers.as_deref().map(Answers::read).transpose()?.unwrap_or_default();
        let mut layers = match session::default_file() {
            Some(file) => guard::of_settings(&file, connection)?,
            None => Vec::new(),
        };
        let places = [Some(self.start()?), self.also.clone()];
        let projects: BTreeSet<PathBuf> =
            places.iter().flatten().filter_map(|place| guard::project_file(place)).collect();
        for file in projects {
            layers.extend(guard::of_project(&file)?);
        }
        Ok(Terms {
            layers,
            limit: Some(max_writes.unwrap_or(LIMIT)),
            is_set: max_writes.is_some(),
            yes: *yes,
            allowed,
            person,
            answers: Arc::new(answers),
        })
    }

    fn start(&self) -> Result<PathBuf, Failure> {
        let here = |cause: io::Error| Failure::new(Kind::Command, "there is no working directory").because(cause);
        self.from.clone().map_or_else(|| std::env::current_dir().map_err(here), Ok)
    }
}
