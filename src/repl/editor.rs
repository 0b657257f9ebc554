//! The line that is typed: completed, coloured, hinted at, and whether it is whole.

use std::{borrow::Cow, cell::RefCell, rc::Rc};

use rustyline::{
    Context, Helper,
    completion::{self, Completer},
    highlight::{CmdKind, Highlighter},
    hint::{Hint, Hinter},
    validate::{ValidationContext, ValidationResult, Validator},
};
use unicode_width::UnicodeWidthStr as _;

use super::{
    colour,
    complete::{self, Candidate, Knowledge},
    elsewhere::World,
    piece,
    screen::Screen,
};

/// What the editor asks while somebody types.
pub(super) struct Assistant {
    pub(super) knowledge: Rc<RefCell<Knowledge>>,
    pub(super) world: World,
    pub(super) screen: Screen,
    /// How wide the prompt is.
    pub(super) prompt: usize,
}

impl Helper for Assistant {}

impl completion::Candidate for Candidate {
    fn display(&self) -> &str {
        &self.shown
    }

    fn replacement(&self) -> &str {
        &self.text
    }
}

impl Completer for Assistant {
    type Candidate = Candidate;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Candidate>)> {
        Ok(complete::complete(line, at, &self.knowledge.borrow(), &self.world))
    }
}

/// Something that is shown behind the line and never becomes a part of it.
pub(super) struct Told(String);

impl Hint for Told {
    fn display(&self) -> &str {
        &self.0
    }

    fn completion(&self) -> Option<&str> {
        None
    }
}

impl Hinter for Assistant {
    type Hint = Told;

    fn hint(&self, line: &str, at: usize, _: &Context<'_>) -> Option<Told> {
        let wants_tenants = complete::wants_tenants(line, at);
        if wants_tenants {
            self.world.ask_for_tenants();
        }
        // Without colours it could not be told from what was typed.
        let width = self.screen.width.filter(|_| self.screen.colour)?;
        let mut hint = complete::hint(line, at, &self.knowledge.borrow())?;
        if let Some(told) = self.world.told().filter(|_| wants_tenants) {
            hint = format!("{told}  {hint}");
        }
        let last = line.rsplit('\n').next().unwrap_or_default();
        let used = last.width() + if line.contains('\n') { 0 } else { self.prompt };
        let left = usize::from(width).checked_sub(used + 4).filter(|left| *left > 12)?;
        let short: String = hint.chars().take(left).collect();
        Some(Told(format!("  {short}")))
    }
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, at: usize) -> Cow<'l, str> {
        if self.screen.colour { colour::code(line, at).into() } else { line.into() }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _default: bool) -> Cow<'b, str> {
        if self.screen.colour { format!("\x1b[1m{prompt}{}", colour::END).into() } else { prompt.into() }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        format!("\x1b[2m{hint}{}", colour::END).into()
    }

    fn highlight_char(&self, _line: &str, _at: usize, _kind: CmdKind) -> bool {
        self.screen.colour
    }
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if piece::wants_more(context.input()) {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Valid(None)
        })
    }
}
