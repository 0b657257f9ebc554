//! Text that must not be shown.

use std::fmt;

use rhai::ImmutableString;

pub use crate::redact::MASK;

/// A password, key or token of an answer: it shows as [`MASK`] wherever it is formatted or written as JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    text: ImmutableString,
    lost: bool,
}

impl Secret {
    /// Hides this text.
    pub fn new(text: impl Into<ImmutableString>) -> Self {
        Self { text: text.into(), lost: false }
    }

    /// One that was known to an earlier process only.
    pub fn lost() -> Self {
        Self { text: MASK.into(), lost: true }
    }

    /// Whether nobody knows it any more.
    pub fn is_lost(&self) -> bool {
        self.lost
    }

    /// The text itself, for whoever asked for it by name.
    pub fn reveal(&self) -> ImmutableString {
        self.text.clone()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_never_shows_the_text() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "•••• •••• Some(••••)");
        assert_eq!(secret.reveal(), "hunter2");
    }
}
