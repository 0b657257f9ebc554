//! `:plan`: writes are collected, looked at, and sent together.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use rhai::Dynamic;

use super::super::talk::{After, Talk};
use crate::{
    engine::Replay,
    failure::{Failure, Kind},
    person::yes_or_no,
    session::plan::{Applying, Earlier, Plan, PlanFile, wanted_secrets},
};

pub(super) fn plan(talk: &mut Talk, argument: &str) -> Result<After, Failure> {
    let (word, rest) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    match (word, rest.trim()) {
        ("on", "") => begin(talk),
        ("off", "") => talk.planner.set(false),
        ("show" | "", "") => {
            let plan = made(talk)?;
            return show(talk, &plan).map(|()| After::Next);
        }
        ("save", "") => return Err(Failure::new(Kind::Usage, ":plan save needs the name of a new file")),
        ("save", name) => return save(talk, name).map(|()| After::Next),
        ("apply", "") => return apply(talk).map(|()| After::Next),
        _ => return Err(Failure::new(Kind::Usage, format!(":plan {word} takes nothing more"))),
    }
    let planned = talk.planner.len();
    let told = if talk.planner.is_on() {
        "writes are planned and not sent, until :plan off or :plan apply"
    } else {
        "writes are sent again"
    };
    let so_far = if planned == 0 { String::new() } else { format!("; {} planned", writes(planned)) };
    talk.explain(&format!("{told}{so_far}\n"));
    Ok(After::Next)
}

/// Goes on with what is planned; one that could not be followed any further is begun anew.
fn begin(talk: &Talk) {
    if talk.planner.stopped().is_some() {
        talk.planner.clear();
    }
    talk.planner.set(true);
}

fn writes(number: usize) -> String {
    if number == 1 { "1 write is".to_owned() } else { format!("{number} writes are") }
}

/// What is planned.
fn made(talk: &Talk) -> Result<Plan, Failure> {
    if talk.planner.is_empty() {
        let hint = if talk.planner.is_on() { "what is written from now on is" } else { ":plan on begins" };
        return Err(Failure::new(Kind::Usage, "nothing is planned").hint(hint));
    }
    let stopped = talk.planner.stopped().map(|failure| failure.message);
    Ok(talk.session.plan(&talk.planner, stopped))
}

fn show(talk: &mut Talk, plan: &Plan) -> Result<(), Failure> {
    talk.show_table(&Dynamic::from(plan.rows()), None)?;
    for note in &plan.notes {
        talk.notes.tell(&format!("note: {note}"));
    }
    if let Some(why) = &plan.incomplete {
        talk.notes.tell(&format!("the plan is not whole, and cannot be applied: {why}"));
    }
    talk.notes.tell(&plan.line());
    Ok(())
}

fn save(talk: &mut Talk, name: &str) -> Result<(), Failure> {
    let plan = made(talk)?;
    PlanFile::open(Path::new(name), false)?.write(&plan)?;
    talk.notes.tell(&format!("saved: cippsh apply {name} sends it"));
    Ok(())
}

/// Sends what is planned, once the person has seen it and said yes. What was applied is planned no more.
fn apply(talk: &mut Talk) -> Result<(), Failure> {
    let plan = made(talk)?;
    if let Some(why) = &plan.incomplete {
        return Err(Failure::new(Kind::Guard, "the plan is not applied").because(why));
    }
    show(talk, &plan)?;
    talk.session.next_command();
    let was_on = talk.planner.is_on();
    talk.planner.set(false);
    let ended = send(talk, &plan);
    match ended {
        Ok(()) => {
            talk.planner.clear();
            talk.kept.sent();
        }
        // Nothing of it was sent, or what was is in the journal.
        Err(_) => talk.planner.set(was_on),
    }
    talk.tell_writes();
    ended
}

fn send(talk: &mut Talk, plan: &Plan) -> Result<(), Failure> {
    let secrets = secrets(talk, plan)?;
    let sender = Replay { session: Arc::clone(&talk.session), interrupt: talk.interrupt.clone() };
    let earlier = Earlier::default();
    let concurrency = talk.console.context().concurrency;
    let progress = &talk.console.context().progress.clone();
    let applying = Applying { plan, secrets: &secrets, earlier: &earlier, sender: &sender, concurrency, progress };
    let mut applied = talk.session.weigh(&applying)?;
    for (call, why) in applied.skipped(plan) {
        talk.notes.tell(&format!("call {}, {} {} in {}: {why}", call.n, call.name(), call.about(), call.tenants()));
    }
    let open = applied.open();
    if open > 0 {
        agree(talk, &format!("Send {open} of {} calls? [y/N]", plan.calls.len()))?;
    }
    let ended = talk.session.apply(&applying, &mut applied);
    // What was sent is not sent again by the same plan, however it has ended.
    talk.planner.clear();
    talk.show(&Dynamic::from(plan.results(&applied)))?;
    ended
}

fn agree(talk: &Talk, question: &str) -> Result<(), Failure> {
    let refused = |why: &str| Failure::new(Kind::Guard, "the plan is not applied").because(why);
    let terms = talk.session.terms();
    if !terms.yes {
        if !terms.person.is_there() {
            return Err(refused("nobody is there to say yes").hint("--yes applies it without a question"));
        }
        if yes_or_no(&terms.person.ask(question, false)?) != Some(true) {
            return Err(refused("you said no"));
        }
    }
    talk.session.agree_to_all();
    Ok(())
}

/// The secrets that the plan needs and does not hold, by their source.
fn secrets(talk: &Talk, plan: &Plan) -> Result<BTreeMap<String, String>, Failure> {
    let person = &talk.session.terms().person;
    let mut found = BTreeMap::new();
    for wanted in wanted_secrets(plan) {
        let text = person.ask(&format!("{} ({}):", wanted.key, wanted.first), true)?;
        crate::redact::remember(&text);
        found.insert(wanted.source, text);
    }
    Ok(found)
}
