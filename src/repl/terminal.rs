//! The loop at a terminal: a prompt, a line, what comes of it.

use rustyline::{CompletionType, Config, EditMode, Editor, error::ReadlineError, history::FileHistory};
use unicode_width::UnicodeWidthStr as _;

use super::{
    Ended, colour,
    editor::Assistant,
    history,
    screen::Screen,
    talk::{After, Talk},
    tour,
};
use crate::{
    engine::{self, Secrecy, Sink},
    failure::{Failure, Kind},
};

type Lines = Editor<Assistant, FileHistory>;

/// Lines that are kept.
const LONGEST_HISTORY: usize = 5_000;

/// What somebody sees who has set nothing yet.
const FIRST_MINUTE: &str = "\
the DEMO, a simulated server in this process.
Nothing here is real. Three things to try:
  :tour                                      a walk of some fourteen steps
  ListUsers(#{ tenantFilter: \"contoso.com\" })
  user::                                     and Tab: all about users
";

/// Candidates that are offered without a question.
const MOST_CANDIDATES: usize = 100;

/// How lines of a report start that are no code.
const SENTENCES: &[&str] = &["error:", "  - ", "  because:", "  hint:"];

/// Talks until the person leaves.
pub(super) fn run(mut talk: Talk) -> Ended {
    let broken = |cause: ReadlineError| Ended {
        failure: Some(Failure::new(Kind::Internal, "the terminal cannot be used").because(cause)),
        exit: None,
    };
    let mut editor = match editor(&talk) {
        Ok(editor) => editor,
        Err(cause) => return broken(cause),
    };
    let file = open_history(&talk, &mut editor);
    greet(&talk);
    let mut start = String::new();
    loop {
        match next_line(&talk, &mut editor, std::mem::take(&mut start)) {
            Ok(line) if line.trim().is_empty() => tour::stop(&mut talk),
            Ok(line) => {
                remember(&mut editor, file.as_deref(), &line);
                match take(&mut talk, &line) {
                    After::Next => {}
                    After::Edit(text) => start = text,
                    After::Quit => break,
                }
            }
            Err(ReadlineError::Interrupted) => tour::stop(&mut talk),
            Err(ReadlineError::Eof) => break,
            Err(cause) => return broken(cause),
        }
    }
    Ended { failure: None, exit: talk.console.context().exit.get().copied() }
}

/// What the person types next; it starts as this text, or as the next step of the tour.
fn next_line(talk: &Talk, editor: &mut Lines, mut start: String) -> rustyline::Result<String> {
    let prompt = prompt(talk);
    if let Some(assistant) = editor.helper_mut() {
        (assistant.screen, assistant.prompt) = (talk.screen(), prompt.width());
    }
    if start.is_empty()
        && let Some(step) = tour::next(talk)
    {
        talk.say(&step.0);
        start = step.1;
    }
    talk.notes.rest();
    let line = editor.readline_with_initial(&prompt, (&start, ""));
    talk.notes.work();
    line
}

fn take(talk: &mut Talk, line: &str) -> After {
    let is_step = talk.step;
    match talk.take(line) {
        Ok(after) => {
            tour::taken(talk, is_step, line);
            after
        }
        Err(failure) => {
            let report = for_people(&failure.report(), talk.screen());
            let report = match report.strip_prefix("error:").filter(|_| talk.screen().colour) {
                Some(rest) => format!("\x1b[31merror:{}{rest}", colour::END),
                None => report,
            };
            // Not a note: it is told however quiet it is to be.
            Sink::new(std::io::stderr()).line(report.trim_end());
            After::Next
        }
    }
}

/// A report of a failure with its sentences folded, and the hints of here.
fn for_people(report: &str, screen: Screen) -> String {
    let line = |line: &str| {
        let is_sentence = SENTENCES.iter().any(|start| line.starts_with(start));
        if is_sentence { screen.folded(&line.replace("`cippsh doc ", "`:help ")) } else { line.to_owned() }
    };
    report.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn editor(talk: &Talk) -> rustyline::Result<Lines> {
    let config = Config::builder()
        .max_history_size(LONGEST_HISTORY)?
        .history_ignore_space(true)
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        .completion_prompt_limit(MOST_CANDIDATES)
        .edit_mode(if talk.vi { EditMode::Vi } else { EditMode::Emacs })
        .bracketed_paste(true)
        .build();
    let mut editor = Lines::with_history(config.clone(), FileHistory::with_config(&config))?;
    editor.set_helper(Some(Assistant {
        knowledge: talk.knowledge.clone(),
        world: talk.world.clone(),
        screen: talk.screen(),
        prompt: 0,
    }));
    Ok(editor)
}

/// Loads what was typed before; without a file nothing is kept, which is told.
fn open_history(talk: &Talk, editor: &mut Lines) -> Option<std::path::PathBuf> {
    let directory = talk.directory.as_ref()?;
    match history::file(directory, &talk.session.connection().name) {
        Ok(file) => {
            // The first conversation has no file yet.
            let _ = editor.load_history(&file);
            Some(file)
        }
        Err(cause) => {
            talk.notes.tell(&format!("lines are not kept for the next time: {}: {cause}", directory.display()));
            None
        }
    }
}

fn remember(editor: &mut Lines, file: Option<&std::path::Path>, line: &str) {
    if engine::secrecy(line) == Secrecy::Likely {
        return;
    }
    // Lines that cannot be kept are lost at the end, and nothing else is.
    let _ = editor.add_history_entry(line);
    if let Some(file) = file {
        let _ = editor.append_history(file);
    }
}

fn prompt(talk: &Talk) -> String {
    let connection = &talk.session.connection().name;
    let mark = match (talk.is_demo, talk.session.is_simulated()) {
        (true, _) => " DEMO",
        (false, true) => " SIMULATOR",
        (false, false) => "",
    };
    let plan = if talk.planner.is_on() { " PLAN" } else { "" };
    if talk.is_demo { format!("cippsh{mark}{plan}> ") } else { format!("cippsh {connection}{mark}{plan}> ") }
}

fn greet(talk: &Talk) {
    let version = env!("CARGO_PKG_VERSION");
    let mut text = format!("cippsh {version}: ");
    if talk.is_demo {
        text.push_str(FIRST_MINUTE);
    } else {
        text.push_str(&format!("connected as \"{}\"; every write is asked for.\n", talk.session.connection().name));
    }
    text.push_str(":help lists the commands, Tab completes, Ctrl-C stops what runs, Ctrl-D leaves.\n");
    talk.say(&text);
}
