//! The beginning of a run in the journal: a new one, or one that goes on; never two of the same at once.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
    sync::LazyLock,
};

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::{
    alive::{is_alive, this_host},
    file,
    record::{About, Server},
    writer::{now, text_of},
};
use crate::failure::{Failure, Kind};

/// What is known of a run, found out when it writes for the first time: most never do.
pub(super) type Lazy = LazyLock<About, Box<dyn FnOnce() -> About + Send>>;

/// A run that is about to write.
#[derive(Debug)]
pub(super) enum Start {
    /// One that the journal does not know yet.
    New(Lazy),
    /// One that goes on, as it was when its writes were read, and as it is now.
    Again(Before, Lazy),
}

/// A run that goes on.
#[derive(Debug)]
pub(super) struct Before {
    pub(super) number: i64,
    pub(super) id: String,
    /// How often it had gone on.
    pub(super) resumed: i64,
}

/// Writes that it begins; returns its number and its id. The processes of the runs in `held` are there for sure.
///
/// # Errors
///
/// The same is at work already, or the file cannot be written.
pub(super) fn begin(
    path: &Path,
    connection: &mut Connection,
    start: &Start,
    server: &Server,
    modules: &BTreeMap<String, String>,
    held: &HashSet<String>,
) -> Result<(i64, String), Failure> {
    let failed = |error: rusqlite::Error| file::failure(path, &error);
    // One process at a time gets here, so that of two runs that start together one sees the other.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    let begun = match start {
        Start::New(about) => insert(&transaction, about, server, modules).map_err(failed)?,
        Start::Again(before, about) => {
            if let Some(itself) = at_work(&transaction, "number = ?1", before.number, held).map_err(failed)? {
                return Err(itself.refusal());
            }
            // What somebody else has done meanwhile would be done again.
            if !go_on(&transaction, before, about).map_err(failed)? {
                return Err(Failure::new(Kind::Guard, format!("run {} has gone on elsewhere meanwhile", before.id))
                    .hint("resume it again, where something is left"));
            }
            (before.number, before.id.clone())
        }
    };
    if let Some(other) = at_work(&transaction, THE_SAME, begun.0, held).map_err(failed)? {
        return Err(other.refusal());
    }
    let (Start::New(about) | Start::Again(_, about)) = start;
    if let Some(run) = applied_meanwhile(&transaction, about, begun.0).map_err(failed)? {
        return Err(Failure::new(Kind::Guard, "the plan is not applied")
            .because(format!("run {run} has applied it meanwhile"))
            .hint(format!("cippsh runs show {run} tells what it did")));
    }
    transaction.commit().map(|()| begun).map_err(failed)
}

/// Another run of the same script with the same arguments on the same connection, or of the same plan, whatever the
/// file is called that it is in.
const THE_SAME: &str = "number <> ?1 AND command IN ('run', 'eval') AND
        (command, path, iif(path = '', hash, ''), arguments, connection, server)
        = (SELECT command, path, iif(path = '', hash, ''), arguments, connection, server FROM runs WHERE number = ?1)
    OR number <> ?1 AND command = 'apply' AND (command, hash) = (SELECT command, hash FROM runs WHERE number = ?1)";

/// The latest run of the same plan, where there are more of them than whoever applies it has seen.
fn applied_meanwhile(transaction: &Transaction, about: &About, number: i64) -> rusqlite::Result<Option<String>> {
    let Some(seen) = about.applications else { return Ok(None) };
    let others = "FROM runs WHERE command = 'apply' AND hash = ?1 AND number <> ?2";
    let of = params![about.hash, number];
    let count: i64 = transaction.query_row(&format!("SELECT count(*) {others}"), of, |row| row.get(0))?;
    if usize::try_from(count).is_ok_and(|count| count <= seen) {
        return Ok(None);
    }
    let latest = format!("SELECT id {others} ORDER BY number DESC LIMIT 1");
    transaction.query_row(&latest, of, |row| row.get(0)).map(Some)
}

/// The id of a new run is the day and a number.
fn insert(
    transaction: &Transaction,
    about: &About,
    server: &Server,
    modules: &BTreeMap<String, String>,
) -> rusqlite::Result<(i64, String)> {
    let day = Timestamp::now().strftime("%Y%m%d").to_string();
    let last: Option<i64> = transaction.query_row(
        "SELECT max(CAST(substr(id, 10) AS INTEGER)) FROM runs WHERE substr(id, 1, 9) = ?1 || '-'",
        [&day],
        |row| row.get(0),
    )?;
    let id = format!("{day}-{}", last.unwrap_or(0) + 1);
    transaction.execute(
        "INSERT INTO runs (id, started, who, host, pid, seen, connection, server, simulated, version, command, script,
            path, hash, modules, arguments, reason, code_text, given, directory, tenants)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
             ?21)",
        params![
            id,
            now(),
            user(),
            this_host(),
            std::process::id(),
            Timestamp::now().as_second(),
            server.connection,
            server.url,
            server.simulated,
            env!("CARGO_PKG_VERSION"),
            about.command,
            about.script,
            about.path,
            about.hash,
            text_of(modules),
            about.arguments.to_string(),
            about.reason,
            about.text,
            serde_json::Value::from(about.given.clone()).to_string(),
            about.directory,
            server.tenants.map(|count| i64::try_from(count).unwrap_or(i64::MAX)),
        ],
    )?;
    Ok((transaction.last_insert_rowid(), id))
}

/// Whether it goes on from where it was. The person, the script and its arguments may be others than before, where that
/// was forced.
fn go_on(transaction: &Transaction, before: &Before, about: &About) -> rusqlite::Result<bool> {
    let changed = transaction.execute(
        "UPDATE runs SET who = iif(instr(who, ?2) > 0, who, who || ', ' || ?2), host = ?3, pid = ?4, seen = ?5,
            ended = NULL, how = '', code = NULL, resumed = resumed + 1, version = ?6, hash = ?7, arguments = ?8,
            given = ?9, reason = iif(?10 = '', reason, ?10) WHERE number = ?1 AND resumed = ?11",
        params![
            before.number,
            user(),
            this_host(),
            std::process::id(),
            Timestamp::now().as_second(),
            env!("CARGO_PKG_VERSION"),
            about.hash,
            about.arguments.to_string(),
            serde_json::Value::from(about.given.clone()).to_string(),
            about.reason,
            before.resumed,
        ],
    )?;
    Ok(changed > 0)
}

/// A run that is at work.
struct AtWork {
    id: String,
    who: String,
    host: String,
    pid: u32,
    started: String,
}

impl AtWork {
    fn refusal(&self) -> Failure {
        let who = [self.who.as_str(), &self.host].join("@");
        Failure::new(Kind::Guard, "the same script or plan is at work already, with the same arguments and connection")
            .because(format!(
                "run {} of {}, process {}, since {}",
                self.id,
                who.trim_start_matches('@'),
                self.pid,
                self.started
            ))
            .hint("wait until it has ended, or stop it; one that was killed is forgotten after 15 seconds")
    }
}

/// The first run of which this is so, and whose process is there.
fn at_work(
    transaction: &Transaction,
    condition: &str,
    number: i64,
    held: &HashSet<String>,
) -> rusqlite::Result<Option<AtWork>> {
    let sql = format!("SELECT id, who, host, pid, seen, started FROM runs WHERE ended IS NULL AND ({condition})");
    let mut statement = transaction.prepare(&sql)?;
    let found = statement.query_map([number], |row| {
        let run = AtWork {
            id: row.get("id")?,
            who: row.get("who")?,
            host: row.get("host")?,
            pid: row.get("pid")?,
            started: row.get("started")?,
        };
        let is_there = held.contains(&run.id) || is_alive(&run.host, run.pid, row.get("seen")?);
        Ok(is_there.then_some(run))
    })?;
    found.filter_map(Result::transpose).next().transpose()
}

fn user() -> String {
    ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| std::env::var(name).ok()).unwrap_or_default()
}
