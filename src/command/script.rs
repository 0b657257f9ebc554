//! Runs a script and tells how it ended.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use rhai::Dynamic;
use serde_json::json;

use super::{
    connect,
    keep::{self, Kept},
    planning::{self, Planning},
    show::Shown,
    signals, stopped,
    terms::Leave,
};
use crate::{
    cli::RunOptions,
    engine::{Context, Ended, Header, Script, World},
    failure::{Failure, Kind, exit},
    interrupt::Interrupt,
    journal::{self, About},
    redact,
    session::{Earlier, Session, plan},
    value::{Row, to_json},
};

/// How many writes that were left over are told of.
const MOST_LEFT_OVER: usize = 20;

/// Runs it with these `key=value` arguments; returns the exit code.
pub(super) fn execute(script: &Script, given: &[String], options: &RunOptions) -> Result<u8, Failure> {
    let work = Work::prepare(script, given, options)?;
    let kept = keep::open(&options.keep, work.about())?;
    work.run(options, kept, None)
}

/// A script that can be run: what it needs is there.
pub(super) struct Work<'s> {
    script: &'s Script,
    /// Its arguments.
    arguments: Row,
    /// The same as the journal keeps them.
    given: Vec<String>,
    /// Files among the arguments.
    files: Vec<String>,
    roots: Vec<PathBuf>,
}

impl<'s> Work<'s> {
    /// Checks the arguments.
    pub(super) fn prepare(script: &'s Script, given: &[String], options: &RunOptions) -> Result<Self, Failure> {
        let roots = roots(script.path.as_deref(), &options.allow_path)?;
        let header = Header::read(&script.text, &script.name)?;
        let world = World { variable: &|name| std::env::var(name).ok(), roots: &roots };
        let arguments = header.values(given, &world)?;
        let files = header.files(&arguments);
        let given = given.iter().map(|pair| kept(&header, pair)).collect();
        Ok(Self { script, arguments, given, files, roots })
    }

    /// What the journal keeps of it.
    pub(super) fn about(&self) -> impl FnOnce() -> About + Send + use<> {
        let (script, arguments, given) = (self.script.clone(), self.arguments.clone(), self.given.clone());
        move || {
            let directory = std::env::current_dir().map(|directory| directory.display().to_string());
            let is_kept = script.path.is_none() && !script.may_hold_secrets();
            About {
                command: if script.path.is_some() { "run" } else { "eval" }.into(),
                path: script.path.as_ref().map(|path| path.display().to_string()).unwrap_or_default(),
                hash: journal::hash(&script.text),
                text: if is_kept { script.text } else { String::new() },
                script: script.name,
                directory: directory.unwrap_or_default(),
                arguments: journal::masked(&to_json(&Dynamic::from(arguments)), &[]),
                given,
                ..About::default()
            }
        }
    }

    /// Runs it, as what goes on where there is an earlier part; returns the exit code.
    pub(super) fn run(self, options: &RunOptions, mut kept: Kept, earlier: Option<Earlier>) -> Result<u8, Failure> {
        let shown = Shown::new(&options.show);
        let interrupt = signals::watch_run(&shown, options.stop)?;
        let planning = Planning::open(&options.planning, || self.to_plan(options), &mut kept)?;
        let leave = Leave::new(&options.bounds, self.script.path.as_deref());
        let opened = connect::with_leave(&options.connect, interrupt.clone(), &shown, kept, &leave)?;
        let session = opened.session();
        if let Some(earlier) = earlier {
            session.resume(earlier)?;
        }
        for file in &self.files {
            let bytes = std::fs::read(file)
                .map_err(|cause| Failure::new(Kind::Command, format!("cannot read {file}")).because(cause))?;
            session.input(file, &bytes)?;
        }
        let context = self.context(session, interrupt.clone(), options, &shown);
        let ended = self.script.run(context);
        Ok(finish(session, ended, planning, options, (&shown, &interrupt)))
    }

    /// What a plan says of the script.
    fn to_plan(&self, options: &RunOptions) -> plan::About {
        plan::About {
            script: plan::Script { name: self.script.name.clone(), hash: journal::hash(&self.script.text) },
            reason: redact::text(options.keep.reason.as_deref().unwrap_or_default()).into_owned(),
            sources: planning::sources(&self.arguments),
        }
    }

    fn context(&self, session: &Arc<Session>, interrupt: Interrupt, options: &RunOptions, shown: &Shown) -> Context {
        Context {
            session: session.clone(),
            interrupt,
            arguments: self.arguments.clone(),
            roots: self.roots.clone(),
            concurrency: usize::from(options.connect.concurrency),
            out: shown.out(),
            err: shown.err(),
            progress: shown.progress.clone(),
            width: shown.width,
            verbose: options.show.verbose,
            exit: OnceLock::new(),
        }
    }
}

/// Shows what the script gave, or why it gave nothing, and ends the run; returns the exit code.
fn finish(
    session: &Session,
    ended: Ended,
    planning: Option<Planning>,
    options: &RunOptions,
    (shown, interrupt): (&Shown, &Interrupt),
) -> u8 {
    let left_over = if ended.value.is_ok() { session.left_over() } else { Vec::new() };
    let refused = session.tally().refused();
    let by_tally = if session.tally().all_done() { exit::DONE } else { exit::NOT_ALL_DONE };
    let by_script = ended.exit.map(|code| u8::try_from(code).unwrap_or(exit::SCRIPT)).unwrap_or(exit::DONE);
    let silent = |value: &Dynamic| ended.exit.is_some() && value.is_unit();
    let shown_value = ended.value.and_then(|value| if silent(&value) { Ok(()) } else { shown.write(&value) });
    let shown_value =
        stopped::ended(shown_value, interrupt, session, |run| format!("cippsh runs resume {run} does what is left"));
    let shown_value = planning::end(planning, session, shown_value, ended.exit, shown).and_then(|()| shown.written());
    let code = match &shown_value {
        Ok(()) if by_script == exit::DONE && refused.is_some() => exit::NOT_ALL_DONE,
        Ok(()) if by_script == exit::DONE => by_tally,
        Ok(()) => by_script,
        Err(failure) => {
            shown.error(failure);
            code_of(failure, by_tally, !session.tally().is_empty())
        }
    };
    let tell = shown.notices();
    if let (Some(refused), Ok(())) = (&refused, &shown_value) {
        tell(refused);
    }
    left_over.iter().take(MOST_LEFT_OVER).for_each(|line| tell(line));
    if left_over.len() > MOST_LEFT_OVER {
        tell(&format!("and {} more", left_over.len() - MOST_LEFT_OVER));
    }
    if let Some(load) = session.load().filter(|_| options.show.verbose) {
        tell(&format!("load: {load}"));
    }
    keep::end(session, shown_value.as_ref().err(), code, shown)
}

/// A pair `key=value` as the journal keeps it: without a secret. One that is named by where it is stands there so.
fn kept(header: &Header, pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, value)) if !header.is_secret(name) => {
            let masked = journal::masked(&json!({ name: value }), &[]);
            format!("{name}={}", masked[name].as_str().unwrap_or_default())
        }
        _ => pair.to_owned(),
    }
}

/// The code of a run that ended by a failure. A refusal means that nothing was sent; when something had been, the
/// run is one that is not all done.
pub(super) fn code_of(failure: &Failure, by_tally: u8, sent: bool) -> u8 {
    match failure.kind {
        Kind::Command => exit::SCRIPT,
        kind if kind.exit_code() == exit::SCRIPT && by_tally == exit::NOT_ALL_DONE => exit::NOT_ALL_DONE,
        kind => kind.exit_code_after(sent),
    }
}

/// The directories that files may come from: the working directory, the script's own, and those allowed.
pub(super) fn roots(script: Option<&Path>, allowed: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let wrong = |path: &PathBuf, cause| {
        Failure::new(Kind::Command, format!("the directory {} cannot be used", path.display())).because(cause)
    };
    let here = PathBuf::from(".");
    let mut roots = vec![here.canonicalize().map_err(|cause| wrong(&here, cause))?];
    if let Some(directory) = script.and_then(Path::parent) {
        roots.insert(0, directory.to_path_buf());
    }
    for path in allowed {
        roots.push(path.canonicalize().map_err(|cause| wrong(path, cause))?);
    }
    Ok(roots)
}
