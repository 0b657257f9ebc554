//! How the person likes conversations, as the settings say.

use serde::Deserialize;

use super::{Sources, read_file};
use crate::failure::Failure;

/// The table `[repl]` of the settings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Habits {
    /// Whose keys edit a line.
    pub keys: Keys,
}

/// Whose keys edit a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keys {
    /// Those of Emacs, which shells have too.
    #[default]
    Emacs,
    /// Those of vi.
    Vi,
}

/// What the file says of conversations.
///
/// # Errors
///
/// The settings cannot be read.
pub fn habits(sources: &Sources) -> Result<Habits, Failure> {
    Ok(read_file(sources)?.repl)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Result<Keys, String> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        let sources = Sources { named: None, variable: &|_| None, file: Some(path) };
        habits(&sources).map(|habits| habits.keys).map_err(|failure| failure.causes.join("; "))
    }

    #[test]
    fn the_keys_are_those_of_the_settings() {
        assert_eq!(keys(""), Ok(Keys::Emacs));
        assert_eq!(keys("[repl]\nkeys = \"vi\"\n"), Ok(Keys::Vi));
        assert_eq!(
            keys("[repl]\nkeys = \"vim\"\n").unwrap_err(),
            "line 2: unknown variant `vim`, expected `emacs` or `vi`"
        );
        assert!(keys("[repl]\nmode = \"vi\"\n").unwrap_err().contains("unknown field `mode`"));
    }
}
