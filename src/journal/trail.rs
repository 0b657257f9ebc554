//! The trail of a run at work: a file beside the journal that outlives a killed process.
//!
//! An intent is on the disk before there is room for its request, and a result gets there together with others. So a
//! process that is killed leaves more intents without a result than it had requests on their way. Its trail tells
//! them apart, at no cost: nobody waits until it is on the disk. The system keeps it when the process goes, and may
//! lose it when the machine does; it counts only while the machine has not been started anew.

use std::{
    collections::{HashMap, HashSet},
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};
use serde::{Deserialize, Serialize};

use super::{file, record::Answer, writer};
use crate::outcome::Status;

/// Between the journal's name and the run's id in the name of a trail.
const MARK: &str = "-trail-";

/// One line of a trail, as JSON.
#[derive(Debug, Serialize, Deserialize)]
enum Step {
    /// The first line: which start of the machine it is of.
    Boot(String),
    /// A request leaves, or may have left before.
    Left(i64),
    /// It came back and was surely not carried out.
    Refused(i64),
    /// What became of it.
    Answer(i64, Answer),
}

/// The trail of the run that is at work here; nobody else takes it while it is.
#[derive(Debug)]
pub(super) struct Trail {
    path: PathBuf,
    file: Mutex<File>,
}

impl Trail {
    /// Begins the trail of a run, with nothing in it; `None` where the system does not tell one start of the machine
    /// from the next.
    pub(super) fn begin(journal: &Path, run: &str) -> io::Result<Option<Self>> {
        let Some(boot) = boot() else { return Ok(None) };
        let path = beside(journal, &format!("{MARK}{run}"));
        let file = loop {
            file::make(&path)?;
            let file = OpenOptions::new().append(true).open(&path)?;
            // Only somebody who recovers it can hold it, for a moment, and removes it then.
            file.lock()?;
            if is_at(&file, &path)? {
                break file;
            }
        };
        file.set_len(0)?;
        let trail = Self { path, file: Mutex::new(file) };
        trail.add(&Step::Boot(boot))?;
        Ok(Some(trail))
    }

    /// A request is about to leave.
    pub(super) fn left(&self, number: i64) -> io::Result<()> {
        self.add(&Step::Left(number))
    }

    /// It came back and was not carried out.
    pub(super) fn refused(&self, number: i64) -> io::Result<()> {
        self.add(&Step::Refused(number))
    }

    /// What became of it.
    pub(super) fn answer(&self, number: i64, answer: Answer) -> io::Result<()> {
        self.add(&Step::Answer(number, answer))
    }

    /// Ends it: all that it tells is in the journal.
    pub(super) fn end(&self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }

    fn add(&self, step: &Step) -> io::Result<()> {
        let mut line = serde_json::to_vec(step)?;
        line.push(b'\n');
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line)
    }
}

/// Brings what the trails of processes that are gone tell into the journal, and removes them. Returns the ids of the
/// runs whose processes are there.
pub(super) fn recover(journal: &Path, connection: &mut Connection) -> io::Result<HashSet<String>> {
    let mut at_work = HashSet::new();
    for (path, run) in trails(journal)? {
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                at_work.insert(run);
                continue;
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // Since it was opened somebody may have recovered it, and the run may have gone on.
        if !is_at(&file, &path)? {
            continue;
        }
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        if settle(connection, &run, &text).map_err(io::Error::other)? {
            fs::remove_file(&path)?;
        }
    }
    Ok(at_work)
}

/// The trails beside a journal, each with the id of its run.
fn trails(journal: &Path) -> io::Result<Vec<(PathBuf, String)>> {
    let directory = journal.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let start = beside(journal, MARK);
    let Some(start) = start.file_name().and_then(|name| name.to_str()) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if let Some(run) = entry.file_name().to_str().and_then(|name| name.strip_prefix(start)) {
            found.push((entry.path(), run.to_owned()));
        }
    }
    Ok(found)
}

/// Gives every write of a run a status that has none; answers whether the journal knows the run.
fn settle(connection: &mut Connection, run: &str, text: &[u8]) -> rusqlite::Result<bool> {
    let told = Told::read(text);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let number = transaction.query_row("SELECT number FROM runs WHERE id = ?1", [run], |row| row.get(0)).optional()?;
    let Some(run) = number else { return Ok(false) };
    let unanswered: Vec<i64> = transaction
        .prepare("SELECT number FROM calls WHERE run = ?1 AND status IS NULL")?
        .query_map([run], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for number in unanswered {
        match &told {
            Some(told) if told.answers.contains_key(&number) => {
                writer::answer(&transaction, run, number, &told.answers[&number])?
            }
            Some(told) if !told.left.contains(&number) => {
                writer::verdict(&transaction, run, number, Status::NotRun, "")?
            }
            _ => writer::verdict(&transaction, run, number, Status::InDoubt, "")?,
        };
    }
    transaction.commit().map(|()| true)
}

/// What a trail tells.
#[derive(Debug, Default)]
struct Told {
    /// What left and was not refused.
    left: HashSet<i64>,
    answers: HashMap<i64, Answer>,
}

impl Told {
    /// `None` for a trail from before the machine was started, and for a damaged one. A last line that was cut off is
    /// of a request that did not get to leave, or of a result that nobody knows.
    fn read(text: &[u8]) -> Option<Self> {
        let whole = text.rsplitn(2, |byte| *byte == b'\n').nth(1)?;
        let mut steps = whole.split(|byte| *byte == b'\n').map(serde_json::from_slice);
        let Some(Ok(Step::Boot(of))) = steps.next() else { return None };
        if boot()? != of {
            return None;
        }
        let mut told = Self::default();
        for step in steps {
            match step.ok()? {
                Step::Boot(_) => return None,
                Step::Left(number) => drop(told.left.insert(number)),
                Step::Refused(number) => drop(told.left.remove(&number)),
                Step::Answer(number, answer) => drop(told.answers.insert(number, answer)),
            }
        }
        Some(told)
    }
}

/// What tells this start of the machine from all others (Linux).
fn boot() -> Option<String> {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(id.trim().to_owned()).filter(|id| !id.is_empty())
}

/// Whether the open file is the one that has this path now.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let of = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
        match fs::metadata(path) {
            Ok(there) => Ok(of(there) == of(file.metadata()?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        path.try_exists()
    }
}

fn beside(journal: &Path, ending: &str) -> PathBuf {
    let mut path = journal.as_os_str().to_owned();
    path.push(ending);
    path.into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tempfile::TempDir;

    use super::{
        super::{About, Book, Identity, Intent, Kept, Recorder, Server},
        *,
    };

    /// A journal with one run, which has written some intents.
    struct Place {
        directory: TempDir,
        recorder: Option<Recorder>,
    }

    impl Place {
        fn new(intents: usize) -> (Self, Vec<Kept>) {
            let directory = tempfile::tempdir().unwrap();
            let recorder =
                Recorder::new(directory.path().join("j"), || About { command: "run".into(), ..About::default() });
            recorder.begin(Server::default).unwrap();
            let place = Self { directory, recorder: Some(recorder) };
            let kept = (0..intents).map(|number| place.intend(&number.to_string(), None)).collect();
            (place, kept)
        }

        fn intend(&self, item: &str, of_before: Option<&Kept>) -> Kept {
            let identity = Identity { item: item.into(), ..Identity::default() };
            let intent = Intent { identity, arguments: json!({}), effect: "write" };
            let (kept, durable) = self.recorder.as_ref().unwrap().intend(intent, of_before).unwrap();
            tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(durable).unwrap();
            kept
        }

        /// What a killed process leaves.
        fn killed(&mut self, kept: Vec<Kept>) {
            drop((self.recorder.take(), kept));
            // Its process is this one.
            let journal = Connection::open(self.journal()).unwrap();
            journal.execute("UPDATE runs SET seen = 0", []).unwrap();
        }

        fn go_on(&mut self) {
            let book = Book::open(&self.journal()).unwrap().unwrap();
            let run = book.runs().unwrap().remove(0);
            let again = Recorder::again(self.journal(), &run, &book.calls(&run).unwrap(), About::default);
            again.begin(Server::default).unwrap();
            self.recorder = Some(again);
        }

        fn journal(&self) -> PathBuf {
            self.directory.path().join("j")
        }

        fn trails(&self) -> Vec<PathBuf> {
            trails(&self.journal()).unwrap().into_iter().map(|(path, _)| path).collect()
        }

        fn told(&self) -> Vec<(Status, String)> {
            let book = Book::open(&self.journal()).unwrap().unwrap();
            let run = book.runs().unwrap().remove(0);
            book.calls(&run).unwrap().iter().map(|call| (call.status, call.told().to_owned())).collect()
        }

        fn statuses(&self) -> Vec<Status> {
            self.told().into_iter().map(|(status, _)| status).collect()
        }
    }

    fn answer(status: Status) -> Answer {
        let (results, reply) = (json!([{ "text": "it is so" }]), json!({ "id": 7 }));
        Answer { status, message: "it is so".into(), http_status: 200, results, task: "t".into(), reply }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_left_is_told_from_what_did_not() {
        let (mut place, kept) = Place::new(4);
        kept[0].leaves().unwrap();
        kept[1].leaves().unwrap();
        kept[1].refused().unwrap();
        kept[3].leaves().unwrap();
        kept[3].trail.as_ref().unwrap().answer(4, answer(Status::Queued)).unwrap();
        assert_eq!(place.statuses(), [Status::InDoubt; 4], "a trail is not read while its process is there");
        place.killed(kept);
        let told = place.told();
        assert_eq!(told[0].1, "the run ended before the answer came: the change may have been made");
        assert_eq!(told[1].1, "the run ended before it was sent");
        assert_eq!(place.statuses(), [Status::InDoubt, Status::NotRun, Status::NotRun, Status::Queued]);
        assert_eq!(place.trails(), [] as [PathBuf; 0]);
        let book = Book::open(&place.journal()).unwrap().unwrap();
        let last = book.calls(&book.runs().unwrap()[0]).unwrap().remove(3);
        let expected = answer(Status::Queued);
        assert_eq!(
            (last.message, last.http_status, last.results, last.task, last.reply),
            (expected.message, expected.http_status, expected.results, expected.task, expected.reply)
        );
        assert!(last.answered.is_some());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_doubt_stays_one_when_it_is_sent_again_and_does_not_get_to_leave() {
        let (mut place, kept) = Place::new(2);
        kept[0].leaves().unwrap();
        place.killed(kept);
        place.go_on();
        let book = Book::open(&place.journal()).unwrap().unwrap();
        let before: Vec<_> = book.calls(&book.runs().unwrap()[0]).unwrap().iter().map(Kept::of).collect();
        assert_eq!(place.statuses(), [Status::InDoubt, Status::NotRun]);
        let again: Vec<_> = (0..2).map(|number| place.intend(&number.to_string(), Some(&before[number]))).collect();
        // That this try was not carried out says nothing about the first one.
        again[0].leaves().unwrap();
        again[0].refused().unwrap();
        place.killed([before, again].concat());
        assert_eq!(place.statuses(), [Status::InDoubt, Status::NotRun]);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_was_replaced_is_not_taken_for_the_one_that_is_there() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("j-trail-1");
        let old = File::create(&path).unwrap();
        assert!(is_at(&old, &path).unwrap());
        fs::remove_file(&path).unwrap();
        assert!(!is_at(&old, &path).unwrap());
        let new = File::create(&path).unwrap();
        assert!(is_at(&new, &path).unwrap() && !is_at(&old, &path).unwrap());
    }

    #[test]
    fn a_doubt_stays_one_when_it_is_stopped_before_it_leaves_again() {
        let (place, mut kept) = Place::new(2);
        kept[0].in_doubt = true;
        let recorder = place.recorder.as_ref().unwrap();
        kept.iter().for_each(|kept| recorder.answer(kept, answer(Status::NotRun)));
        recorder.end("interrupted", 130).unwrap();
        assert_eq!(place.statuses(), [Status::InDoubt, Status::NotRun]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_trail_does_not_tell_for_sure_is_a_doubt() {
        let boot = serde_json::to_string(&Step::Boot(boot().unwrap())).unwrap();
        let doubts = [Status::InDoubt; 2];
        let cases = [
            (format!("{boot}\n{{\"Left\":1}}\n"), [Status::InDoubt, Status::NotRun]),
            (format!("{boot}\n"), [Status::NotRun; 2]),
            // Cut off before it could leave.
            (format!("{boot}\n{{\"Left\":1"), [Status::NotRun; 2]),
            // The disk was full, and then it was not.
            (format!("{boot}\n{{\"Left\":{{\"Left\":1}}\n"), doubts),
            (format!("{boot}\n\0\0\0\0\n"), doubts),
            ("{\"Boot\":\"another\"}\n{\"Left\":1}\n".into(), doubts),
            (boot.clone(), doubts),
            (String::new(), doubts),
        ];
        for (text, expected) in cases {
            let (mut place, kept) = Place::new(2);
            let path = place.trails().remove(0);
            place.killed(kept);
            fs::write(&path, &text).unwrap();
            assert_eq!(place.statuses(), expected, "{text}");
            assert!(!path.exists());
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_that_only_stands_still_is_not_gone() {
        let (place, kept) = Place::new(1);
        Connection::open(place.journal()).unwrap().execute("UPDATE runs SET seen = 0", []).unwrap();
        let book = Book::open(&place.journal()).unwrap().unwrap();
        let run = book.runs().unwrap().remove(0);
        let calls = book.calls(&run).unwrap();
        let again = || Recorder::again(place.journal(), &run, &calls, About::default).begin(Server::default);
        let refused = again().unwrap_err();
        assert!(refused.message.contains("is at work already"), "{refused:?}");
        place.recorder.as_ref().unwrap().end("done", 0).unwrap();
        assert_eq!(place.trails(), [] as [PathBuf; 0]);
        // What is called like a trail and is none is somebody's.
        let other = beside(&place.journal(), "-trail-notes");
        fs::write(&other, "mine").unwrap();
        drop(kept);
        again().unwrap();
        assert_eq!(fs::read_to_string(other).unwrap(), "mine");
    }
}
