//! Tasks of the server that do the work of an action later: finding them, and following them to their end.

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use regex::Regex;
use rhai::{Array, Dynamic};
use serde_json::{Value, json};

use super::{Way, input::Input};
use crate::{
    catalogue::{self, Action},
    failure::{FailedCall, Failure, Kind},
    outcome::{self, Outcome, State, Written},
    session::{CallOptions, Status},
    value::{Row, Secret},
};

/// How long the first pause between two looks at a task is; each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// One task.
#[derive(Debug, Clone, Default)]
pub(super) struct Task {
    /// Its `RowKey`; empty while it was not found.
    pub(super) id: String,
    pub(super) name: String,
    /// The server's word for how far it is.
    pub(super) state: String,
    /// What it says it did, once it has ended.
    texts: Vec<Dynamic>,
}

/// Work that is planned already, and what remains to be asked for.
pub(super) struct Planned {
    pub(super) tasks: Vec<Task>,
    /// The arguments without what is planned; `None` when nothing remains.
    pub(super) rest: Option<Value>,
}

impl Task {
    fn has_ended(&self) -> bool {
        ["Completed", "Failed"].iter().any(|ended| self.state.eq_ignore_ascii_case(ended))
    }

    /// How it went, by its texts: one that is marked as completed can have failed.
    fn went(&self) -> State {
        if self.state.eq_ignore_ascii_case("Failed") {
            return State::Error;
        }
        let states: Vec<State> = self.texts.iter().map(|text| outcome::state_of(&revealed(text))).collect();
        match states.iter().max() {
            Some(State::Error) if states.iter().any(|state| *state != State::Error) => State::Warning,
            Some(worst) => *worst,
            None => State::Success,
        }
    }

    pub(super) fn row(&self) -> Row {
        [
            ("id", Dynamic::from(self.id.clone())),
            ("name", self.name.clone().into()),
            ("state", self.state.clone().into()),
            ("results", self.texts.clone().into()),
        ]
        .into_iter()
        .collect()
    }
}

/// The names of the tasks that the answer to a write tells of.
pub(super) fn names(written: &Written) -> Vec<String> {
    let names = written.results.iter().filter_map(|line| {
        let found = TOLD.captures(&line.text)?;
        found.get(1).or_else(|| found.get(2)).map(|name| name.as_str().to_owned())
    });
    names.collect()
}

#[allow(clippy::expect_used, reason = "the pattern is a constant, and the tests use it")]
static TOLD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^task (.+) scheduled to run|^successfully added task: (.+?)\. it will run")
        .expect("the pattern is well formed")
});

/// What became of tasks that were followed; `None` when one of them has not ended.
pub(super) fn status(tasks: &[Task]) -> Option<Status> {
    if tasks.iter().any(|task| !task.has_ended()) {
        return None;
    }
    let went: Vec<State> = tasks.iter().map(Task::went).collect();
    Some(match went.iter().max() {
        Some(State::Error) if went.iter().all(|state| *state == State::Error) => Status::Failed,
        Some(State::Error | State::Warning) => Status::Partial,
        _ => Status::Accepted,
    })
}

/// How tasks ended, in one line.
pub(super) fn message(tasks: &[Task]) -> String {
    let told = |task: &Task| format!("the task {} has ended as {}", task.name, task.state.to_lowercase());
    tasks.iter().map(told).collect::<Vec<_>>().join("; ")
}

/// Why an action failed whose tasks all failed.
pub(super) fn failure(action: &Action, input: &Input, tasks: &[Task]) -> Failure {
    let texts: Vec<String> = tasks.iter().flat_map(|task| task.texts.iter().map(ToString::to_string)).collect();
    let names: Vec<&str> = tasks.iter().map(|task| task.name.as_str()).collect();
    let tenant = action.tenant.and_then(|name| input.get(name)).and_then(Value::as_str).unwrap_or_default();
    let call = FailedCall {
        endpoint: action.endpoint.name.into(),
        tenant: tenant.into(),
        http_status: 200,
        results: texts.clone(),
    };
    let message = format!("{}: the task failed: {}", action.full_name(), names.join(", "));
    texts.into_iter().fold(Failure::new(Kind::Api, message).of_call(call), Failure::because)
}

impl Way<'_> {
    /// The tasks of these names, the newest of each; one that is not found has its name only.
    pub(super) fn find_tasks(&self, input: &Input, names: &[String]) -> Vec<Task> {
        let tenant = input.get("tenant_filter").and_then(Value::as_str);
        let unknown = |name: &String| Task { name: name.clone(), ..Task::default() };
        let one = |name: &String| {
            // What was planned is planned: that it is not found is no failure of the call.
            let found = self.tasks(&json!({ "tenantFilter": tenant, "Name": name })).unwrap_or_default();
            found.into_iter().find(|task| task.name.eq_ignore_ascii_case(name)).unwrap_or_else(|| unknown(name))
        };
        names.iter().map(one).collect()
    }

    /// The work of this call that is planned or running already; `None` when the action does not look or finds none.
    pub(super) fn planned_before(
        &self,
        action: &Action,
        input: &Input,
        arguments: &Value,
    ) -> Result<Option<Planned>, Failure> {
        let Some(once) = &action.once else { return Ok(None) };
        let tenant = input.get(action.tenant.unwrap_or_default());
        let Some(param) = action.param(once.param) else { return Ok(None) };
        let items = match arguments.get(param.wire) {
            Some(Value::Array(items)) => items.clone(),
            Some(one) => vec![one.clone()],
            None => return Ok(None),
        };
        let open: Vec<Task> =
            self.tasks(&json!({ "tenantFilter": tenant }))?.into_iter().filter(|task| !task.has_ended()).collect();
        let mut tasks = Vec::new();
        let mut rest = Vec::new();
        for item in items {
            let name = format!("{}{}", once.starts, self.principal_name(tenant, &item)?);
            match open.iter().find(|task| task.name.eq_ignore_ascii_case(&name)) {
                Some(task) => tasks.push(task.clone()),
                None => rest.push(item),
            }
        }
        if tasks.is_empty() {
            return Ok(None);
        }
        let rest = (!rest.is_empty()).then(|| {
            let mut arguments = arguments.clone();
            if let Some(map) = arguments.as_object_mut() {
                map.insert(param.wire.to_owned(), Value::Array(rest));
            }
            arguments
        });
        Ok(Some(Planned { tasks, rest }))
    }

    /// The user principal name of a user who is given by it, by id or as a row.
    fn principal_name(&self, tenant: Option<&Value>, user: &Value) -> Result<String, Failure> {
        let text = match user {
            Value::Object(row) => ["userPrincipalName", "UPN", "value", "id"]
                .iter()
                .find_map(|name| row.iter().find(|(key, _)| catalogue::same_name(key, name))?.1.as_str()),
            plain => plain.as_str(),
        };
        let text = text.unwrap_or_default();
        if text.contains('@') {
            return Ok(text.to_owned());
        }
        let rows = self.rows("ListUsers", &json!({ "tenantFilter": tenant, "UserID": text }))?;
        let name = rows.first().and_then(|row| Row::of(row)?.get_ignoring_case("userPrincipalName").cloned());
        Ok(name.map_or_else(|| text.to_owned(), |name| name.to_string()))
    }

    /// Follows tasks until all have ended or the time is up.
    ///
    /// # Errors
    ///
    /// Interrupted, or the server cannot be asked.
    pub(super) fn follow(&self, mut tasks: Vec<Task>, limit: Duration) -> Result<Vec<Task>, Failure> {
        let until = Instant::now().checked_add(limit);
        let mut pause = FIRST_PAUSE;
        loop {
            for task in tasks.iter_mut().filter(|task| !task.id.is_empty()) {
                self.look(task)?;
            }
            let left = until.map_or(LONGEST_PAUSE, |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() || tasks.iter().all(|task| task.id.is_empty() || task.has_ended()) {
                return Ok(tasks);
            }
            if self.interrupt.wait_timeout(pause.min(left)) {
                return Err(self.interrupt.failure());
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Looks how far a task is, and what it says when it has ended.
    fn look(&self, task: &mut Task) -> Result<(), Failure> {
        if task.has_ended() && !task.texts.is_empty() {
            return Ok(());
        }
        if let Some(now) = self.tasks(&json!({ "Id": task.id }))?.into_iter().find(|now| now.id == task.id) {
            task.state = now.state;
        }
        if !task.has_ended() {
            return Ok(());
        }
        let Some(endpoint) = catalogue::find("ListScheduledItemDetails") else { return Ok(()) };
        let arguments = json!({ "RowKey": task.id });
        if let Outcome::Value(value) = self.session.call(endpoint, &arguments, &CallOptions::default())? {
            let details = Row::of(&value).and_then(|row| row.get_ignoring_case("Details").cloned()).unwrap_or_default();
            gather(&details, &mut task.texts);
        }
        Ok(())
    }

    fn tasks(&self, arguments: &Value) -> Result<Vec<Task>, Failure> {
        let rows = self.rows("ListScheduledItems", arguments)?;
        let task = |row: &Dynamic| {
            let row = Row::of(row)?;
            let text = |name: &str| row.get_ignoring_case(name).map(ToString::to_string).unwrap_or_default();
            Some(Task { id: text("RowKey"), name: text("Name"), state: text("TaskState"), texts: Vec::new() })
        };
        Ok(rows.iter().filter_map(task).collect())
    }

    fn rows(&self, name: &str, arguments: &Value) -> Result<Array, Failure> {
        let endpoint = catalogue::find(name)
            .ok_or_else(|| Failure::new(Kind::Internal, format!("the catalogue has no {name}")))?;
        match self.session.call(endpoint, arguments, &CallOptions::default())? {
            Outcome::Rows(rows) => Ok(rows),
            Outcome::Value(_) | Outcome::Done(_) => Ok(Array::new()),
        }
    }
}

/// All texts below `Results`, in all the forms in which tasks keep them.
fn gather(value: &Dynamic, texts: &mut Vec<Dynamic>) {
    if let Some(list) = value.read_lock::<Array>() {
        list.iter().for_each(|item| gather(item, texts));
    } else if let Some(row) = Row::of(value) {
        match ["Results", "resultText", "Result"].iter().find_map(|name| row.get_ignoring_case(name)) {
            Some(inner) => gather(inner, texts),
            None => texts.extend(row.get_ignoring_case("error").cloned()),
        }
    } else if value.is_string() || value.is::<Secret>() {
        texts.push(value.clone());
    }
}

fn revealed(text: &Dynamic) -> String {
    text.read_lock::<Secret>().map_or_else(|| text.to_string(), |secret| secret.reveal().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(state: &str, texts: &[&str]) -> Task {
        Task { state: state.into(), texts: texts.iter().map(|text| (*text).into()).collect(), ..Task::default() }
    }

    #[test]
    fn a_task_that_is_marked_completed_can_have_failed() {
        let cases: [(Vec<Task>, Option<Status>); 7] = [
            (vec![task("Planned", &[])], None),
            (vec![task("Completed", &[])], Some(Status::Accepted)),
            (vec![task("Completed", &["Successfully disabled ann"])], Some(Status::Accepted)),
            (vec![task("Completed", &["Failed to disable ann"])], Some(Status::Failed)),
            (vec![task("Completed", &["Successfully disabled ann", "Failed to convert"])], Some(Status::Partial)),
            (vec![task("Failed", &[])], Some(Status::Failed)),
            (vec![task("Failed", &[]), task("Completed", &[])], Some(Status::Partial)),
        ];
        for (tasks, expected) in cases {
            assert_eq!(status(&tasks), expected, "{tasks:?}");
        }
    }

    #[test]
    fn names_of_tasks_are_read_in_answers() {
        for (text, expected) in [
            ("Task Offboarding: ann@contoso.com scheduled to run now", Some("Offboarding: ann@contoso.com")),
            (
                "Successfully added task: Offboarding: ann@contoso.com. It will run in 3 hours.",
                Some("Offboarding: ann@contoso.com"),
            ),
            ("Created New User.", None),
        ] {
            let found = TOLD.captures(text).and_then(|found| found.get(1).or_else(|| found.get(2)));
            assert_eq!(found.map(|name| name.as_str()), expected, "{text}");
        }
    }
}
