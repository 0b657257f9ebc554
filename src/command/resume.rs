//! `cippsh runs resume`: goes on with a run, by running its script again; what was done is not done again.

use std::{env, fs, path::PathBuf};

use serde_json::Value;

use super::{apply, keep, runs, script::Work};
use crate::{
    cli::{self, Apply, Connect, Resume, RunOptions},
    engine::{Script, module_text},
    failure::{Failure, Kind},
    journal::{self, About, Run},
    session::Earlier,
    value::{MASK, differences},
};

pub(super) fn run(mut arguments: Resume) -> Result<u8, Failure> {
    if arguments.options.planning.plan.is_some() {
        return Err(Failure::new(Kind::Command, "a run that goes on writes, and one with --plan does not")
            .hint(format!("cippsh runs show {} tells what is not done", arguments.id)));
    }
    let (book, run, calls) = runs::find(arguments.options.keep.journal.as_ref(), &arguments.id)?;
    drop(book);
    if run.command == "apply" {
        return apply_again(&run, arguments);
    }
    must_be_resumable(&run)?;
    go_where_it_ran(&run, &mut arguments.options)?;
    let script = script_of(&run)?;
    let given = given(&run, &arguments.arguments)?;
    let work = Work::prepare(&script, &given, &arguments.options)?;
    let about = work.about()();
    let differences = differences_to(&run, &about);
    if !differences.is_empty() && !arguments.force {
        let failure = Failure::new(Kind::Command, format!("run {} would not go on as it began", run.id))
            .hint("--force goes on all the same: what was done as it is now is not done again");
        return Err(differences.into_iter().fold(failure, Failure::because));
    }
    arguments.options.connect = the_same_connection(&run, arguments.options.connect);
    let kept = keep::open_again(&arguments.options.keep, &run, &calls, || about)?;
    let (retry_in_doubt, force) = (arguments.retry_in_doubt, arguments.force);
    work.run(&arguments.options, kept, Some(Earlier { run, calls, retry_in_doubt, force }))
}

/// Goes on with the application of a plan: its file says what is to be done, and the journal what is.
fn apply_again(run: &Run, arguments: Resume) -> Result<u8, Failure> {
    let Resume { arguments: secrets, options, .. } = arguments;
    let RunOptions { connect, show, keep, stop, bounds, .. } = options;
    if arguments.retry_in_doubt || arguments.force {
        return Err(Failure::new(Kind::Command, "a plan is applied as it is, and what is in doubt is not sent again")
            .because(format!("run {} is an application of a plan", run.id))
            .hint(format!("cippsh runs resume {} sends the rest", run.id)));
    }
    if run.path.is_empty() {
        return Err(Failure::new(Kind::Command, format!("run {} cannot go on", run.id))
            .because(format!("where the file of its plan was is not known: {}", run.script))
            .hint("cippsh apply FILE sends what is left"));
    }
    let plan = PathBuf::from(&run.path);
    let connect = the_same_connection(run, connect);
    let max_age = cli::MAX_AGE.into();
    apply::go_on(run, Apply { plan, secrets, again: false, max_age, bounds, keep, stop, connect, show })
}

/// The connection of the run, where no other one is named.
fn the_same_connection(run: &Run, connect: Connect) -> Connect {
    let has_name = !["environment", "demo"].contains(&run.server.connection.as_str());
    let named = (has_name && !connect.demo).then(|| run.server.connection.clone());
    Connect { connection: connect.connection.or(named), ..connect }
}

/// Refuses what cannot go on, whatever is given.
fn must_be_resumable(run: &Run) -> Result<(), Failure> {
    let refused = |why: String| Failure::new(Kind::Command, format!("run {} cannot go on", run.id)).because(why);
    if run.alive {
        return Err(refused("it is still at work".into()).hint("stop it first, or wait until it has ended"));
    }
    if !["run", "eval"].contains(&run.command.as_str()) {
        return Err(refused(format!("it was no script, but `cippsh {}`", run.command))
            .hint(format!("cippsh runs check {} looks at what is in doubt", run.id)));
    }
    if run.server.connection == "demo" {
        return Err(refused("its simulated server ended with it, and all that was done there".into()));
    }
    if run.path.is_empty() && run.text.is_empty() {
        return Err(refused("its code was not kept, because a secret may stand in it".into())
            .hint("code in a file can be resumed: cippsh run FILE")
            .hint(format!("cippsh runs show {} tells what was done", run.id)));
    }
    Ok(())
}

/// Paths of the run are those of the directory that it was started in; those of this command line are of this one.
fn go_where_it_ran(run: &Run, options: &mut RunOptions) -> Result<(), Failure> {
    let whole = |path: &mut PathBuf| {
        if let Ok(absolute) = std::path::absolute(&*path) {
            *path = absolute;
        }
    };
    options.allow_path.iter_mut().for_each(whole);
    options.keep.journal.iter_mut().chain(&mut options.keep.secrets_to).for_each(whole);
    options.bounds.answers.iter_mut().for_each(whole);
    if run.directory.is_empty() {
        return Ok(());
    }
    env::set_current_dir(&run.directory).map_err(|cause| {
        Failure::new(Kind::Command, format!("run {} cannot go on without the directory it was started in", run.id))
            .because(format!("{}: {cause}", run.directory))
    })
}

fn script_of(run: &Run) -> Result<Script, Failure> {
    if run.path.is_empty() {
        return Ok(Script::code(run.text.clone()));
    }
    Ok(Script { name: run.script.clone(), ..Script::read(run.path.as_ref())? })
}

/// The arguments of before, but for those that are given now.
fn given(run: &Run, now: &[String]) -> Result<Vec<String>, Failure> {
    let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
    let is_anew = |pair: &&String| now.iter().any(|new| name(new) == name(pair));
    let mut given: Vec<String> = run.given.iter().filter(|pair| !is_anew(pair)).cloned().collect();
    if let Some(hidden) = given.iter().find(|pair| pair.contains(MASK)) {
        let name = name(hidden);
        return Err(Failure::new(Kind::Command, format!("the argument {name} was not kept, because it is a secret"))
            .hint(format!("give it once more, as it was, behind `cippsh runs resume {}`", run.id)));
    }
    given.extend_from_slice(now);
    Ok(given)
}

/// All that is not what it was, one for each.
fn differences_to(run: &Run, about: &About) -> Vec<String> {
    let mut found = Vec::new();
    if run.hash != about.hash {
        found.push(format!("the script {} has changed", run.script));
    }
    found.extend(differences(&run.arguments, &about.arguments).into_iter().map(|told| format!("the argument {told}")));
    let module = |name: &str| module_text(name).map(journal::hash);
    let input = |name: &str| fs::read(name).map(journal::hash).map_err(|cause| cause.to_string());
    found.extend(changed("module", &run.modules, |name| module(name).map_err(|cause| cause.to_string())));
    found.extend(changed("input file", &run.inputs, input));
    found
}

/// Which of the files that were kept by name and hash are other ones now.
fn changed(what: &str, kept: &Value, hash: impl Fn(&str) -> Result<String, String>) -> Vec<String> {
    // What came by standard input is looked at when it comes again.
    let files = kept.as_object().into_iter().flatten().filter(|(name, _)| *name != "-");
    let changed = files.filter_map(|(name, before)| match hash(name) {
        Ok(now) if before.as_str() == Some(&now) => None,
        Ok(_) => Some(format!("the {what} {name} has changed")),
        Err(cause) => Some(format!("the {what} {name} cannot be read: {cause}")),
    });
    changed.collect()
}
