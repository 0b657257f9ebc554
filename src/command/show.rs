//! How a command shows its results and what it says beside them.

use std::io::{self, IsTerminal as _, Write as _};

use rhai::Dynamic;

use crate::{
    cli::{OutputName, Show},
    engine::Sink,
    failure::Failure,
    output::{self, Format},
    redact,
    session::Notices,
};

/// The choices of the command line and what the terminal is.
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
}

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
        Self { format, explicit: show.output.is_some(), quiet: show.quiet, verbose: show.verbose, width }
    }

    /// What a script prints would spoil results that programs read.
    pub(super) fn text_on_stderr(&self) -> bool {
        matches!(self.format, Format::Json | Format::Ndjson | Format::Csv)
    }

    /// Writes a result. Nothing stands for an absent one, unless a program asked for a format.
    pub(super) fn write(&self, value: &Dynamic) -> Result<(), Failure> {
        if value.is_unit() && !(self.explicit && self.format == Format::Json) {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        output::write(value, self.format, &mut out, self.width)?;
        // A reader that has gone away is no failure.
        let _ = out.flush();
        Ok(())
    }

    /// Writes text for people between results.
    pub(super) fn text(&self, text: &str) {
        // A reader that has gone away is no failure.
        let _ = io::stdout().lock().write_all(text.as_bytes());
    }

    /// Tells of a failure on standard error.
    pub(super) fn error(&self, failure: &Failure) {
        Sink::new(io::stderr()).line(failure.report().trim_end());
    }

    /// Tells on standard error, unless it is to be quiet.
    pub(super) fn notices(&self) -> Notices {
        let err = if self.quiet { Sink::new(io::sink()) } else { Sink::new(io::stderr()) };
        Box::new(move |text| err.line(&redact::text(text)))
    }
}
