//! On which terms a session may change something.

use std::sync::Arc;

use super::{allowance::Allowance, layer::Layer};
use crate::person::{Answers, Nobody, Person};

/// Targets that are written in one run without a question.
pub const LIMIT: usize = 25;

/// On which terms a session may change something. The usual ones are those of a program that nobody sits at and nobody
/// has allowed anything.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The rules of files; what one of them refuses is refused.
    pub layers: Vec<Layer>,
    /// Targets that may be written in one run; more are asked for. `None` for any number.
    pub limit: Option<usize>,
    /// The limit was set by `--max-writes`, so that there is nothing more to ask.
    pub is_set: bool,
    /// The question about the limit is answered with yes.
    pub yes: bool,
    /// What may be destroyed without a question.
    pub allowed: Vec<Allowance>,
    /// Whom to ask.
    pub person: Arc<dyn Person>,
    /// What a script's own questions are answered with.
    pub answers: Arc<Answers>,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            layers: Vec::new(),
            limit: Some(LIMIT),
            is_set: false,
            yes: false,
            allowed: Vec::new(),
            person: Arc::new(Nobody),
            answers: Arc::default(),
        }
    }
}

impl Terms {
    /// Neither limits nor questions, for programs that have their own.
    pub fn free() -> Self {
        Self { limit: None, allowed: vec![Allowance::default()], ..Self::default() }
    }
}
