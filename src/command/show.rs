//! How a command shows its results and what it says beside them.

use std::{
    io::{self, IsTerminal as _},
    sync::Arc,
    time::Duration,
};

use rhai::Dynamic;

use crate::{
    cli::{OutputName, Show},
    engine::Sink,
    failure::Failure,
    output::{self, Format, Progress},
    person::{Person, Terminal},
    redact,
    session::Notices,
};

/// The choices of the command line and what the terminal is.
#[derive(Clone)]
pub(super) struct Shown {
    pub(super) format: Format,
    /// The format was asked for, not found by looking at where it goes.
    explicit: bool,
    /// Say nothing beside results and errors.
    pub(super) quiet: bool,
    /// Say more.
    pub(super) verbose: bool,
    /// Of the terminal, in characters; `None` when results go elsewhere.
    pub(super) width: Option<u16>,
    /// Where it is told how far bulks are.
    pub(super) progress: Progress,
    /// Standard output, for text between results.
    stdout: Sink,
    /// Where a script's own text goes.
    out: Sink,
}

/// Writes text that was asked for to standard output.
pub(super) fn to_stdout(text: &str) -> Result<(), Failure> {
    let stdout = Sink::new(io::stdout());
    stdout.text(text);
    stdout.written()
}

/// What a script prints would spoil results that programs read.
fn spoils(format: Format) -> bool {
    matches!(format, Format::Json | Format::Ndjson | Format::Csv)
}

/// How often it is told how far a bulk is, where that is no terminal.
const LINES_EVERY: Duration = Duration::from_secs(5);

impl Shown {
    pub(super) fn new(show: &Show) -> Self {
        let terminal = io::stdout().is_terminal();
        let format = match show.output {
            Some(OutputName::Table) => Format::Table,
            Some(OutputName::Json) => Format::Json,
            Some(OutputName::Ndjson) => Format::Ndjson,
            Some(OutputName::Csv) => Format::Csv,
            Some(OutputName::Md) => Format::Markdown,
            Some(OutputName::None) => Format::None,
            None if terminal => Format::Table,
            None => Format::Json,
        };
        let width = if terminal { terminal_size::terminal_size().map(|size| size.0.0) } else { None };
        let explicit = show.output.is_some();
        let progress = progress(show.quiet);
        let stdout = Sink::new(io::stdout()).beside(&progress);
        let out = if spoils(format) { Sink::new(io::stderr()).beside(&progress) } else { stdout.clone() };
        Self { format, explicit, quiet: show.quiet, verbose: show.verbose, width, progress, stdout, out }
    }

    /// Writes a result. Nothing stands for an absent one, unless a program asked for a format.
    pub(super) fn write(&self, value: &Dynamic) -> Result<(), Failure> {
        if value.is_unit() && !(self.explicit && self.format == Format::Json) {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        output::write(value, self.format, &mut out, self.width)
    }

    /// Writes text for people between results; [`Shown::written`] tells whether it is there.
    pub(super) fn text(&self, text: &str) {
        self.stdout.text(text);
    }

    /// Whether all text is written, the script's own too.
    pub(super) fn written(&self) -> Result<(), Failure> {
        self.out.written().and_then(|()| self.stdout.written())
    }

    /// Whether a script's own text goes to standard error.
    pub(super) fn text_on_stderr(&self) -> bool {
        spoils(self.format)
    }

    /// Where a script's own text goes.
    pub(super) fn out(&self) -> Sink {
        self.out.clone()
    }

    /// Where it goes what is said beside results.
    pub(super) fn err(&self) -> Sink {
        let sink = if self.quiet { Sink::new(io::sink()) } else { Sink::new(io::stderr()) };
        sink.beside(&self.progress)
    }

    /// Who is asked.
    pub(super) fn person(&self) -> Arc<dyn Person> {
        Arc::new(BesideBar { terminal: Terminal::default(), progress: self.progress.clone() })
    }

    /// Tells of a failure on standard error.
    pub(super) fn error(&self, failure: &Failure) {
        Sink::new(io::stderr()).beside(&self.progress).line(failure.report().trim_end());
    }

    /// Tells on standard error, unless it is to be quiet.
    pub(super) fn notices(&self) -> Notices {
        let err = self.err();
        Box::new(move |text| err.line(&redact::text(text)))
    }
}

/// The person at the terminal, who is asked where no bar is drawn over the question.
#[derive(Debug)]
struct BesideBar {
    terminal: Terminal,
    progress: Progress,
}

impl Person for BesideBar {
    fn is_there(&self) -> bool {
        self.terminal.is_there()
    }

    fn ask(&self, question: &str, hidden: bool) -> Result<String, Failure> {
        self.progress.suspend(|| self.terminal.ask(question, hidden))
    }
}

/// A bar where one can be drawn.
fn progress(quiet: bool) -> Progress {
    let is = |name: &str, text: &str| std::env::var_os(name).is_some_and(|value| value == text);
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match () {
        () if quiet => Progress::default(),
        () if io::stderr().is_terminal() && !is("TERM", "dumb") => Progress::bar(!no_colour),
        () => Progress::lines(LINES_EVERY, io::stderr()),
    }
}
