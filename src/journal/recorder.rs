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

use serde_json::Value;
use tokio::sync::oneshot;

use super::{
    begin::{Before, Lazy, Start},
    book::{Entry, Run},
    record::{About, Answer, Intent, Server},
    trail::Trail,
    writer::{self, Begun, Message},
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
    start: Start,
    /// The number of the last write that the run has already.
    last: i64,
    open: OnceLock<Result<Open, Failure>>,
    modules: Mutex<BTreeMap<String, String>>,
    inputs: Mutex<BTreeMap<String, String>>,
}

#[derive(Debug)]
struct Open {
    run: String,
    writer: mpsc::Sender<Message>,
    trail: Option<Arc<Trail>>,
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
    /// It may have been carried out before.
    pub(super) in_doubt: bool,
    pub(super) trail: Option<Arc<Trail>>,
}

impl Recorder {
    /// For a run that has not written anything; `about` is asked when it does.
    pub fn new(path: PathBuf, about: impl FnOnce() -> About + Send + 'static) -> Self {
        Self::starting(path, Start::New(Lazy::new(Box::new(about))), 0)
    }

    /// For a run that goes on, with its writes so far, and what is known of it now.
    pub fn again(path: PathBuf, run: &Run, calls: &[Entry], about: impl FnOnce() -> About + Send + 'static) -> Self {
        let last = calls.iter().map(|call| call.number).max().unwrap_or_default();
        let before = Before { number: run.number, id: run.id.clone(), resumed: run.resumed };
        let recorder = Self::starting(path, Start::Again(before, Lazy::new(Box::new(about))), last);
        *locked(&recorder.modules) = hashes(&run.modules);
        *locked(&recorder.inputs) = hashes(&run.inputs);
        recorder
    }

    fn starting(path: PathBuf, start: Start, last: i64) -> Self {
        Self { path, start, last, open: OnceLock::new(), modules: Mutex::default(), inputs: Mutex::default() }
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
            // Held until the run is there: what comes in between must not be missed.
            let (modules, inputs) = (locked(&self.modules), locked(&self.inputs));
            let commits = Arc::<AtomicUsize>::default();
            let begun = writer::start(&self.path, &self.start, &server(), &modules, &commits)?;
            let Begun { id: run, inbox: writer, trail } = begun;
            // A thread that is gone is told of by the next intent.
            let _ = writer.send(Message::Inputs(inputs.clone()));
            let trail = trail.map(Arc::new);
            Ok(Open { run, writer, trail, numbers: Mutex::new(self.last), commits })
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

    /// A place for a write in a run that has begun, and what is to be waited for before it is sent. One that was
    /// begun before has its place, and keeps it.
    pub fn intend(&self, intent: Intent, place: Option<&Kept>) -> Option<(Kept, Durable)> {
        let open = self.begun()?;
        let again = place.is_some();
        let number = place.map_or_else(|| open.next(), |place| place.number);
        let durable = Arc::new(AtomicBool::new(false));
        let in_doubt = place.is_some_and(|place| place.in_doubt);
        let kept = Kept { number, durable: Arc::clone(&durable), in_doubt, trail: open.trail.clone() };
        let doubted = in_doubt.then(|| kept.clone());
        let writer = open.writer.clone();
        let wait = async move {
            // From here on the journal has no status for it.
            doubted.map_or(Ok(()), |kept| kept.leaves())?;
            let (sender, receiver) = oneshot::channel();
            writer
                .send(Message::Intent { number, again, intent: Box::new(intent), done: sender })
                .map_err(|_| gone())?;
            receiver.await.map_err(|_| gone())??;
            durable.store(true, Ordering::Release);
            Ok(())
        };
        Some((kept, Box::pin(wait)))
    }

    /// Keeps what became of a write; of one that was never sent there is nothing to keep.
    pub fn answer(&self, kept: &Kept, mut answer: Answer) {
        if kept.in_doubt && answer.status == Status::NotRun {
            // It did not leave again, which says nothing about the first time.
            answer.status = Status::InDoubt;
        }
        if kept.durable.load(Ordering::Acquire) {
            // Without the trail's line a kill leaves a doubt, which is true.
            let _ = kept.trail.as_ref().map(|trail| trail.answer(kept.number, answer.clone()));
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
        let mut modules = locked(&self.modules);
        modules.insert(name.to_owned(), hash);
        self.tell(Message::Modules(modules.clone()));
    }

    /// Keeps the hash of a file that the script reads.
    pub fn input(&self, name: &str, hash: String) {
        let mut inputs = locked(&self.inputs);
        inputs.insert(name.to_owned(), hash);
        self.tell(Message::Inputs(inputs.clone()));
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
        receiver.recv().map_err(|_| gone())??;
        // One that stays there tells nothing that the journal does not know.
        let _ = open.trail.as_ref().map(|trail| trail.end());
        Ok(())
    }

    fn tell(&self, message: Message) {
        if let Some(open) = self.begun() {
            // A thread that is gone is told of by the next intent, and by the end.
            let _ = open.writer.send(message);
        }
    }
}

impl Open {
    fn next(&self) -> i64 {
        let mut numbers = locked(&self.numbers);
        *numbers += 1;
        *numbers
    }
}

impl Kept {
    /// The place of a write that is kept already.
    pub fn of(entry: &Entry) -> Self {
        let in_doubt = entry.status == Status::InDoubt;
        Self { number: entry.number, durable: Arc::new(AtomicBool::new(true)), in_doubt, trail: None }
    }

    /// Keeps that the request is about to leave.
    ///
    /// # Errors
    ///
    /// Why it cannot be kept; the request must not leave then.
    pub fn leaves(&self) -> Result<(), Failure> {
        let kept = self.trail.as_ref().map_or(Ok(()), |trail| trail.left(self.number));
        kept.map_err(unkept)
    }

    /// Keeps that the request came back and was surely not carried out.
    ///
    /// # Errors
    ///
    /// Why it cannot be kept.
    pub fn refused(&self) -> Result<(), Failure> {
        let trail = self.trail.as_ref().filter(|_| !self.in_doubt);
        trail.map_or(Ok(()), |trail| trail.refused(self.number)).map_err(unkept)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a run has kept, by name.
fn hashes(kept: &Value) -> BTreeMap<String, String> {
    let pairs = kept.as_object().into_iter().flatten();
    pairs.filter_map(|(name, hash)| Some((name.clone(), hash.as_str()?.to_owned()))).collect()
}

fn unkept(cause: std::io::Error) -> Failure {
    Failure::new(Kind::Internal, "the journal's trail cannot be written").because(cause)
}

fn gone() -> Failure {
    Failure::new(Kind::Internal, "the journal's thread has ended")
}
