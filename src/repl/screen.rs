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
        let size = terminal_size::terminal_size().filter(|_| interactive && io::stdout().is_terminal());
        // A window that tells no size has at least that of the first terminals.
        let or = |given: u16, usual: u16| if given == 0 { usual } else { given };
        Self {
            width: size.map(|size| or(size.0.0, 80)),
            height: size.map(|size| or(size.1.0, 24)),
            colour: size.is_some() && has_colours(|name| std::env::var(name).ok()),
        }
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
