//! Text that must not be shown.

use std::fmt;

use rhai::{Array, Dynamic, ImmutableString, Map};

use super::row::Row;

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

/// Where in a value the first secret is, as a script would reach it: `[3].password`; empty for the value itself.
pub fn secret_in(value: &Dynamic) -> Option<String> {
    if value.is::<Secret>() {
        return Some(String::new());
    }
    let member = |key: &str, value: &Dynamic| secret_in(value).map(|rest| format!(".{key}{rest}"));
    if let Some(row) = value.read_lock::<Row>() {
        return row.iter().find_map(|(key, value)| member(key, value));
    }
    if let Some(map) = value.read_lock::<Map>() {
        return map.iter().find_map(|(key, value)| member(key, value));
    }
    let array = value.read_lock::<Array>()?;
    array.iter().enumerate().find_map(|(at, value)| Some(format!("[{at}]{}", secret_in(value)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_wherever_it_is() {
        let secret = || Dynamic::from(Secret::new("hunter2"));
        let row: Row = [("user", "ann".into()), ("password", secret())].into_iter().collect();
        let map = Map::from([("list".into(), vec![1_i64.into(), Dynamic::from(row.clone())].into())]);
        for (value, expected) in [
            (secret(), Some("")),
            (vec![Dynamic::UNIT, Dynamic::from(row)].into(), Some("[1].password")),
            (Dynamic::from(map), Some(".list[1].password")),
            ("text".into(), None),
        ] {
            assert_eq!(secret_in(&value).as_deref(), expected);
        }
    }

    #[test]
    fn formatting_never_shows_the_text() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "•••• •••• Some(••••)");
        assert_eq!(secret.reveal(), "hunter2");
    }
}
