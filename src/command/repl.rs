//! `cippsh repl`: a conversation, and what is done when no command is given.

use std::{
    io::{self, IsTerminal as _, Read as _, stderr, stdout},
    sync::{Arc, OnceLock},
};

use clap::{CommandFactory as _, Parser as _};

use super::{connect, doc, keep, runs, script, show::Shown, signals, terms::Leave};
use crate::{
    cli::{Cli, Command, OutputName, Repl},
    engine::Context,
    failure::{Failure, Kind, exit},
    interrupt::Interrupt,
    journal::{self, About},
    redact,
    repl::{self, Ended, Notes, Setup},
    session::{
        self, Habits, Keys, Notices, Session, Sources,
        plan::{self, Planner},
    },
    value::Row,
};

/// Without a command: the conversation where somebody sits, else how to call it.
pub(super) fn without_command() -> Result<u8, Failure> {
    if is_interactive() {
        // Parsed, so that all defaults are those of the command line.
        if let Ok(Cli { command: Some(Command::Repl(arguments)) }) = Cli::try_parse_from(["cippsh", "repl"]) {
            return run(*arguments);
        }
    }
    let help = Cli::command().render_help();
    // Nobody is left to tell when standard error is closed.
    let _ = io::Write::write_all(&mut stderr().lock(), help.to_string().as_bytes());
    Ok(exit::USAGE)
}

fn is_interactive() -> bool {
    io::stdin().is_terminal() && stdout().is_terminal()
}

pub(super) fn run(mut arguments: Repl) -> Result<u8, Failure> {
    let interactive = is_interactive();
    let text = if interactive { String::new() } else { read_all()? };
    // Only here, and only where somebody sees it: a script must never believe that it reached customers.
    arguments.connect.demo |= interactive && arguments.connect.connection.is_none() && nothing_is_set()?;
    // What nobody asks to be read by a program is plain.
    arguments.show.output.get_or_insert(OutputName::Table);
    let shown = Shown::new(&arguments.show);
    let notes = Notes::new(shown.err());
    let interrupt = signals::watch_lines(notes.clone())?;
    let about = About { command: "repl".into(), script: "repl".into(), ..About::default() };
    let mut kept = keep::open(&arguments.keep, || about)?;
    let planner = Arc::new(planner(&arguments));
    kept.planner = Some(Arc::clone(&planner));
    let leave = Leave { bounds: arguments.bounds.clone(), ask_each: true, ..Leave::default() };
    let told = notes.clone();
    let notices: Notices = Box::new(move |text: &str| told.tell(text));
    let opened = connect::with_notices(&arguments.connect, interrupt.clone(), (&shown, notices), kept, &leave)?;
    let session = opened.session();
    let setup = setup(&arguments, &shown, (notes, interrupt, planner), session)?;
    let ended = if interactive { repl::at_terminal(setup) } else { repl::piped(setup, &text) };
    if let Some(failure) = &ended.failure {
        shown.error(failure);
    }
    let code = code(&ended, session, interactive);
    Ok(keep::end(session, ended.failure.as_ref(), code, &shown))
}

fn setup(
    arguments: &Repl,
    shown: &Shown,
    (notes, interrupt, planner): (Notes, Interrupt, Arc<Planner>),
    session: &Arc<Session>,
) -> Result<Setup, Failure> {
    let context = Context {
        session: Arc::clone(session),
        interrupt,
        arguments: Row::default(),
        roots: script::roots(None, &arguments.allow_path)?,
        concurrency: usize::from(arguments.connect.concurrency),
        out: shown.out(),
        err: shown.err(),
        progress: shown.progress.clone(),
        width: shown.width,
        verbose: shown.verbose,
        exit: OnceLock::new(),
    };
    Ok(Setup {
        context,
        notes,
        planner,
        doc: doc::text,
        journal: runs::file(arguments.keep.journal.as_ref())?,
        directory: journal::default_file().and_then(|file| Some(file.parent()?.to_owned())),
        is_demo: arguments.connect.demo,
        format: shown.format,
        vi: arguments.vi || is_interactive() && habits()?.keys == Keys::Vi,
    })
}

/// What plans where the person wants it; writes are sent until then.
fn planner(arguments: &Repl) -> Planner {
    let script = plan::Script { name: "repl".into(), ..plan::Script::default() };
    let reason = redact::text(arguments.keep.reason.as_deref().unwrap_or_default()).into_owned();
    let planner = Planner::new(plan::About { script, reason, ..plan::About::default() });
    planner.set(false);
    planner
}

fn code(ended: &Ended, session: &Session, interactive: bool) -> u8 {
    let by_tally = if session.tally().all_done() { exit::DONE } else { exit::NOT_ALL_DONE };
    match (&ended.failure, ended.exit) {
        (Some(failure), _) => script::code_of(failure, by_tally, !session.tally().is_empty()),
        (None, Some(code)) if code != 0 => u8::try_from(code).unwrap_or(exit::SCRIPT),
        // What a line has not done was told to the person then.
        _ if interactive => exit::DONE,
        _ => by_tally,
    }
}

fn read_all() -> Result<String, Failure> {
    let mut text = String::new();
    let read = io::stdin().read_to_string(&mut text);
    read.map_err(|cause| Failure::new(Kind::Command, "cannot read the code from standard input").because(cause))?;
    Ok(text)
}

fn nothing_is_set() -> Result<bool, Failure> {
    session::nothing_is_set(&sources())
}

fn habits() -> Result<Habits, Failure> {
    session::habits(&sources())
}

fn sources() -> Sources<'static> {
    Sources { named: None, variable: &|name| std::env::var(name).ok(), file: session::default_file() }
}
