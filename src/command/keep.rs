//! What the journal keeps of a run from its beginning to its end.

use std::sync::Arc;

use super::{runs, show::Shown};
use crate::{
    cli::Keep,
    failure::{Failure, exit},
    journal::{About, Recorder},
    redact,
    session::{Journal, SecretsFile, Session},
};

/// Where a run keeps what it writes and what it is told.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) journal: Option<Journal>,
    pub(super) secrets: Option<Arc<SecretsFile>>,
}

/// A journal, whose file is not touched before the first write, and a file for secrets, which is open from now on.
pub(super) fn open(keep: &Keep, about: About) -> Result<Kept, Failure> {
    let path = runs::file(keep.journal.as_ref())?;
    let reason = redact::text(keep.reason.as_deref().unwrap_or_default()).into_owned();
    let journal = Arc::new(Recorder::new(path, About { reason, ..about }));
    let secrets = keep.secrets_to.as_deref().map(SecretsFile::open).transpose()?;
    Ok(Kept { journal: Some(journal), secrets: secrets.map(Arc::new) })
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
