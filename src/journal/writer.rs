//! The thread that writes: whatever has come while the disk was busy is written together.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior, params};
use tokio::sync::oneshot;

use super::{
    begin::{Start, begin},
    file,
    record::{Answer, Intent, Server},
    trail::{self, Trail},
};
use crate::{
    failure::{Failure, Kind},
    outcome::Status,
};

/// How often a run says that it is alive.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(5);

/// The most that is written together.
const MOST: usize = 1024;

/// What the thread is asked for.
pub(super) enum Message {
    /// `again` says that the write has its place already, and is begun anew.
    Intent {
        number: i64,
        again: bool,
        intent: Box<Intent>,
        done: oneshot::Sender<Result<(), Failure>>,
    },
    Answer {
        number: i64,
        answer: Box<Answer>,
    },
    Verdict {
        number: i64,
        status: Status,
        seen: String,
    },
    Modules(BTreeMap<String, String>),
    Inputs(BTreeMap<String, String>),
    Simulated,
    End {
        how: &'static str,
        code: u8,
        done: mpsc::SyncSender<Result<(), Failure>>,
    },
}

/// A run that has begun.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) id: String,
    pub(super) inbox: mpsc::Sender<Message>,
    /// `None` where a system cannot have one.
    pub(super) trail: Option<Trail>,
}

/// Begins a run and starts its thread.
pub(super) fn start(
    path: &Path,
    start: &Start,
    server: &Server,
    modules: &BTreeMap<String, String>,
    commits: &Arc<AtomicUsize>,
) -> Result<Begun, Failure> {
    let mut connection = file::open(path)?;
    let at_work = trail::recover(path, &mut connection).map_err(|cause| file::unwritable(path, cause))?;
    let (run, id) = begin(path, &mut connection, start, server, modules, &at_work)?;
    let trail = Trail::begin(path, &id).map_err(|cause| file::unwritable(path, cause))?;
    let (inbox, receiver) = mpsc::channel();
    let writer = Writer {
        connection,
        path: path.to_owned(),
        run,
        unsaved: Vec::new(),
        full: true,
        commits: Arc::clone(commits),
    };
    thread::Builder::new()
        .name("journal".into())
        .spawn(move || writer.work(&receiver))
        .map_err(|cause| Failure::new(Kind::Internal, "cannot start the journal's thread").because(cause))?;
    Ok(Begun { id, inbox, trail })
}

struct Writer {
    connection: Connection,
    path: PathBuf,
    run: i64,
    /// What could not be written yet.
    unsaved: Vec<Message>,
    /// Whether a commit waits for the disk.
    full: bool,
    commits: Arc<AtomicUsize>,
}

impl Writer {
    /// Works until nobody can ask any more.
    fn work(mut self, inbox: &mpsc::Receiver<Message>) {
        loop {
            match inbox.recv_timeout(HEARTBEAT) {
                Ok(first) => {
                    let batch = std::iter::once(first).chain(inbox.try_iter().take(MOST - 1)).collect();
                    self.together(batch);
                }
                Err(mpsc::RecvTimeoutError::Timeout) => self.together(Vec::new()),
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Writes a batch and tells those who wait. What fails is tried again with the next one, its intents aside:
    /// they are not sent.
    fn together(&mut self, batch: Vec<Message>) {
        let mut all = std::mem::take(&mut self.unsaved);
        all.extend(batch);
        let result = self.commit(&all).map_err(|error| file::failure(&self.path, &error));
        for message in all {
            match message {
                Message::Intent { done, .. } => drop(done.send(result.clone())),
                Message::End { done, .. } => drop(done.send(result.clone())),
                other if result.is_err() => self.unsaved.push(other),
                _ => {}
            }
        }
    }

    fn commit(&mut self, batch: &[Message]) -> rusqlite::Result<()> {
        // A result that is lost by a power cut leaves a doubt, which is true. An intent must not be lost.
        let full = batch.iter().any(|message| matches!(message, Message::Intent { .. } | Message::End { .. }));
        if full != self.full {
            self.connection.pragma_update(None, "synchronous", if full { "FULL" } else { "NORMAL" })?;
            self.full = full;
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for message in batch {
            write(&transaction, self.run, message)?;
        }
        let alive = "UPDATE runs SET seen = ?2 WHERE number = ?1";
        transaction.prepare_cached(alive)?.execute(params![self.run, Timestamp::now().as_second()])?;
        transaction.commit()?;
        self.commits.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

fn write(connection: &Connection, run: i64, message: &Message) -> rusqlite::Result<usize> {
    match message {
        Message::Intent { number, intent, again: true, .. } => {
            let sql = "UPDATE calls SET arguments = ?3, effect = ?4, sent = ?5, tries = tries + 1, answered = NULL,
                status = NULL, message = '', http_status = 0, results = '[]', task = '', reply = '{}'
                WHERE run = ?1 AND number = ?2";
            let Intent { arguments, effect, .. } = &**intent;
            connection.prepare_cached(sql)?.execute(params![run, number, arguments.to_string(), effect, now()])
        }
        Message::Intent { number, intent, again: false, .. } => {
            let sql = "INSERT INTO calls (run, number, bulk, item, endpoint, tenant, nth, arguments, effect, sent)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
            let Intent { identity: of, arguments, effect } = &**intent;
            connection.prepare_cached(sql)?.execute(params![
                run,
                number,
                of.bulk,
                of.item,
                of.endpoint,
                of.tenant,
                of.nth,
                arguments.to_string(),
                effect,
                now()
            ])
        }
        Message::Answer { number, answer: result } => answer(connection, run, *number, result),
        Message::Verdict { number, status, seen } => verdict(connection, run, *number, *status, seen),
        Message::Modules(modules) => {
            let sql = "UPDATE runs SET modules = ?2 WHERE number = ?1";
            connection.execute(sql, params![run, text_of(modules)])
        }
        Message::Inputs(inputs) => {
            let sql = "UPDATE runs SET inputs = ?2 WHERE number = ?1";
            connection.execute(sql, params![run, text_of(inputs)])
        }
        Message::Simulated => connection.execute("UPDATE runs SET simulated = 1 WHERE number = ?1", [run]),
        Message::End { how, code, .. } => {
            let sql = "UPDATE runs SET ended = ?2, how = ?3, code = ?4 WHERE number = ?1";
            connection.execute(sql, params![run, now(), how, code])
        }
    }
}

/// Writes what became of a write.
pub(super) fn answer(connection: &Connection, run: i64, number: i64, answer: &Answer) -> rusqlite::Result<usize> {
    let sql = "UPDATE calls SET answered = ?3, status = ?4, message = ?5, http_status = ?6, results = ?7,
        task = ?8, reply = ?9 WHERE run = ?1 AND number = ?2";
    connection.prepare_cached(sql)?.execute(params![
        run,
        number,
        now(),
        answer.status.name(),
        answer.message,
        answer.http_status,
        answer.results.to_string(),
        answer.task,
        answer.reply.to_string()
    ])
}

/// Writes what reading back shows.
pub(super) fn verdict(
    connection: &Connection,
    run: i64,
    number: i64,
    status: Status,
    seen: &str,
) -> rusqlite::Result<usize> {
    let sql = "UPDATE calls SET status = ?3, message = CASE WHEN ?4 = '' THEN message
        ELSE 'read back: ' || ?4 || iif(message = '', '', '; the server said: ' || message) END
        WHERE run = ?1 AND number = ?2";
    connection.prepare_cached(sql)?.execute(params![run, number, status.name(), seen])
}

pub(super) fn now() -> String {
    format!("{:.3}", Timestamp::now())
}

pub(super) fn text_of(modules: &BTreeMap<String, String>) -> String {
    serde_json::Value::from_iter(modules.iter().map(|(name, hash)| (name.clone(), hash.clone()))).to_string()
}
