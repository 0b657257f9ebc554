//! One item of JSON at the start of bytes that may go on.

use serde::de::DeserializeSeed;

/// Reads one item and tells how many bytes there are up to the byte that follows it.
///
/// Where none follows, the item is not known to be complete: `12` may go on as `123`.
pub(super) fn read_item<'de, S: DeserializeSeed<'de>>(seed: S, bytes: &'de [u8]) -> Result<(S::Value, usize), Stop> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    match seed.deserialize(&mut json) {
        Err(error) if error.is_eof() => Err(Stop::More),
        Err(error) => Err(Stop::Bad(words(&error), place(&error, bytes))),
        // The error about trailing characters is the one way to learn how far the parser came.
        Ok(value) => match json.end() {
            Ok(()) => Err(Stop::More),
            Err(trailing) => Ok((value, place(&trailing, bytes))),
        },
    }
}

/// Why nothing more can be read.
pub(super) enum Stop {
    /// The next item is not complete.
    More,
    /// So many bytes further on, the text is not JSON.
    Bad(String, usize),
}

/// The offset of the byte that the error is about.
pub(super) fn place(error: &serde_json::Error, bytes: &[u8]) -> usize {
    let line_start = match error.line() {
        0 | 1 => 0,
        line => bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(line - 2).map_or(0, |(at, _)| at + 1),
    };
    line_start + error.column().saturating_sub(1)
}

/// The parser's words without its line and column, which count from the item.
pub(super) fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}
