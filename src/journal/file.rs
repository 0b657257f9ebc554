//! The journal's file: made for its owner alone, and never touched when it is not what it should be.

use std::{
    fs, io,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::failure::{Failure, Kind};

/// Marks a file as a journal of cippsh: "cips".
const APPLICATION: i64 = 0x6369_7073;

/// How long another process may hold the file.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the tables are. Times are ISO texts in UTC; `seen` is in Unix seconds; JSON is text.
const TABLES: &str = "
CREATE TABLE runs (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    started TEXT NOT NULL,
    ended TEXT,
    how TEXT NOT NULL DEFAULT '',
    code INTEGER,
    who TEXT NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    connection TEXT NOT NULL,
    server TEXT NOT NULL,
    simulated INTEGER NOT NULL,
    version TEXT NOT NULL,
    command TEXT NOT NULL,
    script TEXT NOT NULL,
    path TEXT NOT NULL,
    hash TEXT NOT NULL,
    modules TEXT NOT NULL DEFAULT '{}',
    arguments TEXT NOT NULL,
    reason TEXT NOT NULL,
    resumed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE calls (
    run INTEGER NOT NULL REFERENCES runs(number),
    number INTEGER NOT NULL,
    bulk TEXT NOT NULL,
    item TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    tenant TEXT NOT NULL,
    nth INTEGER NOT NULL,
    arguments TEXT NOT NULL,
    effect TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 1,
    sent TEXT NOT NULL,
    answered TEXT,
    status TEXT,
    message TEXT NOT NULL DEFAULT '',
    http_status INTEGER NOT NULL DEFAULT 0,
    results TEXT NOT NULL DEFAULT '[]',
    task TEXT NOT NULL DEFAULT '',
    reply TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;
";

/// What came later, in steps; each makes the form of the tables one higher.
const STEPS: &[&str] = &[
    "
ALTER TABLE runs ADD COLUMN code_text TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN directory TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN given TEXT NOT NULL DEFAULT '[]';
ALTER TABLE runs ADD COLUMN inputs TEXT NOT NULL DEFAULT '{}';
",
    "ALTER TABLE runs ADD COLUMN tenants INTEGER;",
];

/// The form of the tables as this program writes them.
const VERSION: i64 = 1 + STEPS.len().cast_signed() as i64;

/// Opens the file for reading and writing, and makes it where there is none.
///
/// # Errors
///
/// Names the file: it cannot be made, is damaged, is something else, or was written by a newer cippsh.
pub(super) fn open(path: &Path) -> Result<Connection, Failure> {
    make(path).map_err(|cause| {
        Failure::new(Kind::Internal, format!("the journal {} cannot be made", path.display()))
            .because(cause)
            .hint(INSTEAD)
    })?;
    prepared(path).map_err(|error| match error {
        Refused::Sql(error) => failure(path, &error),
        Refused::Newer(version) => {
            Failure::new(Kind::Internal, format!("the journal {} was written by a newer cippsh", path.display()))
                .because(format!("its form is {version}, and this one knows {VERSION}"))
                .hint(INSTEAD)
        }
        Refused::Foreign => {
            Failure::new(Kind::Internal, format!("{} is no journal of cippsh", path.display())).hint(INSTEAD)
        }
    })
}

/// Whether the file can be written, without writing anything into it.
///
/// # Errors
///
/// Why it cannot.
pub fn check(path: &Path) -> Result<(), Failure> {
    let mut connection = open(path)?;
    let begun = connection.transaction_with_behavior(TransactionBehavior::Immediate).map(drop);
    begun.map_err(|error| failure(path, &error))
}

const INSTEAD: &str = "--journal FILE keeps it elsewhere; nothing is written to a server without a journal";

/// A failure of the database, as people can use it.
pub(super) fn failure(path: &Path, error: &rusqlite::Error) -> Failure {
    let code = error.sqlite_error_code();
    let (what, hint) = match code {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            ("is damaged, or is no journal", "it is left as it is; move it away, or name another one: --journal FILE")
        }
        Some(ErrorCode::DiskFull) => ("cannot be written: the disk is full", "make room, or --journal FILE"),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            ("is held by another process", "try again when that one has ended")
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            ("cannot be written", "is it yours? --journal FILE keeps it elsewhere")
        }
        _ => ("cannot be used", "--journal FILE keeps it elsewhere"),
    };
    Failure::new(Kind::Internal, format!("the journal {} {what}", path.display())).because(error).hint(hint)
}

/// What is beside it cannot be written.
pub(super) fn unwritable(path: &Path, cause: io::Error) -> Failure {
    Failure::new(Kind::Internal, format!("what belongs to the journal {} cannot be written", path.display()))
        .because(cause)
        .hint(INSTEAD)
}

enum Refused {
    Sql(rusqlite::Error),
    Newer(i64),
    Foreign,
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

fn prepared(path: &Path) -> Result<Connection, Refused> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    let number = |connection: &Connection, name: &str| connection.pragma_query_value(None, name, |row| row.get(0));
    let version: i64 = number(&connection, "user_version")?;
    if version == 0 {
        write_tables(&mut connection)?;
    }
    if number(&connection, "application_id")? != APPLICATION {
        return Err(Refused::Foreign);
    }
    let version = number(&connection, "user_version")?;
    if version > VERSION {
        return Err(Refused::Newer(version));
    }
    if version < VERSION {
        bring_up_to_date(&mut connection)?;
    }
    patiently(|| connection.pragma_update(None, "journal_mode", "WAL"))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

/// Writes the tables into a file that has none; the first of several processes does.
fn write_tables(connection: &mut Connection) -> Result<(), Refused> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables == 0 {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", 1)?;
    }
    Ok(transaction.commit()?)
}

/// Takes the steps that the file lacks; the first of several processes does.
fn bring_up_to_date(connection: &mut Connection) -> Result<(), Refused> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let taken = usize::try_from(version - 1).unwrap_or_default();
    for step in STEPS.iter().skip(taken) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(transaction.commit()?)
}

/// The switch to another journal mode does not wait for other processes by itself.
fn patiently(mut step: impl FnMut() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    let start = Instant::now();
    loop {
        match step() {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && start.elapsed() < PATIENCE => {
                thread::sleep(Duration::from_millis(10));
            }
            other => return other,
        }
    }
}

/// Makes an empty file that is its owner's alone, as are those that SQLite puts beside it.
pub(super) fn make(path: &Path) -> io::Result<()> {
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty() && !directory.exists())
    {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(directory)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_journal_is_refused_and_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal.sqlite");
        let foreign = |path: &Path| Connection::open(path).unwrap().execute_batch("CREATE TABLE mine (a)").unwrap();
        let newer = |path: &Path| {
            drop(open(path).unwrap());
            Connection::open(path).unwrap().pragma_update(None, "user_version", VERSION + 1).unwrap();
        };
        let text = |path: &Path| fs::write(path, "a diary, and no database: ".repeat(40)).unwrap();
        let torn = |path: &Path| {
            drop(open(path).unwrap());
            let mut bytes = fs::read(path).unwrap();
            bytes[100..4096].fill(0xff);
            fs::write(path, bytes).unwrap();
        };
        let cases = [
            (&foreign as &dyn Fn(&Path), "is no journal of cippsh"),
            (&newer, "was written by a newer cippsh"),
            (&text, "is damaged, or is no journal"),
            (&torn, "is damaged, or is no journal"),
        ];
        for (spoil, told) in cases {
            let _ = fs::remove_file(&path);
            spoil(&path);
            let before = fs::read(&path).unwrap();
            let failure = open(&path).and_then(|connection| {
                let read = connection.query_row("SELECT count(*) FROM runs", [], |row| row.get::<_, i64>(0));
                read.map_err(|error| super::failure(&path, &error))
            });
            let failure = failure.unwrap_err();
            assert_eq!(failure.kind, Kind::Internal);
            assert!(failure.message.contains(told), "{failure:?}");
            assert!(failure.message.contains(&path.display().to_string()), "{failure:?}");
            assert!(!failure.hints.is_empty());
            assert!(fs::read(&path).unwrap() == before, "{told}: the file was changed");
        }
    }

    #[cfg(unix)]
    #[test]
    fn it_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("state").join("cippsh").join("journal.sqlite");
        let connection = open(&path).unwrap();
        connection.execute_batch("BEGIN IMMEDIATE; DELETE FROM calls; COMMIT").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        for entry in fs::read_dir(path.parent().unwrap()).unwrap() {
            let path = entry.unwrap().path();
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
        assert!(path.with_file_name("journal.sqlite-wal").exists());
    }
}
