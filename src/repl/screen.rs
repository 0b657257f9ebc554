//! The terminal: how large it is, and whether it shows colours.

use std::io::{self, IsTerminal as _};

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

fn has_colours(variable: impl Fn(&str) -> Option<String>) -> bool {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    !is_set("NO_COLOR") && variable("TERM").is_none_or(|terminal| terminal != "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

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
