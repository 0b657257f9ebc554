//! Reads what was kept.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Row};
use serde_json::Value;

use super::{
    alive::is_alive,
    file,
    record::{Identity, Server},
    trail, writer,
};
use crate::{
    failure::{Failure, Kind},
    outcome::Status,
};

/// The journal, for looking into it.
#[derive(Debug)]
pub struct Book {
    connection: Connection,
    path: PathBuf,
}

/// A run as it was kept.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its number in the file.
    pub(super) number: i64,
    /// What people call it.
    pub id: String,
    /// When it began, ISO text in UTC.
    pub started: String,
    /// When it ended; `None` while it runs, and when it was cut off.
    pub ended: Option<String>,
    /// How it ended, in a word; empty before.
    pub how: String,
    /// Its exit code.
    pub code: Option<i64>,
    /// Who ran it.
    pub who: String,
    /// On which machine.
    pub host: String,
    /// Where it wrote to.
    pub server: Server,
    /// The version of cippsh.
    pub version: String,
    /// The verb of the command line.
    pub command: String,
    /// The script, or the endpoint that was called.
    pub script: String,
    /// The script's file, in full; empty without one.
    pub path: String,
    /// The script's hash; empty without one.
    pub hash: String,
    /// The script itself where it has no file; empty when it was not kept.
    pub text: String,
    /// The directory that it was started in.
    pub directory: String,
    /// The hashes of its modules, by name.
    pub modules: Value,
    /// The hashes of the files that it read, by name.
    pub inputs: Value,
    /// The script's arguments.
    pub arguments: Value,
    /// The same as they were given, `key=value`, without secrets.
    pub given: Vec<String>,
    /// How often it has gone on after an end.
    pub resumed: i64,
    /// Why it was done.
    pub reason: String,
    /// Whether its process seems to be at work.
    pub alive: bool,
    /// How many writes it has.
    pub writes: i64,
    /// How many of them are not done.
    pub open: i64,
}

/// A write as it was kept.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its number in the run.
    pub number: i64,
    /// Which one it is.
    pub identity: Identity,
    /// Query and body as they are sent, without secrets.
    pub arguments: Value,
    /// The name of its effect.
    pub effect: String,
    /// How often it was begun.
    pub tries: i64,
    /// When it was sent.
    pub sent: String,
    /// When its answer came.
    pub answered: Option<String>,
    /// How it went; in doubt where there is no result.
    pub status: Status,
    /// What was said.
    pub message: String,
    /// The HTTP status; 0 without an answer.
    pub http_status: u16,
    /// The results one by one.
    pub results: Value,
    /// The background job that the answer named.
    pub task: String,
    /// What stood beside the results.
    pub reply: Value,
}

impl Entry {
    /// What is told of it: what was said, or that no answer came.
    pub fn told(&self) -> &str {
        match self.status {
            _ if self.answered.is_some() || !self.message.is_empty() => &self.message,
            Status::NotRun => "the run ended before it was sent",
            _ => "the run ended before the answer came: the change may have been made",
        }
    }
}

const RUNS: &str = "SELECT number, id, started, ended, how, code, who, host, pid, seen, connection, server, simulated,
    tenants, version, command, script, path, hash, code_text, directory, modules, inputs, arguments, given, resumed, reason,
    (SELECT count(*) FROM calls WHERE run = runs.number) AS writes,
    (SELECT count(*) FROM calls WHERE run = runs.number
        AND coalesce(status, '') NOT IN ('verified', 'accepted', 'done_before', 'ok')) AS open
    FROM runs";

impl Book {
    /// Opens it, with what processes that are gone had yet to bring there; `None` when nothing was ever kept there.
    ///
    /// # Errors
    ///
    /// Why the file cannot be used.
    pub fn open(path: &Path) -> Result<Option<Self>, Failure> {
        if !path.exists() {
            return Ok(None);
        }
        let mut connection = file::open(path)?;
        trail::recover(path, &mut connection).map_err(|cause| file::unwritable(path, cause))?;
        Ok(Some(Self { connection, path: path.to_owned() }))
    }

    /// All runs, the latest first.
    pub fn runs(&self) -> Result<Vec<Run>, Failure> {
        self.query(&format!("{RUNS} ORDER BY number DESC"), [], run)
    }

    /// The run with this id, or the only one whose id starts so.
    pub fn run(&self, id: &str) -> Result<Run, Failure> {
        let sql = format!("{RUNS} WHERE id = ?1 OR substr(id, 1, length(?1)) = ?1 ORDER BY id = ?1 DESC, number DESC");
        let mut found = self.query(&sql, [id], run)?;
        match found.as_slice() {
            [] => Err(Failure::new(Kind::Command, format!("there is no run \"{id}\""))
                .because(format!("looked in {}", self.path.display()))
                .hint("cippsh runs list shows all of them")),
            [first, ..] if found.len() == 1 || first.id == id => Ok(found.swap_remove(0)),
            several => {
                let ids: Vec<&str> = several.iter().take(5).map(|run| run.id.as_str()).collect();
                Err(Failure::new(Kind::Command, format!("{} runs start with \"{id}\"", several.len()))
                    .because(format!("{}{}", ids.join(", "), if several.len() > 5 { ", …" } else { "" })))
            }
        }
    }

    /// The writes of a run, in the order in which they were begun.
    pub fn calls(&self, run: &Run) -> Result<Vec<Entry>, Failure> {
        let sql =
            "SELECT number, bulk, item, endpoint, tenant, nth, arguments, effect, tries, sent, answered, status, message,
            http_status, results, task, reply FROM calls WHERE run = ?1 ORDER BY number";
        self.query(sql, [run.number], entry)
    }

    /// Keeps what a later look shows of a write.
    pub fn verdict(&self, run: &Run, entry: &Entry, status: Status, seen: &str) -> Result<(), Failure> {
        let written = writer::verdict(&self.connection, run.number, entry.number, status, seen);
        written.map(drop).map_err(|error| file::failure(&self.path, &error))
    }

    fn query<T>(
        &self,
        sql: &str,
        parameters: impl rusqlite::Params,
        read: impl FnMut(&Row) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Failure> {
        let rows =
            || -> rusqlite::Result<Vec<T>> { self.connection.prepare(sql)?.query_map(parameters, read)?.collect() };
        rows().map_err(|error| file::failure(&self.path, &error))
    }
}

fn run(row: &Row) -> rusqlite::Result<Run> {
    let ended: Option<String> = row.get("ended")?;
    let host: String = row.get("host")?;
    let alive = ended.is_none() && is_alive(&host, row.get("pid")?, row.get("seen")?);
    Ok(Run {
        number: row.get("number")?,
        id: row.get("id")?,
        started: row.get("started")?,
        ended,
        how: row.get("how")?,
        code: row.get("code")?,
        who: row.get("who")?,
        host,
        server: Server {
            connection: row.get("connection")?,
            url: row.get("server")?,
            simulated: row.get("simulated")?,
            tenants: row.get::<_, Option<i64>>("tenants")?.and_then(|count| usize::try_from(count).ok()),
        },
        version: row.get("version")?,
        command: row.get("command")?,
        script: row.get("script")?,
        path: row.get("path")?,
        hash: row.get("hash")?,
        text: row.get("code_text")?,
        directory: row.get("directory")?,
        modules: json(row, "modules")?,
        inputs: json(row, "inputs")?,
        arguments: json(row, "arguments")?,
        given: texts(&json(row, "given")?),
        resumed: row.get("resumed")?,
        reason: row.get("reason")?,
        alive,
        writes: row.get("writes")?,
        open: row.get("open")?,
    })
}

fn entry(row: &Row) -> rusqlite::Result<Entry> {
    let status: Option<String> = row.get("status")?;
    // An intent without a result may have been carried out.
    let status = status.and_then(|name| Status::ALL.into_iter().find(|status| status.name() == name));
    Ok(Entry {
        number: row.get("number")?,
        identity: Identity {
            bulk: row.get("bulk")?,
            item: row.get("item")?,
            endpoint: row.get("endpoint")?,
            tenant: row.get("tenant")?,
            nth: row.get("nth")?,
        },
        arguments: json(row, "arguments")?,
        effect: row.get("effect")?,
        tries: row.get("tries")?,
        sent: row.get("sent")?,
        answered: row.get("answered")?,
        status: status.unwrap_or(Status::InDoubt),
        message: row.get("message")?,
        http_status: row.get("http_status")?,
        results: json(row, "results")?,
        task: row.get("task")?,
        reply: json(row, "reply")?,
    })
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

fn json(row: &Row, column: &str) -> rusqlite::Result<Value> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error)))
}
