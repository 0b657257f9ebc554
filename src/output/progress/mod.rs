//! How far bulks are: a bar on a terminal, elsewhere a line now and then.
//!
//! One bulk is shown at a time. Those that run inside of its items add to what it tells.

mod line;
mod text;

use std::{
    io::Write,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::outcome::Status;
use line::LastLine;
use text::Seen;

/// How often a bar is drawn.
const FRAME: Duration = Duration::from_millis(200);

/// Where it is told how far bulks are; clones share it. The default tells nothing.
#[derive(Clone, Default)]
pub struct Progress(Arc<Shared>);

#[derive(Default)]
struct Shared {
    way: Way,
    /// The bulk that is shown.
    shown: Mutex<Option<Arc<Bulk>>>,
    closed: AtomicBool,
}

#[derive(Default)]
enum Way {
    #[default]
    Nothing,
    Bar {
        colour: bool,
    },
    Lines {
        every: Duration,
        out: Mutex<Box<dyn Write + Send>>,
    },
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Progress").finish_non_exhaustive()
    }
}

/// How many requests the server gets at once, as far as that is known.
type Limit = Box<dyn Fn() -> Option<usize> + Send + Sync>;

/// A bulk that is shown.
struct Bulk {
    label: String,
    total: usize,
    started: Instant,
    ok: AtomicUsize,
    failed: AtomicUsize,
    in_doubt: AtomicUsize,
    /// Items of bulks inside of its items, done and all.
    inside: (AtomicUsize, AtomicUsize),
    reads_back: AtomicBool,
    limit: Limit,
    bar: Option<ProgressBar>,
    ended: (Mutex<bool>, Condvar),
}

/// A bulk while it runs; it is shown until this is dropped.
pub struct Job {
    progress: Progress,
    /// The bulk that is shown, this one or the one around it.
    bulk: Option<Arc<Bulk>>,
    /// What draws this one; `None` when it is inside of another.
    drawing: Option<JoinHandle<()>>,
    is_inside: bool,
}

impl Progress {
    /// A bar on standard error, which is a terminal.
    pub fn bar(colour: bool) -> Self {
        Self::by(Way::Bar { colour })
    }

    /// A line there each time that so much time has gone by.
    pub fn lines(every: Duration, out: impl Write + Send + 'static) -> Self {
        Self::by(Way::Lines { every, out: Mutex::new(Box::new(out)) })
    }

    fn by(way: Way) -> Self {
        Self(Arc::new(Shared { way, ..Shared::default() }))
    }

    /// Shows a bulk of so many items, unless one is shown that it runs inside of.
    pub fn start(&self, label: &str, total: usize, limit: Limit) -> Job {
        let mut job = Job { progress: self.clone(), bulk: None, drawing: None, is_inside: false };
        if matches!(self.0.way, Way::Nothing) || self.is_closed() {
            return job;
        }
        let mut shown = lock(&self.0.shown);
        if let Some(around) = &*shown {
            around.inside.1.fetch_add(total, Ordering::Relaxed);
            (job.bulk, job.is_inside) = (Some(Arc::clone(around)), true);
            return job;
        }
        let bulk = Arc::new(self.new_bulk(label, total, limit));
        let (progress, drawn) = (self.clone(), Arc::clone(&bulk));
        // A bulk that cannot be shown runs all the same.
        job.drawing = thread::Builder::new().name("progress".into()).spawn(move || progress.draw(&drawn)).ok();
        *shown = Some(Arc::clone(&bulk));
        job.bulk = Some(bulk);
        job
    }

    fn new_bulk(&self, label: &str, total: usize, limit: Limit) -> Bulk {
        let label = text::short(if label.is_empty() { "bulk" } else { label });
        let bar = match self.0.way {
            Way::Bar { colour } => Some(new_bar(colour, &label, total)),
            _ => None,
        };
        Bulk {
            label,
            total,
            started: Instant::now(),
            ok: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
            in_doubt: AtomicUsize::new(0),
            inside: Default::default(),
            reads_back: AtomicBool::new(false),
            limit,
            bar,
            ended: Default::default(),
        }
    }

    /// Writes something that a bar must not be mixed with.
    pub fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        let shown = lock(&self.0.shown).clone();
        match shown.as_ref().and_then(|bulk| bulk.bar.as_ref()) {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Shows nothing from now on.
    pub fn close(&self) {
        self.0.closed.store(true, Ordering::Relaxed);
        if let Some(bulk) = &*lock(&self.0.shown) {
            bulk.end();
        }
    }

    fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::Relaxed)
    }

    /// Draws a bulk until it has ended.
    fn draw(&self, bulk: &Bulk) {
        let every = if let Way::Lines { every, .. } = self.0.way { every } else { FRAME };
        while !bulk.ends_within(every) {
            let seen = bulk.seen();
            if let Some(bar) = &bulk.bar {
                bar.set_message(seen.beside_bar());
                bar.set_position(u64::try_from(seen.done()).unwrap_or(u64::MAX));
            }
            if let Way::Lines { out, .. } = &self.0.way {
                // Nobody misses it when nobody reads there.
                let _ = lock(out).write_all(format!("{}\n", seen.line()).as_bytes());
            }
        }
    }
}

impl Bulk {
    fn seen(&self) -> Seen<'_> {
        let now = |count: &AtomicUsize| count.load(Ordering::Relaxed);
        Seen {
            label: &self.label,
            total: self.total,
            elapsed: self.started.elapsed(),
            ok: now(&self.ok),
            failed: now(&self.failed),
            in_doubt: now(&self.in_doubt),
            inside: (now(&self.inside.0), now(&self.inside.1)),
            reads_back: self.reads_back.load(Ordering::Relaxed),
            limit: (self.limit)(),
        }
    }

    fn ends_within(&self, time: Duration) -> bool {
        let (ended, changed) = &self.ended;
        let waited = changed.wait_timeout_while(lock(ended), time, |ended| !*ended);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn end(&self) {
        *lock(&self.ended.0) = true;
        self.ended.1.notify_all();
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Job {
    /// Counts an item that has come to this; one that was not run is still to do.
    pub fn count(&self, status: Status) {
        let Some(bulk) = &self.bulk else { return };
        let count = match status {
            Status::NotRun => return,
            _ if self.is_inside => &bulk.inside.0,
            Status::InDoubt => &bulk.in_doubt,
            status if status.done() || matches!(status, Status::Queued | Status::Planned) => &bulk.ok,
            _ => &bulk.failed,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    /// All items are through, and what they wrote is read back.
    pub fn read_back(&self) {
        if let Some(bulk) = self.bulk.as_ref().filter(|_| !self.is_inside) {
            bulk.reads_back.store(true, Ordering::Relaxed);
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let Some(bulk) = self.bulk.take().filter(|_| !self.is_inside) else { return };
        bulk.end();
        if let Some(drawing) = self.drawing.take() {
            // A thread that panicked has nothing more to draw.
            let _ = drawing.join();
        }
        // It may have drawn once more.
        bulk.end();
        *lock(&self.progress.0.shown) = None;
    }
}

fn new_bar(colour: bool, label: &str, total: usize) -> ProgressBar {
    let template = if colour { "{prefix} [{bar:16.cyan}] {wide_msg}" } else { "{prefix} [{bar:16}] {wide_msg}" };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let target = ProgressDrawTarget::term_like(Box::new(LastLine::default()));
    ProgressBar::with_draw_target(Some(u64::try_from(total).unwrap_or(u64::MAX)), target)
        .with_style(style.progress_chars("=> "))
        .with_prefix(label.to_owned())
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was written, and a way to wait for it.
    #[derive(Clone, Default)]
    struct Paper(Arc<(Mutex<String>, Condvar)>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            lock(&self.0.0).push_str(std::str::from_utf8(bytes).unwrap());
            self.0.1.notify_all();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Paper {
        /// Waits until there is a line that ends so.
        fn wait_for(&self, end: &str) {
            let unseen = |text: &mut String| !text.lines().any(|line| line.ends_with(end));
            drop(self.0.1.wait_while(lock(&self.0.0), unseen).unwrap());
        }

        fn text(&self) -> String {
            lock(&self.0.0).clone()
        }
    }

    #[test]
    fn lines_come_while_a_bulk_runs() {
        let paper = Paper::default();
        let progress = Progress::lines(Duration::from_millis(1), paper.clone());
        let job = progress.start("mfa", 4, Box::new(|| Some(12)));
        for status in [Status::Ok, Status::Verified, Status::Failed, Status::InDoubt] {
            job.count(status);
        }
        paper.wait_for("2 ok, 1 failed, 1 in doubt, limit 12");
        {
            let inner = progress.start("inner", 7, Box::new(|| None));
            inner.count(Status::Failed);
            paper.wait_for("2 ok, 1 failed, 1 in doubt, 1/7 inside, limit 12");
        }
        job.read_back();
        paper.wait_for("limit 12, reading back");
        drop(job);
        let before = paper.text();
        assert!(before.lines().all(|line| line.starts_with("mfa: ")), "{before}");
        drop(progress.start("next", 1, Box::new(|| None)));
        progress.close();
        assert!(progress.start("closed", 1, Box::new(|| None)).bulk.is_none());
    }

    #[test]
    fn a_bulk_that_ends_soon_says_nothing() {
        let paper = Paper::default();
        let progress = Progress::lines(Duration::from_secs(3600), paper.clone());
        let job = progress.start("mfa", 2, Box::new(|| None));
        job.count(Status::Ok);
        drop(job);
        assert_eq!(paper.text(), "");
    }

    #[test]
    fn by_default_nothing_is_shown() {
        let job = Progress::default().start("mfa", 2, Box::new(|| None));
        job.count(Status::Ok);
        assert!(job.drawing.is_none());
    }
}
