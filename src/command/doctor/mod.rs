//! `cippsh doctor`: what is wrong with a connection, why, and what to do.

mod checks;
mod verdict;

use std::path::PathBuf;

use super::show::to_stdout;
use crate::{
    cli::Doctor,
    failure::{Failure, exit},
};
use checks::{CHECKS, Exam};
use verdict::Verdict;

pub(super) fn run(arguments: Doctor) -> Result<u8, Failure> {
    let patient = Patient { connection: arguments.connection, demo: arguments.demo, journal: arguments.journal };
    examine(&patient, if arguments.unattended { Form::Line } else { Form::Long })
}

/// What is examined.
pub(super) struct Patient {
    /// The connection's name; `None` for the one that a run would take.
    connection: Option<String>,
    demo: bool,
    journal: Option<PathBuf>,
}

impl Patient {
    pub(super) fn of(connection: Option<String>, journal: Option<PathBuf>) -> Self {
        Self { connection, demo: false, journal }
    }
}

/// How a check is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// For people, on several lines where there is much to say.
    Long,
    /// On one line.
    Line,
}

/// Goes through all checks and tells each; the exit code is that of the first that failed.
pub(super) fn examine(patient: &Patient, form: Form) -> Result<u8, Failure> {
    let mut exam = Exam::new(patient)?;
    let mut failed: Vec<&str> = Vec::new();
    let mut passed: Vec<&str> = Vec::new();
    let mut code = exit::DONE;
    for check in CHECKS {
        let verdict = match check.needs.iter().find(|needed| !passed.contains(needed)) {
            Some(needed) => Verdict::Skipped(needed),
            None => Verdict::of((check.look)(&mut exam)),
        };
        match &verdict {
            Verdict::Fine(_) => passed.push(check.name),
            Verdict::Failed(failure) => {
                failed.push(check.name);
                code = if code == exit::DONE { failure.kind.exit_code() } else { code };
            }
            Verdict::Skipped(_) => {}
        }
        to_stdout(&verdict.told(check.name, form))?;
    }
    if form == Form::Long {
        to_stdout(&match failed.as_slice() {
            [] => "all is well\n".to_owned(),
            failed => format!("{} of {} checks failed: {}\n", failed.len(), CHECKS.len(), failed.join(", ")),
        })?;
    }
    Ok(code)
}
