//! `cippsh apply`: sends what a plan holds, once.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use jiff::Timestamp;
use serde_json::json;

use super::{connect, keep, planning, runs, show::Shown, signals, stopped, terms::Leave};
use crate::{
    cli::Apply,
    engine::{Argument, ArgumentKind, Header, Replay, World},
    failure::{Failure, Kind},
    journal::{About, Book, Run},
    person::yes_or_no,
    session::{
        Session,
        plan::{self, Applied, Applying, Earlier, Plan, Planner, Wanted, wanted_secrets},
    },
    value::{Row, Secret, duration},
};

pub(super) fn run(arguments: Apply) -> Result<u8, Failure> {
    let plan = Plan::read(&arguments.plan)?;
    apply(&plan, &arguments, false)
}

/// Goes on with the run that applied a plan: also where it came to its end, and some of it was not done.
pub(super) fn go_on(run: &Run, arguments: Apply) -> Result<u8, Failure> {
    let plan = Plan::read(&arguments.plan)?;
    if plan.hash != run.hash {
        return Err(Failure::new(Kind::Command, format!("run {} cannot go on", run.id))
            .because(format!("{} is not the plan that it applied", arguments.plan.display())));
    }
    apply(&plan, &arguments, true)
}

fn apply(plan: &Plan, arguments: &Apply, goes_on: bool) -> Result<u8, Failure> {
    let shown = Shown::new(&arguments.show);
    let Before { applications, earlier } = may_be_applied(plan, arguments, goes_on)?;
    let interrupt = signals::watch_run(&shown, arguments.stop)?;
    let about = About { applications: Some(applications), ..about(plan, arguments) };
    let mut kept = keep::open(&arguments.keep, || about)?;
    let planner = Planner::new(plan::About { script: plan.script.clone(), ..plan::About::default() });
    planner.set(false);
    kept.planner = Some(Arc::new(planner));
    let home = arguments.plan.canonicalize().ok().and_then(|file| Some(file.parent()?.to_path_buf()));
    let leave = Leave { also: home, ..Leave::new(&arguments.bounds, None) };
    let opened = connect::with_leave(&arguments.connect, interrupt.clone(), &shown, kept, &leave)?;
    let session = opened.session();
    is_for(plan, session)?;
    planning::show(plan, &shown, false);
    let person = &session.terms().person;
    if !session.terms().yes && !person.is_there() {
        return Err(refused("nobody is there to say yes").hint("--yes applies it without a question"));
    }
    let secrets = secrets(plan, arguments, session)?;
    let sender = Replay { session: Arc::clone(session), interrupt: interrupt.clone() };
    let applying = Applying {
        plan,
        secrets: &secrets,
        earlier: &earlier,
        sender: &sender,
        progress: &shown.progress,
        concurrency: usize::from(arguments.connect.concurrency),
    };
    let mut applied = session.weigh(&applying)?;
    tell_skipped(plan, &applied, &shown);
    let open = applied.open();
    if open > 0 && !session.terms().yes {
        let question = format!("Send {open} of {} calls? [y/N]", plan.calls.len());
        if yes_or_no(&person.ask(&question, false)?) != Some(true) {
            return Err(refused("you said no"));
        }
    }
    let ended = session.apply(&applying, &mut applied);
    let ended = ended.and_then(|()| shown.write(&plan.results(&applied).into()));
    let again = format!("cippsh apply {} sends what is left", arguments.plan.display());
    let ended = stopped::ended(ended, &interrupt, session, |_| again);
    Ok(keep::finish(session, &ended, &shown))
}

/// What the journal keeps of it.
fn about(plan: &Plan, arguments: &Apply) -> About {
    About {
        command: "apply".into(),
        script: arguments.plan.display().to_string(),
        path: arguments.plan.canonicalize().map(|path| path.display().to_string()).unwrap_or_default(),
        hash: plan.hash.clone(),
        arguments: json!({ "script": plan.script.name, "again": arguments.again }),
        reason: plan.reason.clone(),
        ..About::default()
    }
}

fn refused(why: &str) -> Failure {
    Failure::new(Kind::Guard, "the plan is not applied").because(why)
}

/// What the journal tells of a plan.
#[derive(Default)]
struct Before {
    /// How many runs have applied it.
    applications: usize,
    /// What is done of it already, and not to be repeated.
    earlier: Earlier,
}

/// Whether a plan is whole, young enough and not applied yet; what earlier parts of the same application have sent.
fn may_be_applied(plan: &Plan, arguments: &Apply, goes_on: bool) -> Result<Before, Failure> {
    holds(plan, &arguments.max_age)?;
    let Some(book) = Book::open(&runs::file(arguments.keep.journal.as_ref())?)? else { return Ok(Before::default()) };
    let runs: Vec<Run> =
        book.runs()?.into_iter().filter(|run| run.command == "apply" && run.hash == plan.hash).collect();
    let applications = runs.len();
    if let Some(run) = runs.iter().find(|run| run.alive) {
        return Err(refused(&format!("run {} is applying it at this moment", run.id)));
    }
    if arguments.again {
        return Ok(Before { applications, ..Before::default() });
    }
    if let Some(run) = runs.first().filter(|run| is_complete(run) && !goes_on) {
        let refused = refused(&format!("run {} has applied it at {}", run.id, run.started));
        let refused = match run.how.as_str() {
            "done" => refused,
            _ => refused.hint(format!("cippsh runs resume {} sends what failed", run.id)),
        };
        return Err(refused.hint("--again applies it a second time"));
    }
    let mut entries = Vec::new();
    for run in &runs {
        entries.extend(book.calls(run)?);
        if run.arguments["again"] == true {
            break;
        }
    }
    Ok(Before { applications, earlier: Earlier::of(plan, entries) })
}

/// Whether a plan is whole and young enough.
fn holds(plan: &Plan, max_age: &str) -> Result<(), Failure> {
    if let Some(why) = &plan.incomplete {
        return Err(refused("it is not whole")
            .because(why)
            .hint("make it anew when the script does not depend on that"));
    }
    let command = |cause: String| Failure::new(Kind::Command, "--max-age is not understood").because(cause);
    let most = duration(max_age).map_err(command)?;
    let unreadable = |cause| Failure::new(Kind::Command, "the time of the plan cannot be read").because(cause);
    let created: Timestamp = plan.created.parse().map_err(|cause: jiff::Error| unreadable(cause.to_string()))?;
    if Timestamp::now().duration_since(created) > most {
        return Err(refused(&format!("it was made at {}, and may be {max_age} old at most", plan.created))
            .hint("make it anew, or say `cippsh apply --max-age DURATION`"));
    }
    Ok(())
}

/// Whether a run came to its end, and was neither interrupted nor cut off.
fn is_complete(run: &Run) -> bool {
    run.ended.is_some() && ["done", "not all done"].contains(&run.how.as_str())
}

/// Whether the session is with the server that the plan was made for.
fn is_for(plan: &Plan, session: &Session) -> Result<(), Failure> {
    let differs = |what: &str, planned: &str, now: &str| {
        Err(refused(&format!("the {what} is another one: it was made for {planned}, and this is {now}")))
    };
    if session.server() != plan.server {
        return differs("server", &plan.server, session.server());
    }
    if session.connection_name() != plan.connection {
        return differs("connection", &plan.connection, session.connection_name());
    }
    Ok(())
}

/// The secrets of the plan by their source: from the command line, the file of answers, or the person.
fn secrets(plan: &Plan, arguments: &Apply, session: &Session) -> Result<BTreeMap<String, String>, Failure> {
    let wanted = wanted_secrets(plan);
    let given = given(&wanted, &arguments.secrets)?;
    let terms = session.terms();
    let (mut found, mut missing) = (BTreeMap::new(), Vec::new());
    for wanted in &wanted {
        let given = given.get(&wanted.key).and_then(|value| value.read_lock::<Secret>().map(|secret| secret.reveal()));
        let text = match (given, terms.answers.to(&wanted.key)) {
            (Some(text), _) => text.to_string(),
            (None, Some(text)) => text.to_owned(),
            (None, None) if terms.person.is_there() => {
                terms.person.ask(&format!("{} ({}):", wanted.key, wanted.first), true)?
            }
            (None, None) => {
                missing.push(wanted);
                continue;
            }
        };
        crate::redact::remember(&text);
        found.insert(wanted.source.clone(), text);
    }
    if missing.is_empty() {
        return Ok(found);
    }
    let message = "the plan needs secrets that it does not hold, and nothing was sent";
    let failure = missing.iter().fold(Failure::new(Kind::Command, message), |failure, wanted| {
        failure.because(format!("{}: {}", wanted.key, wanted.first))
    });
    Err(failure.hint("cippsh apply PLAN -- KEY=env:VARIABLE, or KEY=file:PATH; or --answers FILE"))
}

/// The secrets that the command line names by their places.
fn given(wanted: &[Wanted], pairs: &[String]) -> Result<Row, Failure> {
    let declared = |wanted: &Wanted| Argument {
        name: wanted.key.clone(),
        kind: ArgumentKind::Secret,
        default: Some(String::new()),
        help: wanted.first.clone(),
    };
    if let (true, Some(pair)) = (wanted.is_empty(), pairs.first()) {
        let name = pair.split('=').next().unwrap_or_default();
        return Err(Failure::new(Kind::Command, format!("the plan needs no secret \"{name}\"")));
    }
    let header = Header { help: String::new(), arguments: wanted.iter().map(declared).collect() };
    // No script chooses the file: whoever applies the plan names it.
    let anywhere: Vec<PathBuf> =
        std::env::current_dir().iter().flat_map(|here| here.ancestors().last()).map(PathBuf::from).collect();
    header.values(pairs, &World { variable: &|name| std::env::var(name).ok(), roots: &anywhere })
}

fn tell_skipped(plan: &Plan, applied: &Applied, shown: &Shown) {
    let tell = shown.notices();
    for (call, why) in applied.skipped(plan) {
        tell(&format!("call {}, {} {} in {}: {why}", call.n, call.name(), call.about(), call.tenants()));
    }
}
