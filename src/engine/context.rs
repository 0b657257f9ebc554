//! What a running script reaches: the session, its arguments, where its words go.

use std::{
    fmt::Display,
    io::{self, ErrorKind, Write},
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use crate::{
    failure::{Failure, Kind},
    interrupt::Interrupt,
    output::Progress,
    session::Session,
    value::Row,
};

/// Everything outside of the language that a script can reach.
pub struct Context {
    /// The way to the server.
    pub session: Arc<Session>,
    /// Raised to stop the script.
    pub interrupt: Interrupt,
    /// The script's `args`.
    pub arguments: Row,
    /// Directories that modules and files may come from, in full.
    pub roots: Vec<PathBuf>,
    /// How many requests may be on their way at once.
    pub concurrency: usize,
    /// Where `print` and `table` write.
    pub out: Sink,
    /// Where `log` and notices write.
    pub err: Sink,
    /// Where it is told how far bulks are.
    pub progress: Progress,
    /// How wide a table may be, in characters; `None` for as wide as it needs.
    pub width: Option<u16>,
    /// Show what `log::info` says.
    pub verbose: bool,
    /// What the script gave to `exit`.
    pub exit: OnceLock<i64>,
}

impl Context {
    /// How many items of a bulk that writes run beside those that have a request on its way: what is kept before it
    /// leaves waits for the disk meanwhile.
    pub(super) fn ahead(&self) -> usize {
        if self.session.keeps_writes() { self.concurrency / 2 } else { 0 }
    }
}

/// A place for text that threads share, line by line.
#[derive(Clone)]
pub struct Sink {
    writer: Arc<Mutex<dyn Write + Send>>,
    beside: Progress,
    /// Why a text could not be written, the first time.
    lost: Arc<OnceLock<io::Error>>,
}

impl Sink {
    /// A sink that writes there.
    pub fn new(writer: impl Write + Send + 'static) -> Self {
        Self { writer: Arc::new(Mutex::new(writer)), beside: Progress::default(), lost: Arc::default() }
    }

    /// The same, on a terminal that may show how far bulks are.
    #[must_use]
    pub fn beside(self, progress: &Progress) -> Self {
        Self { beside: progress.clone(), ..self }
    }

    /// Writes one line.
    pub fn line(&self, text: &str) {
        self.text(format_args!("{text}\n"));
    }

    /// Writes text as it is. A reader that has gone away, as `head` does, is no error.
    pub fn text(&self, text: impl Display) {
        self.beside.suspend(|| {
            let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
            match write!(writer, "{text}").and_then(|()| writer.flush()) {
                Err(cause) if cause.kind() != ErrorKind::BrokenPipe => drop(self.lost.set(cause)),
                _ => {}
            }
        });
    }

    /// Whether all that was to be written is.
    ///
    /// # Errors
    /// Something is lost, for example on a full disk.
    pub fn written(&self) -> Result<(), Failure> {
        self.lost
            .get()
            .map_or(Ok(()), |cause| Err(Failure::new(Kind::Internal, "the result cannot be written").because(cause)))
    }
}
