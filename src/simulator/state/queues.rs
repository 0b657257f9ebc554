//! Background jobs, and the answers that they prepare.
//!
//! A job moves on when it is looked at, never by the clock: a test sees the same course on every machine. The first
//! look finds it queued, later ones running, and after as many looks as the settings say it is done.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;

use super::calendar::now;
use super::seed::Seed;

/// All jobs, and the answers that wait for one or were prepared by one.
#[derive(Debug)]
pub(crate) struct Queues {
    seed: Seed,
    looks: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    started: usize,
    jobs: Vec<Job>,
    answers: HashMap<String, Answer>,
}

#[derive(Debug)]
struct Answer {
    job: String,
    since: Instant,
    body: Option<Bytes>,
}

/// One job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Job {
    /// Its id, by which it is polled.
    pub(crate) id: String,
    /// What it does.
    pub(crate) name: String,
    /// What it belongs to.
    pub(crate) reference: String,
    /// One task for each of these, in order; tenants mostly.
    pub(crate) tasks: Vec<String>,
    /// How many tasks are done.
    pub(crate) done: usize,
    /// Where it is.
    pub(crate) status: Status,
    /// When it was started.
    pub(crate) time: String,
    looks: usize,
}

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Not begun.
    Queued,
    /// Some tasks are done.
    Running,
    /// All are.
    Completed,
}

/// What became of a request for an answer that a job prepares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The job of this id was started by this request.
    Started(String),
    /// The job of this id is still at work.
    Waiting(String),
    /// The answer.
    Ready(Bytes),
}

impl Queues {
    /// No jobs; each will need `looks` looks before the next finds it done.
    pub(crate) fn new(seed: Seed, looks: usize) -> Self {
        Self { seed: seed.of("queues", 0), looks, state: Mutex::default() }
    }

    /// Starts a job and returns its id.
    pub(crate) fn start(&self, name: &str, reference: &str, tasks: Vec<String>) -> String {
        self.begin(&mut self.lock(), name, reference, tasks)
    }

    /// Looks at the jobs that `wanted` picks; all of them move on by that.
    pub(crate) fn look(&self, wanted: impl Fn(&Job) -> bool) -> Vec<Job> {
        let mut state = self.lock();
        let jobs = state.jobs.iter_mut().filter(|job| wanted(job));
        jobs.map(|job| job.look(self.looks).clone()).collect()
    }

    /// Forgets all jobs; prepared answers stay.
    pub(crate) fn clear(&self) {
        self.lock().jobs.clear();
    }

    /// Asks for the answer of this key, which a job over `tasks` prepares: `make` writes it once the job is done, and
    /// it is kept for `life`.
    pub(crate) fn ask(
        &self,
        key: &str,
        name: &str,
        life: Duration,
        tasks: impl FnOnce() -> Vec<String>,
        make: impl FnOnce() -> Bytes,
    ) -> Asked {
        let mut state = self.lock();
        let known = state.answers.get(key).filter(|answer| answer.since.elapsed() < life);
        let Some(answer) = known else {
            let job = self.begin(&mut state, name, key, tasks());
            state.answers.insert(key.to_owned(), Answer { job: job.clone(), since: Instant::now(), body: None });
            return Asked::Started(job);
        };
        if let Some(body) = &answer.body {
            return Asked::Ready(body.clone());
        }
        let job = answer.job.clone();
        let waits = state.jobs.iter_mut().find(|known| known.id == job);
        if waits.is_some_and(|known| known.look(self.looks).status != Status::Completed) {
            return Asked::Waiting(job);
        }
        drop(state);
        let body = make();
        if let Some(answer) = self.lock().answers.get_mut(key) {
            answer.body = Some(body.clone());
        }
        Asked::Ready(body)
    }

    fn begin(&self, state: &mut State, name: &str, reference: &str, tasks: Vec<String>) -> String {
        let id = self.seed.of("job", state.started).guid("id");
        state.started += 1;
        state.jobs.push(Job {
            id: id.clone(),
            name: name.to_owned(),
            reference: reference.to_owned(),
            tasks,
            done: 0,
            status: Status::Queued,
            time: now(),
            looks: 0,
        });
        id
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Job {
    fn look(&mut self, needed: usize) -> &Self {
        self.status = match self.looks {
            looks if looks >= needed => Status::Completed,
            0 => Status::Queued,
            _ => Status::Running,
        };
        self.done = match self.status {
            Status::Queued => 0,
            Status::Running => self.tasks.len() * self.looks / needed,
            Status::Completed => self.tasks.len(),
        };
        self.looks += 1;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn tasks() -> Vec<String> {
        ["a", "b", "c", "d"].map(str::to_owned).to_vec()
    }

    #[test]
    fn a_job_moves_on_when_it_is_looked_at() {
        use Status::{Completed, Queued, Running};
        for (looks, course) in [
            (0, vec![(Completed, 4), (Completed, 4)]),
            (1, vec![(Queued, 0), (Completed, 4)]),
            (2, vec![(Queued, 0), (Running, 2), (Completed, 4)]),
            (4, vec![(Queued, 0), (Running, 1), (Running, 2), (Running, 3), (Completed, 4)]),
        ] {
            let queues = Queues::new(Seed::new(1), looks);
            queues.start("job", "ref", tasks());
            for (status, done) in course {
                let seen = queues.look(|_| true);
                assert_eq!((seen[0].status, seen[0].done), (status, done), "{looks} looks");
            }
        }
    }

    #[test]
    fn an_answer_is_made_once_its_job_is_done() {
        let queues = Queues::new(Seed::new(1), 2);
        let ask =
            |text: &'static str| queues.ask("users", "users", HOUR, tasks, || Bytes::from_static(text.as_bytes()));
        let Asked::Started(id) = ask("") else { panic!("not started") };
        assert_eq!(ask(""), Asked::Waiting(id.clone()));
        assert_eq!(queues.look(|job| job.id == id)[0].status, Status::Running);
        assert_eq!(ask("rows"), Asked::Ready(Bytes::from_static(b"rows")));
        assert_eq!(ask("later rows"), Asked::Ready(Bytes::from_static(b"rows")));
    }

    #[test]
    fn an_answer_grows_old() {
        let queues = Queues::new(Seed::new(1), 0);
        let ask = || queues.ask("users", "users", Duration::ZERO, tasks, Bytes::new);
        let (Asked::Started(first), Asked::Started(second)) = (ask(), ask()) else { panic!("not started") };
        assert_ne!(first, second);
    }
}
