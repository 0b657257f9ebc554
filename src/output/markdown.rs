//! Rows as a table in Markdown.

use std::io::{self, Write};

use rhai::Dynamic;

use super::cell;
use super::grid::Grid;

/// Writes a table; numbers stand at the right.
pub(super) fn write(grid: &Grid, out: &mut dyn Write) -> io::Result<()> {
    if grid.columns.is_empty() {
        return Ok(());
    }
    let mut numbers = vec![None; grid.columns.len()];
    grid.each::<io::Error>(|_, cells| {
        for (number, cell) in numbers.iter_mut().zip(cells) {
            if let Some(value) = cell.filter(|value| !value.is_unit()) {
                *number = Some(number.unwrap_or(true) && (value.is_int() || value.is_float()));
            }
        }
        Ok(())
    })?;
    let names = grid.columns.iter().map(|column| escaped(column));
    line(out, names)?;
    line(out, numbers.iter().map(|number| if *number == Some(true) { "---:" } else { "---" }.to_string()))?;
    let text = |value: &Dynamic| escaped(&cell::for_programs(value));
    grid.each(|_, cells| line(out, cells.iter().map(|cell| cell.map(text).unwrap_or_default())))
}

fn line(out: &mut dyn Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    write!(out, "|")?;
    for cell in cells {
        write!(out, " {cell}{}|", if cell.is_empty() { "" } else { " " })?;
    }
    writeln!(out)
}

/// Text that shows as it is: marks of Markdown are escaped, lines become one.
fn escaped(text: &str) -> String {
    let chars: Vec<char> = text.replace("\r\n", "\n").trim().chars().collect();
    let mut safe = String::new();
    for (at, char) in chars.iter().enumerate() {
        let inside_a_word = || {
            let is_word =
                |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|char| char.is_alphanumeric());
            is_word(at.checked_sub(1)) && is_word(at.checked_add(1))
        };
        match char {
            '_' if inside_a_word() => safe.push('_'),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '~' => safe.extend(['\\', *char]),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\n' => safe.push_str("<br>"),
            char if char.is_control() => safe.push(' '),
            char => safe.push(*char),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_show_as_they_are() {
        for (text, expected) in [
            ("a|b\\c", "a\\|b\\\\c"),
            ("one\r\ntwo\tthree", "one<br>two three"),
            ("<script>&amp;", "&lt;script&gt;&amp;amp;"),
            ("mfa_state _x_ [a](b) *c* `d`", "mfa_state \\_x\\_ \\[a\\](b) \\*c\\* \\`d\\`"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }
}
