//! What must hold of the journal, whoever uses it.

use std::{path::Path, sync::Barrier, thread};

use rusqlite::Connection;
use serde_json::json;

use super::*;
use crate::outcome::Status;

fn recorder(path: &Path) -> Recorder {
    // Each is a script of its own: two of the same do not run at once.
    let hash = format!("{:?}", thread::current().id());
    let (command, script) = ("run".into(), "a.rhai".into());
    let about = About { command, script, hash, arguments: json!({ "n": 4 }), ..About::default() };
    let recorder = Recorder::new(path.to_owned(), || about);
    assert_eq!(recorder.run(), None);
    recorder
        .begin(|| Server {
            connection: "test".into(),
            url: "http://localhost/api".into(),
            simulated: true,
            tenants: Some(3),
        })
        .unwrap();
    recorder
}

fn intent(item: &str) -> Intent {
    let identity =
        Identity { bulk: "all".into(), item: item.into(), endpoint: "AddUser".into(), tenant: "t".into(), nth: 0 };
    Intent { identity, arguments: json!({ "body": { "name": item } }), effect: "write" }
}

fn answer(status: Status) -> Answer {
    Answer {
        status,
        message: "it is so".into(),
        http_status: 200,
        results: json!([{ "text": "it is so" }]),
        task: String::new(),
        reply: json!({}),
    }
}

/// Waits for a future on this thread.
fn wait(durable: Durable) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(durable).unwrap();
}

fn calls(path: &Path, id: &str) -> Vec<Entry> {
    let book = Book::open(path).unwrap().unwrap();
    book.calls(&book.run(id).unwrap()).unwrap()
}

#[test]
fn a_write_goes_from_intent_to_verdict() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal.sqlite");
    let recorder = recorder(&path);
    let id = recorder.run().unwrap().to_owned();
    let statuses = || calls(&path, &id).iter().map(|call| (call.status, call.answered.is_some())).collect::<Vec<_>>();

    let (kept, durable) = recorder.intend(intent("x"), None).unwrap();
    recorder.answer(&kept, answer(Status::Accepted));
    assert_eq!(statuses(), [], "what was never sent is not kept");
    wait(durable);
    assert_eq!(statuses(), [(Status::InDoubt, false)], "an intent without a result is a doubt");

    recorder.answer(&kept, answer(Status::Unconfirmed));
    recorder.verdict(&kept, Status::Contradicted, "it is not so");
    recorder.module("m", "hash".into());
    recorder.end("not all done", 3).unwrap();
    assert_eq!(statuses(), [(Status::Contradicted, true)]);
    let call = calls(&path, &id).remove(0);
    assert_eq!(call.message, "read back: it is not so; the server said: it is so");
    assert_eq!((call.identity.clone(), call.arguments), (intent("x").identity, intent("x").arguments));

    let run = Book::open(&path).unwrap().unwrap().run(&id[..8]).unwrap();
    assert_eq!((run.how.as_str(), run.code, run.alive), ("not all done", Some(3), false));
    assert_eq!((run.writes, run.open), (1, 1));
    assert_eq!((run.modules, run.arguments), (json!({ "m": "hash" }), json!({ "n": 4 })));
    assert!(run.server.simulated);
}

#[test]
fn what_comes_together_is_written_together() {
    const THREADS: usize = 64;
    const EACH: usize = 20;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal.sqlite");
    let recorder = recorder(&path);
    let barrier = Barrier::new(THREADS);
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (recorder, barrier) = (&recorder, &barrier);
            scope.spawn(move || {
                for round in 0..EACH {
                    let (kept, durable) = recorder.intend(intent(&format!("{number}-{round}")), None).unwrap();
                    barrier.wait();
                    wait(durable);
                    recorder.answer(&kept, answer(Status::Accepted));
                }
            });
        }
    });
    recorder.end("done", 0).unwrap();
    let calls = calls(&path, recorder.run().unwrap());
    assert_eq!(calls.len(), THREADS * EACH);
    assert!(calls.iter().all(|call| call.status == Status::Accepted));
    let commits = recorder.commits();
    assert!(commits < THREADS * EACH, "{commits} commits");
}

#[test]
fn several_runs_write_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal.sqlite");
    let ids: Vec<String> = thread::scope(|scope| {
        let runs: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let recorder = recorder(&path);
                    for number in 0..50 {
                        let (kept, durable) = recorder.intend(intent(&number.to_string()), None).unwrap();
                        wait(durable);
                        recorder.answer(&kept, answer(Status::Verified));
                    }
                    recorder.end("done", 0).unwrap();
                    recorder.run().unwrap().to_owned()
                })
            })
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let runs = Book::open(&path).unwrap().unwrap().runs().unwrap();
    assert_eq!(runs.len(), 4);
    for id in &ids {
        assert_eq!(calls(&path, id).iter().filter(|call| call.status == Status::Verified).count(), 50, "{id}");
    }
    let book = Book::open(&path).unwrap().unwrap();
    assert!(book.run(&ids[0][..8]).unwrap_err().message.starts_with("4 runs start with"));
    assert!(book.run("2099").unwrap_err().message.contains("no run \"2099\""));
}

#[test]
fn what_cannot_be_kept_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal.sqlite");
    let recorder = recorder(&path);
    Connection::open(&path).unwrap().execute_batch("DROP TABLE calls").unwrap();
    let (kept, durable) = recorder.intend(intent("x"), None).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let failure = runtime.block_on(durable).unwrap_err();
    assert!(failure.message.contains(&path.display().to_string()), "{failure:?}");
    recorder.answer(&kept, answer(Status::Accepted));
    recorder.end("done", 0).unwrap();
}

#[test]
fn a_file_of_an_older_cippsh_is_brought_up_to_date() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal.sqlite");
    let first = recorder(&path);
    first.end("done", 0).unwrap();
    let id = first.run().unwrap().to_owned();
    drop(first);
    let old = Connection::open(&path).unwrap();
    for column in ["code_text", "directory", "given", "inputs", "tenants"] {
        old.execute_batch(&format!("ALTER TABLE runs DROP COLUMN {column}")).unwrap();
    }
    old.pragma_update(None, "user_version", 1).unwrap();
    drop(old);
    let run = Book::open(&path).unwrap().unwrap().run(&id).unwrap();
    assert_eq!((run.how.as_str(), run.given.len(), run.inputs), ("done", 0, json!({})));
    assert_eq!(run.server.tenants, None);
}

#[test]
fn a_plan_is_applied_by_one_run_at_a_time_and_by_none_that_does_not_know_of_the_others() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal.sqlite");
    let apply = |file: &str, hash: &str, seen: usize| {
        let about = About {
            command: "apply".into(),
            path: file.into(),
            hash: hash.into(),
            applications: Some(seen),
            ..About::default()
        };
        Recorder::new(path.clone(), || about)
    };
    let first = apply("/a.json", "one", 0);
    first.begin(Server::default).unwrap();
    // Also when its file was copied.
    let refused = apply("/b.json", "one", 1).begin(Server::default).unwrap_err();
    assert!(refused.message.contains("is at work already"), "{refused:?}");
    apply("/a.json", "another", 0).begin(Server::default).unwrap();
    first.end("done", 0).unwrap();
    let refused = apply("/a.json", "one", 0).begin(Server::default).unwrap_err();
    assert_eq!(refused.kind, crate::failure::Kind::Guard);
    assert!(refused.causes[0].contains("has applied it meanwhile"), "{refused:?}");
    apply("/a.json", "one", 1).begin(Server::default).unwrap();
}

#[test]
fn a_run_that_goes_on_keeps_its_writes_and_counts_on() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal.sqlite");
    let first = recorder(&path);
    let id = first.run().unwrap().to_owned();
    for (item, status) in [("x", Status::Accepted), ("y", Status::Failed)] {
        let (kept, durable) = first.intend(intent(item), None).unwrap();
        wait(durable);
        first.answer(&kept, answer(status));
    }
    let go_on = || {
        let book = Book::open(&path).unwrap().unwrap();
        let run = book.run(&id).unwrap();
        Recorder::again(path.clone(), &run, &book.calls(&run).unwrap(), About::default)
    };
    let alive = go_on().begin(Server::default).unwrap_err();
    assert!(alive.message.contains("is at work already"), "{alive:?}");
    first.end("not all done", 3).unwrap();

    let (again, late) = (go_on(), go_on());
    again.begin(Server::default).unwrap();
    assert_eq!(again.run(), Some(id.as_str()));
    let y = Kept::of(&calls(&path, &id)[1]);
    wait(again.intend(intent("y"), Some(&y)).unwrap().1);
    let (_, durable) = again.intend(intent("z"), None).unwrap();
    wait(durable);
    again.end("done", 0).unwrap();
    let meanwhile = late.begin(Server::default).unwrap_err();
    assert!(meanwhile.message.contains("has gone on elsewhere"), "{meanwhile:?}");
    let told: Vec<_> =
        calls(&path, &id).into_iter().map(|call| (call.number, call.identity.item, call.tries, call.status)).collect();
    let expected = [(1, "x", 1, Status::Accepted), (2, "y", 2, Status::InDoubt), (3, "z", 1, Status::InDoubt)];
    assert_eq!(told, expected.map(|(number, item, tries, status)| (number, item.to_owned(), tries, status)));
    assert_eq!(Book::open(&path).unwrap().unwrap().run(&id).unwrap().resumed, 1);
}
