//! The line of a terminal that a bar is drawn on.

use std::{
    fmt,
    io::{self, Write},
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use indicatif::TermLike;

/// Columns that stay free: a terminal that writes `^C` behind the bar must not begin a new line with it.
const FREE: u16 = 4;

/// The last line of standard error, a terminal. It needs no control sequences, so any terminal will do.
#[derive(Default)]
pub(super) struct LastLine {
    /// What is written together, so that nobody sees half of it.
    waiting: Mutex<String>,
}

impl LastLine {
    fn waiting(&self) -> MutexGuard<'_, String> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for LastLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LastLine")
    }
}

impl TermLike for LastLine {
    fn width(&self) -> u16 {
        let columns = terminal_size::terminal_size_of(io::stderr()).map_or(80, |(width, _)| width.0);
        columns.saturating_sub(FREE).max(1)
    }

    // A bar has one line, so there is nowhere to move to.
    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.write_str(text)?;
        self.write_str("\n")
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.waiting().push_str(text);
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        let blank = " ".repeat(usize::from(self.width() + FREE - 1));
        self.write_str(&format!("\r{blank}\r"))
    }

    fn flush(&self) -> io::Result<()> {
        let text = mem::take(&mut *self.waiting());
        let mut err = io::stderr().lock();
        err.write_all(text.as_bytes())?;
        err.flush()
    }
}
