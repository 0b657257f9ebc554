//! The terminal: how large it is, and whether it shows colours.

use std::io::{self, IsTerminal as _};

use unicode_width::UnicodeWidthStr as _;

/// What is known of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Screen {
    /// In characters; `None` where nobody looks.
    pub(super) width: Option<u16>,
    /// In lines; `None` where nobody looks.
    pub(super) height: Option<u16>,
    /// Whether it shows colours.
    pub(super) colour: bool,
}

impl Screen {
    /// As it is now.
    pub(super) fn now(interactive: bool) -> Self {
        if !interactive || !io::stdout().is_terminal() {
            return Self { width: None, height: None, colour: false };
        }
        // A window that tells no size has at least that of the first terminals.
        let (width, height) = terminal_size::terminal_size().map_or((80, 24), |size| (size.0.0, size.1.0));
        let colour = has_colours(|name| std::env::var(name).ok());
        Self { width: Some(width), height: Some(height), colour }
    }
}

impl Screen {
    /// The text with its long lines broken between words; what goes on stands below its own column.
    pub(super) fn folded(self, text: &str) -> String {
        let Some(width) = self.width.map(usize::from) else { return text.to_owned() };
        let lines: Vec<String> = text.split('\n').map(|line| folded(line, width)).collect();
        lines.join("\n")
    }
}

fn folded(line: &str, width: usize) -> String {
    if line.width() <= width {
        return line.to_owned();
    }
    let indent = " ".repeat(hanging(line, width));
    let mut folded = String::new();
    let mut used = 0;
    for (at, word) in line.split(' ').enumerate() {
        if at > 0 && used + 1 + word.width() > width && used > indent.len() {
            folded.truncate(folded.trim_end().len());
            folded.extend(["\n", &indent, word]);
            used = indent.len() + word.width();
            continue;
        }
        let gap = if at > 0 { " " } else { "" };
        folded.extend([gap, word]);
        used += gap.len() + word.width();
    }
    folded
}

/// The column below which a line goes on: that of the last of its own columns, unless it is far to the right.
fn hanging(line: &str, width: usize) -> usize {
    let start = line.len() - line.trim_start().len();
    let column = line.trim_start().find("  ").map(|gap| {
        let behind = line.get(start + gap..).unwrap_or_default();
        let text = line.get(..start + gap).unwrap_or_default();
        text.width() + behind.len() - behind.trim_start().len()
    });
    column.filter(|column| *column <= width / 2).unwrap_or(start)
}

fn has_colours(variable: impl Fn(&str) -> Option<String>) -> bool {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    !is_set("NO_COLOR") && variable("TERM").is_none_or(|terminal| terminal != "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_broken_between_words() {
        let cases = [
            ("one two three", 8, "one two\nthree"),
            ("one two three", 40, "one two three"),
            ("abcdefghij k", 4, "abcdefghij\nk"),
            ("  a  one two three\nb", 10, "  a  one\n     two\n     three\nb"),
            ("  a long name  one two", 14, "  a long name\n  one two"),
        ];
        for (text, width, expected) in cases {
            assert_eq!(Screen { width: Some(width), height: None, colour: false }.folded(text), expected);
        }
        let nobody = Screen { width: None, height: None, colour: false };
        assert_eq!(nobody.folded("one two"), "one two");
    }

    #[test]
    fn people_can_do_without_colours() {
        for (variables, expected) in [
            (vec![("TERM", "xterm")], true),
            (vec![("TERM", "dumb")], false),
            (vec![("NO_COLOR", "1")], false),
            (vec![("NO_COLOR", "")], true),
        ] {
            let variable = |name: &str| variables.iter().find(|known| known.0 == name).map(|known| known.1.to_owned());
            assert_eq!(has_colours(variable), expected, "{variables:?}");
        }
    }
}
