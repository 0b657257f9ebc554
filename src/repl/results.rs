//! Results for people: as tables that fit the screen, in colours, a screen at a time.

use jiff::tz::TimeZone;
use rhai::{Array, Dynamic};
use unicode_width::UnicodeWidthChar;

use super::{colour::END, people, screen::Screen};
use crate::{failure::Failure, output, session::Status, value::Row};

/// Lines of the screen that stay free for the prompt and what was typed.
const FREE: usize = 4;

/// As much is shown on the smallest screen.
const SMALLEST: usize = 5;

/// A result that is shown a screen at a time.
#[derive(Debug, Default)]
pub(super) struct Rest {
    /// The head of a table, which every screen repeats.
    head: Vec<String>,
    /// What is still to be shown.
    lines: Vec<String>,
    /// What is said on the first screen.
    note: Option<String>,
    /// What is said on the last one.
    end: Option<String>,
    /// How many lines there were.
    total: usize,
}

impl Rest {
    fn of(mut lines: Vec<String>, end: Option<String>) -> Self {
        let is_table = lines.get(1).is_some_and(|line| line.starts_with('─'));
        let note = lines.pop_if(|line| is_table && line.starts_with('('));
        let head = if is_table { lines.drain(..2).collect() } else { Vec::new() };
        Self { head, note, end, total: lines.len(), lines }
    }

    /// The next screen of it.
    pub(super) fn more(&mut self, screen: Screen) -> String {
        let fits = screen.height.map_or(usize::MAX, |height| usize::from(height).saturating_sub(FREE).max(SMALLEST));
        let note = self.note.take();
        let ends = usize::from(note.is_some()) + usize::from(self.end.is_some());
        let mut shown = self.head.clone();
        if shown.len() + self.lines.len() + ends <= fits {
            shown.append(&mut self.lines);
            shown.extend(note);
            shown.extend(self.end.take());
        } else {
            let room = fits - shown.len() - usize::from(note.is_some()) - 1;
            let rest = self.lines.split_off(room.min(self.lines.len()));
            shown.append(&mut self.lines);
            shown.extend(note);
            self.lines = rest;
            let what = if self.head.is_empty() { "lines" } else { "rows" };
            shown.push(format!("… {} of {} {what} more: :more", self.lines.len(), self.total));
        }
        shown.into_iter().map(|line| line + "\n").collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// A result as text, as much of it as fits, and the rest of it. `names` are the columns that are wanted.
///
/// # Errors
///
/// A column that is most likely a slip.
pub(super) fn shown(value: &Dynamic, names: Option<&[String]>, screen: Screen) -> Result<(String, Rest), Failure> {
    let Some(width) = screen.width else { return Ok((output::table(value, names, None)?, Rest::default())) };
    let value = &people::for_people(value, &TimeZone::system());
    let text = output::table(value, names, Some(width))?;
    let text = text.replace(output::HOW_TO_SEE_ALL, ":table COLUMNS chooses, :json shows all");
    let rows = value.read_lock::<Array>().filter(|rows| rows.iter().any(|row| Row::of(row).is_some()));
    let rows = rows.map(|rows| rows.len()).filter(|rows| *rows > 1);
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let lines = if screen.colour { coloured(lines) } else { lines };
    let mut rest = Rest::of(lines, rows.map(|rows| format!("{rows} rows")));
    let text = rest.more(screen);
    Ok((text, rest))
}

/// Statuses in their colours: in the column of a table and in the line of a map that has this name.
fn coloured(lines: Vec<String>) -> Vec<String> {
    let is_table = lines.get(1).is_some_and(|line| line.starts_with('─'));
    let column = lines.first().filter(|_| is_table).and_then(|head| column_of(head, "status"));
    let one = |line: String| {
        let at = match column {
            Some(column) => Some(column),
            None if !is_table && line.starts_with("status ") => line
                .find(|c: char| !c.is_alphanumeric())
                .map(|end| end + line.get(end..).map_or(0, |rest| rest.len() - rest.trim_start().len())),
            None => None,
        };
        at.and_then(|at| with_status(&line, at)).unwrap_or(line)
    };
    lines.into_iter().map(one).collect()
}

/// The column of the terminal where a name stands in the head of a table.
fn column_of(head: &str, name: &str) -> Option<usize> {
    let mut at = 0;
    for part in head.split("  ") {
        let word = part.trim_start();
        if word.trim_end() == name {
            return Some(width(head.get(..at)?) + width(part) - width(word));
        }
        at += part.len() + 2;
    }
    None
}

fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

fn with_status(line: &str, column: usize) -> Option<String> {
    let mut seen = 0;
    let (start, _) = line.char_indices().find(|(_, c)| {
        let here = seen == column;
        seen += c.width().unwrap_or(0);
        here
    })?;
    let rest = line.get(start..)?;
    let end = rest.find(' ').unwrap_or(rest.len());
    let colour = colour(rest.get(..end)?)?;
    Some(format!("{}{colour}{}{END}{}", line.get(..start)?, rest.get(..end)?, rest.get(end..)?))
}

fn colour(status: &str) -> Option<&'static str> {
    let status = Status::ALL.into_iter().find(|known| known.name() == status)?;
    Some(match status {
        status if status.done() => "\x1b[32m",
        Status::Failed | Status::Contradicted | Status::Partial | Status::InDoubt => "\x1b[31m",
        _ => "\x1b[33m",
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::value::from_json;

    const SCREEN: Screen = Screen { width: Some(60), height: Some(10), colour: true };

    #[test]
    fn statuses_have_colours() {
        let rows = from_json(json!([{ "name": "Ännß", "status": "verified" }, { "name": "b", "status": "odd" }]));
        let (text, rest) = shown(&rows, None, SCREEN).unwrap();
        assert_eq!(text, "name  status\n────  ────────\nÄnnß  \x1b[32mverified\x1b[0m\nb     odd\n2 rows\n");
        assert!(rest.is_empty());
        let (text, _) = shown(&from_json(json!({ "status": "in_doubt", "x": 1 })), None, SCREEN).unwrap();
        assert_eq!(text, "status  \x1b[31min_doubt\x1b[0m\nx       1\n");
        let plain = Screen { colour: false, ..SCREEN };
        let (text, _) = shown(&from_json(json!({ "status": "in_doubt" })), None, plain).unwrap();
        assert_eq!(text, "status  in_doubt\n");
    }

    #[test]
    fn a_long_result_comes_screen_by_screen() {
        let rows = from_json((1..=12).map(|n| json!({ "n": n })).collect());
        let (text, mut rest) = shown(&rows, None, SCREEN).unwrap();
        assert_eq!(text, " n\n──\n 1\n 2\n 3\n… 9 of 12 rows more: :more\n");
        assert_eq!(rest.more(SCREEN), " n\n──\n 4\n 5\n 6\n… 6 of 12 rows more: :more\n");
        assert_eq!(rest.more(SCREEN), " n\n──\n 7\n 8\n 9\n… 3 of 12 rows more: :more\n");
        assert_eq!(rest.more(SCREEN), " n\n──\n10\n11\n12\n12 rows\n");
        assert!(rest.is_empty());
        let (text, _) = shown(&(1..=9).map(Dynamic::from).collect::<Array>().into(), None, SCREEN).unwrap();
        assert_eq!(text, "1\n2\n3\n4\n5\n… 4 of 9 lines more: :more\n");
        let everything = Screen { width: None, height: None, colour: false };
        assert_eq!(shown(&rows, None, everything).unwrap().0.lines().count(), 14);
    }
}
