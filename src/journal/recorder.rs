//! Keeps one run: opened by its first write, shared by all its threads.

use std::{
    collections::BTreeMap,
    future::Future,
    path::PathBuf,
    pin::Pin,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
};

use tokio::sync::oneshot;

use super::{
    record::{About, Answer, Intent, Server},
    writer::{self, Message},
};
use crate::{
    failure::{Failure, Kind},
    outcome::Status,
};

/// Ends when an intent is on the disk; nothing is written before it is waited for.
pub type Durable = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

/// Keeps one run. No file is touched before its first write.
#[derive(Debug)]
pub struct Recorder {
    path: PathBuf,
    about: About,
    open: OnceLock<Result<Open, Failure>>,
    modules: Mutex<BTreeMap<String, String>>,
}

#[derive(Debug)]
struct Open {
    run: String,
    writer: mpsc::Sender<Message>,
    numbers: Mutex<i64>,
    /// How many times something was written so far.
    commits: Arc<AtomicUsize>,
}

/// A write that is kept: where its result goes.
#[derive(Debug, Clone)]
pub struct Kept {
    number: i64,
    /// Whether the intent is on the disk. One that is not was never sent.
    durable: Arc<AtomicBool>,
}

impl Recorder {
    /// For a run that has not written anything.
    pub fn new(path: PathBuf, about: About) -> Self {
        Self { path, about, open: OnceLock::new(), modules: Mutex::default() }
    }

    /// Begins the run, once: from then on it is in the file.
    ///
    /// # Errors
    ///
    /// Why the file cannot be used; nothing may be written to a server then.
    pub fn begin(&self, server: impl FnOnce() -> Server) -> Result<(), Failure> {
        self.opened(server).map(drop)
    }

    fn opened(&self, server: impl FnOnce() -> Server) -> Result<&Open, Failure> {
        let open = || {
            // Held until the run is there: a module that comes in between must not be missed.
            let modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
            let commits = Arc::<AtomicUsize>::default();
            let (run, writer) = writer::start(&self.path, &self.about, &server(), &modules, &commits)?;
            Ok(Open { run, writer, numbers: Mutex::new(0), commits })
        };
        self.open.get_or_init(open).as_ref().map_err(Clone::clone)
    }

    fn begun(&self) -> Option<&Open> {
        self.open.get()?.as_ref().ok()
    }

    /// The id of the run; `None` before its first write.
    pub fn run(&self) -> Option<&str> {
        self.begun().map(|open| open.run.as_str())
    }

    /// How many times the disk was written to; what many threads want at once is written together.
    pub fn commits(&self) -> usize {
        self.begun().map_or(0, |open| open.commits.load(Ordering::Relaxed))
    }

    /// A place for a write in a run that has begun, and what is to be waited for before it is sent.
    pub fn intend(&self, intent: Intent) -> Option<(Kept, Durable)> {
        let open = self.begun()?;
        let number = {
            let mut numbers = open.numbers.lock().unwrap_or_else(PoisonError::into_inner);
            *numbers += 1;
            *numbers
        };
        let durable = Arc::new(AtomicBool::new(false));
        let kept = Kept { number, durable: Arc::clone(&durable) };
        let (writer, gone) = (open.writer.clone(), gone);
        let wait = async move {
            let (sender, receiver) = oneshot::channel();
            writer.send(Message::Intent { number, intent: Box::new(intent), done: sender }).map_err(|_| gone())?;
            receiver.await.map_err(|_| gone())??;
            durable.store(true, Ordering::Release);
            Ok(())
        };
        Some((kept, Box::pin(wait)))
    }

    /// Keeps what became of a write; of one that was never sent there is nothing to keep.
    pub fn answer(&self, kept: &Kept, answer: Answer) {
        if kept.durable.load(Ordering::Acquire) {
            self.tell(Message::Answer { number: kept.number, answer: Box::new(answer) });
        }
    }

    /// Keeps what reading back shows; `seen` tells what was seen instead, and is empty when all is well.
    pub fn verdict(&self, kept: &Kept, status: Status, seen: &str) {
        if kept.durable.load(Ordering::Acquire) {
            self.tell(Message::Verdict { number: kept.number, status, seen: seen.to_owned() });
        }
    }

    /// Keeps the hash of a module that the script imports.
    pub fn module(&self, name: &str, hash: String) {
        let mut modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        modules.insert(name.to_owned(), hash);
        self.tell(Message::Modules(modules.clone()));
    }

    /// Keeps that the server says that it is a simulator.
    pub fn simulated(&self) {
        self.tell(Message::Simulated);
    }

    /// Ends the run: `how` in one word, and the exit code. All results are on the disk when this returns.
    ///
    /// # Errors
    ///
    /// Results that could not be written, and why.
    pub fn end(&self, how: &'static str, code: u8) -> Result<(), Failure> {
        let Some(open) = self.begun() else { return Ok(()) };
        let (sender, receiver) = mpsc::sync_channel(1);
        open.writer.send(Message::End { how, code, done: sender }).map_err(|_| gone())?;
        receiver.recv().map_err(|_| gone())?
    }

    fn tell(&self, message: Message) {
        if let Some(open) = self.begun() {
            // A thread that is gone is told of by the next intent, and by the end.
            let _ = open.writer.send(message);
        }
    }
}

fn gone() -> Failure {
    Failure::new(Kind::Internal, "the journal's thread has ended")
}
