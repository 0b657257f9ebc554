//! What the journal keeps of a run from its beginning to its end.

use std::sync::Arc;

use super::{runs, show::Shown};
use crate::{
    cli::Keep,
    failure::{Failure, exit},
    journal::{About, Entry, Recorder, Run},
    redact,
    session::{Journal, SecretsFile, Session, plan::Planner},
};

/// Where a run keeps what it writes and what it is told.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) journal: Option<Journal>,
    pub(super) secrets: Option<Arc<SecretsFile>>,
    /// What records writes in place of sending them.
    pub(super) planner: Option<Arc<Planner>>,
}

/// A journal, whose file is not touched before the first write, and a file for secrets, which is open from now on.
pub(super) fn open(keep: &Keep, about: impl FnOnce() -> About + Send + 'static) -> Result<Kept, Failure> {
    with(keep, Recorder::new(runs::file(keep.journal.as_ref())?, with_reason(&keep.reason, about)))
}

/// The same for a run that goes on.
pub(super) fn open_again(
    keep: &Keep,
    run: &Run,
    calls: &[Entry],
    about: impl FnOnce() -> About + Send + 'static,
) -> Result<Kept, Failure> {
    let path = runs::file(keep.journal.as_ref())?;
    with(keep, Recorder::again(path, run, calls, with_reason(&keep.reason, about)))
}

/// The reason on the command line counts more than one that is known otherwise.
fn with_reason<A: FnOnce() -> About>(given: &Option<String>, about: A) -> impl FnOnce() -> About + use<A> {
    let given = given.clone();
    move || {
        let about = about();
        let reason = given.map_or(about.reason, |reason| redact::text(&reason).into_owned());
        About { reason, ..about }
    }
}

fn with(keep: &Keep, journal: Recorder) -> Result<Kept, Failure> {
    let secrets = keep.secrets_to.as_deref().map(SecretsFile::open).transpose()?;
    Ok(Kept { journal: Some(Arc::new(journal)), secrets: secrets.map(Arc::new), planner: None })
}

/// Tells how a command has ended that is no script, and ends the run; returns the exit code.
pub(super) fn finish(session: &Session, ended: &Result<(), Failure>, shown: &Shown) -> u8 {
    let code = match ended {
        Ok(()) if session.tally().all_done() => exit::DONE,
        Ok(()) => exit::NOT_ALL_DONE,
        Err(failure) => {
            shown.error(failure);
            failure.kind.exit_code_after(!session.tally().is_empty())
        }
    };
    end(session, ended.as_ref().err(), code, shown)
}

/// Ends the run and says what was written, and where to look for it; returns the exit code.
pub(super) fn end(session: &Session, failure: Option<&Failure>, code: u8, shown: &Shown) -> u8 {
    let how = match failure {
        Some(failure) => failure.kind.name(),
        None if code == exit::DONE => "done",
        None if code == exit::NOT_ALL_DONE => "not all done",
        None => "exit",
    };
    let ended = session.end(how, code);
    let tell = shown.notices();
    if let Some(line) = session.tally().line() {
        tell(&line);
    }
    if let Some(id) = session.run() {
        tell(&format!("run {id}: cippsh runs show {id}"));
    }
    match ended {
        Ok(()) => code,
        Err(failure) => {
            shown.error(&failure);
            if code == exit::DONE { failure.kind.exit_code() } else { code }
        }
    }
}
