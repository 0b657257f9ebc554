//! Runs a script and tells how it ended.

use std::{
    io::{stderr, stdout},
    path::PathBuf,
    sync::OnceLock,
};

use rhai::Dynamic;

use super::{connect, keep, show::Shown, signals};
use crate::{
    cli::RunOptions,
    engine::{Context, Header, Script, Sink, World},
    failure::{Failure, Kind, exit},
    journal::{self, About},
    value::{Row, to_json},
};

/// Runs it with these `key=value` arguments; returns the exit code.
pub(super) fn execute(script: &Script, given: &[String], options: &RunOptions) -> Result<u8, Failure> {
    let shown = Shown::new(&options.show);
    let roots = roots(script, &options.allow_path)?;
    let header = Header::read(&script.text, &script.name)?;
    let world = World { variable: &|name| std::env::var(name).ok(), roots: &roots };
    let arguments = header.values(given, &world)?;
    let interrupt = signals::watch()?;
    let kept = keep::open(&options.keep, about(script, &arguments))?;
    let opened = connect::open(&options.connect, interrupt.clone(), &shown, kept)?;
    let session = opened.session();
    let context = Context {
        session: session.clone(),
        interrupt,
        arguments,
        roots,
        concurrency: usize::from(options.connect.concurrency),
        out: if shown.text_on_stderr() { Sink::new(stderr()) } else { Sink::new(stdout()) },
        err: if shown.quiet { Sink::new(std::io::sink()) } else { Sink::new(stderr()) },
        width: shown.width,
        verbose: options.show.verbose,
        exit: OnceLock::new(),
    };
    let ended = script.run(context);
    let by_tally = if session.tally().all_done() { exit::DONE } else { exit::NOT_ALL_DONE };
    let by_script = ended.exit.map(|code| u8::try_from(code).unwrap_or(exit::SCRIPT)).unwrap_or(exit::DONE);
    let silent = |value: &Dynamic| ended.exit.is_some() && value.is_unit();
    let shown_value = ended.value.and_then(|value| if silent(&value) { Ok(()) } else { shown.write(&value) });
    let code = match &shown_value {
        Ok(()) if by_script == exit::DONE => by_tally,
        Ok(()) => by_script,
        Err(failure) => {
            shown.error(failure);
            code_of(failure, by_tally)
        }
    };
    if options.show.verbose
        && let Some(load) = session.load()
    {
        shown.notices()(&format!("load: {load}"));
    }
    Ok(keep::end(session, shown_value.as_ref().err(), code, &shown))
}

/// What the journal keeps of a script.
fn about(script: &Script, arguments: &Row) -> About {
    About {
        command: if script.path.is_some() { "run" } else { "eval" }.into(),
        script: script.name.clone(),
        path: script.path.as_ref().map(|path| path.display().to_string()).unwrap_or_default(),
        hash: journal::hash(&script.text),
        arguments: journal::masked(&to_json(&Dynamic::from(arguments.clone())), &[]),
        reason: String::new(),
    }
}

/// The code of a run that ended by a failure. A refusal means that nothing was sent; when something had been, the
/// run is one that is not all done.
fn code_of(failure: &Failure, by_tally: u8) -> u8 {
    match failure.kind {
        Kind::Command => exit::SCRIPT,
        kind if kind.exit_code() == exit::SCRIPT && by_tally == exit::NOT_ALL_DONE => exit::NOT_ALL_DONE,
        kind => kind.exit_code(),
    }
}

/// The directories that files may come from: the working directory, the script's own, and those allowed.
fn roots(script: &Script, allowed: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let wrong = |path: &PathBuf, cause| {
        Failure::new(Kind::Command, format!("the directory {} cannot be used", path.display())).because(cause)
    };
    let here = PathBuf::from(".");
    let mut roots = vec![here.canonicalize().map_err(|cause| wrong(&here, cause))?];
    if let Some(directory) = script.path.as_deref().and_then(|path| path.parent()) {
        roots.insert(0, directory.to_path_buf());
    }
    for path in allowed {
        roots.push(path.canonicalize().map_err(|cause| wrong(path, cause))?);
    }
    Ok(roots)
}
