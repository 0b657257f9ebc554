//! One conversation: what it remembers, and what a line does.

use std::{
    cell::RefCell,
    io::{self, Write as _},
    path::PathBuf,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use rhai::Dynamic;

use super::{
    Setup, commands,
    complete::{Knowledge, Shape},
    elsewhere::World,
    kept::Kept,
    notes::Notes,
    results::{self, Rest},
    screen::Screen,
};
use crate::{
    engine::Console,
    failure::{Failure, Kind},
    interrupt::Interrupt,
    output::{self, Format},
    session::{Session, plan::Planner},
};

/// What comes after a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum After {
    /// The next line.
    Next,
    /// The next line, which starts as this text.
    Edit(String),
    /// The end.
    Quit,
}

/// One conversation.
pub(super) struct Talk {
    pub(super) console: Console,
    pub(super) session: Arc<Session>,
    pub(super) interrupt: Interrupt,
    pub(super) notes: Notes,
    pub(super) planner: Arc<Planner>,
    pub(super) doc: fn(&str) -> Result<String, Failure>,
    pub(super) journal: PathBuf,
    pub(super) directory: Option<PathBuf>,
    pub(super) is_demo: bool,
    pub(super) format: Format,
    pub(super) vi: bool,
    /// Somebody sits there.
    pub(super) interactive: bool,
    pub(super) knowledge: Rc<RefCell<Knowledge>>,
    pub(super) world: World,
    pub(super) kept: Kept,
    pub(super) rest: Rest,
    /// Tell how long each line took.
    pub(super) times: bool,
    /// How long the latest line took.
    pub(super) took: Duration,
    /// The step of the tour that comes next.
    pub(super) step: Option<usize>,
    /// The latest code.
    pub(super) latest: String,
    /// Of the writes when they were told last.
    told: Option<String>,
}

impl Talk {
    pub(super) fn new(setup: Setup, interactive: bool) -> Self {
        let Setup { context, notes, planner, doc, journal, directory, is_demo, format, vi } = setup;
        let (session, interrupt) = (context.session.clone(), context.interrupt.clone());
        Self {
            console: Console::new(context),
            world: World::new(Arc::clone(&session)),
            session,
            interrupt,
            notes,
            planner,
            doc,
            journal,
            directory,
            is_demo,
            format,
            vi,
            interactive,
            knowledge: Rc::default(),
            kept: Kept::default(),
            rest: Rest::default(),
            times: false,
            took: Duration::ZERO,
            step: None,
            latest: String::new(),
            told: None,
        }
    }

    /// Carries out one line, which is a command when it starts with a colon.
    ///
    /// # Errors
    ///
    /// Why it could not be carried out. Whatever is remembered stays.
    pub(super) fn take(&mut self, line: &str) -> Result<After, Failure> {
        match line.trim().strip_prefix(':') {
            Some(command) => commands::run(self, command),
            None => self.run(None, line).map(|()| self.after()),
        }
    }

    /// Runs code, shows its value, and keeps the code when it has worked.
    pub(super) fn run(&mut self, name: Option<&str>, code: &str) -> Result<(), Failure> {
        self.latest = code.to_owned();
        self.session.next_command();
        self.interrupt.lower();
        let (started, planned) = (Instant::now(), self.planner.len());
        let value = self.console.run(name, code);
        self.took = started.elapsed();
        self.interrupt.lower();
        self.learn();
        let shown = value.and_then(|value| {
            self.kept.add(code, !value.is_unit());
            if self.planner.len() > planned {
                self.kept.only_planned();
            }
            self.show(&value)
        });
        self.tell_writes();
        if self.times {
            self.notes.tell(&format!("took {:.1?}", self.took));
        }
        shown
    }

    fn after(&self) -> After {
        if self.console.context().exit.get().is_some() { After::Quit } else { After::Next }
    }

    /// Shows a value the way it is usual here.
    pub(super) fn show(&mut self, value: &Dynamic) -> Result<(), Failure> {
        if self.interactive { self.show_table(value, None) } else { self.write(value, self.format) }
    }

    /// Shows a value as a table.
    pub(super) fn show_table(&mut self, value: &Dynamic, names: Option<&[String]>) -> Result<(), Failure> {
        let (text, rest) = results::shown(value, names, self.screen())?;
        self.rest = rest;
        self.say(&text);
        Ok(())
    }

    /// Writes a value in a format.
    pub(super) fn write(&self, value: &Dynamic, format: Format) -> Result<(), Failure> {
        if value.is_unit() {
            return Ok(());
        }
        output::write(value, format, &mut io::stdout().lock(), self.screen().width)
    }

    /// Writes text that was asked for.
    pub(super) fn say(&self, text: &str) {
        let mut out = io::stdout().lock();
        // A reader that has gone away is no failure.
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// Says something in sentences.
    pub(super) fn explain(&self, text: &str) {
        self.say(&self.screen().folded(text));
    }

    pub(super) fn screen(&self) -> Screen {
        Screen::now(self.interactive)
    }

    /// The latest result.
    pub(super) fn result(&self) -> Result<Dynamic, Failure> {
        let none = || Failure::new(Kind::Usage, "there is no result yet").hint("a line that gives a value makes one");
        self.console.latest().ok_or_else(none)
    }

    /// What completion knows of what was left behind.
    pub(super) fn learn(&mut self) {
        let mut knowledge = self.knowledge.borrow_mut();
        let variables = self.console.variables();
        knowledge.variables = variables.iter().map(|(name, _, value)| (name.clone(), Shape::of(value))).collect();
        knowledge.functions = self.console.functions();
        knowledge.modules = self.console.modules().to_vec();
    }

    /// Tells of the writes so far, where a line has written something.
    pub(super) fn tell_writes(&mut self) {
        let line = self.session.tally().line();
        if line != self.told
            && let Some(line) = &line
        {
            let which = self.session.run().filter(|_| !self.session.tally().all_done());
            let which = which.map_or_else(String::new, |id| format!("; :runs {id} tells which"));
            self.notes.tell(&format!("so far: {line}{which}"));
        }
        self.told = line;
    }
}
