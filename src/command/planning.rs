//! A run that only plans: where its plan goes, and how it is shown.

use std::sync::Arc;

use rhai::{Array, Dynamic};

use super::{keep::Kept, show::Shown};
use crate::{
    cli,
    engine::Sink,
    failure::{Failure, Kind},
    output::{self, Format},
    redact,
    session::{
        Session,
        plan::{About, Plan, PlanFile, Planner},
    },
    value::{Row, Secret},
};

/// A plan in the making.
pub(super) struct Planning {
    file: PlanFile,
    planner: Arc<Planner>,
}

impl Planning {
    /// One when the command line asks for it. Its file can be written from now on.
    pub(super) fn open(
        arguments: &cli::Planning,
        about: impl FnOnce() -> About,
        kept: &mut Kept,
    ) -> Result<Option<Self>, Failure> {
        let Some(path) = &arguments.plan else { return Ok(None) };
        let file = PlanFile::open(path, arguments.replace_plan)?;
        let planner = Arc::new(Planner::new(about()));
        kept.planner = Some(Arc::clone(&planner));
        Ok(Some(Self { file, planner }))
    }
}

/// Writes the plan, where there is to be one, and shows it; gives how what was planned has ended, and whether the plan
/// is there. One that did not come to its end says so.
pub(super) fn end(
    planning: Option<Planning>,
    session: &Session,
    ended: Result<(), Failure>,
    exit: Option<i64>,
    shown: &Shown,
) -> Result<(), Failure> {
    let Some(Planning { file, planner }) = planning else { return ended };
    let interrupted = |failure: &Failure| failure.kind == Kind::Interrupted || planner.is_empty();
    if ended.as_ref().is_err_and(interrupted) {
        shown.notices()("no plan is written");
        return ended;
    }
    let why = ended.as_ref().err().map(|failure| redact::text(&failure.message).into_owned());
    let mut plan = session.plan(&planner, why);
    if let Some(code) = exit.filter(|code| *code != 0) {
        plan.note(format!("the script ended by exit({code}); what it would do after a success is not planned"));
    }
    file.write(&plan)?;
    show(&plan, shown, !shown.text_on_stderr());
    ended
}

/// Shows a plan to people: on standard output, or beside what programs read there.
pub(super) fn show(plan: &Plan, shown: &Shown, on_stdout: bool) {
    if shown.quiet {
        return;
    }
    let mut text = Vec::new();
    // Into memory: nothing can fail.
    let _ = output::write(&Dynamic::from(plan.rows()), Format::Table, &mut text, shown.width);
    let mut text = redact::text(&String::from_utf8_lossy(&text)).into_owned();
    for note in &plan.notes {
        text.push_str(&format!("note: {note}\n"));
    }
    if let Some(why) = &plan.incomplete {
        text.push_str(&format!("the plan is not whole, and cannot be applied: {why}\n"));
    }
    if on_stdout {
        shown.text(&text);
    } else {
        Sink::new(std::io::stderr()).line(text.trim_end());
    }
    shown.notices()(&plan.line());
}

/// The texts that a script is given, and where from.
pub(super) fn sources(arguments: &Row) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, value) in arguments.iter() {
        gather(value, &format!("args.{name}"), &mut found);
    }
    found
}

fn gather(value: &Dynamic, at: &str, found: &mut Vec<(String, String)>) {
    if let Some(secret) = value.read_lock::<Secret>() {
        found.push((secret.reveal().to_string(), at.to_owned()));
    } else if let Some(items) = value.read_lock::<Array>() {
        items.iter().enumerate().for_each(|(index, item)| gather(item, &format!("{at}[{index}]"), found));
    } else if value.is_string() && !value.to_string().is_empty() {
        found.push((value.to_string(), at.to_owned()));
    }
}
