//! Takes the secrets out of an answer before anybody sees it.
//!
//! The record of an endpoint names the places. Values there become [`Secret`]; so does every `copyField` of a
//! write, which holds what the server's pages offer for copying, mostly a new password. Texts that repeat a
//! secret get a mask in its place.

use rhai::{Array, Dynamic};

use super::call::Call;
use super::texts::State;
use crate::redact;
use crate::value::{MASK, Row, Secret};

const COPY: &str = "copyField";
const TEXT: &str = "resultText";
const RESULTS: &str = "Results";

/// What a result text offers for copying under these labels is no secret.
const OPEN_LABELS: [&str; 2] = ["Username", "User ID"];

/// The secrets of one call.
pub(super) struct Masks {
    known: Vec<String>,
    /// Texts of this answer may hold a secret that is nowhere else.
    guess: bool,
}

impl Masks {
    /// Knows the secrets that were sent.
    pub(super) fn new(call: &Call<'_>) -> Self {
        let mut masks = Self { known: Vec::new(), guess: false };
        call.secrets.iter().for_each(|secret| masks.add(secret.clone()));
        masks
    }

    /// Hides the secrets of an answer.
    pub(super) fn hide(&mut self, value: &mut Dynamic, call: &Call<'_>) {
        let paths = call.endpoint.map_or(&[][..], |endpoint| endpoint.secrets);
        let mut copies = call.writes();
        for path in paths {
            let keys: Vec<&str> = path.split('.').map(|key| key.trim_end_matches("[]")).collect();
            match keys.as_slice() {
                [.., COPY] => copies = true,
                [.., TEXT] | [RESULTS] if call.writes() => self.guess = true,
                // Whole rows: the caller asked for whatever they hold.
                [RESULTS | "" | "*"] => {}
                ["" | RESULTS, keys @ ..] => self.hide_in_results(value, keys),
                keys => self.hide_at(value, keys),
            }
        }
        if copies {
            self.hide_copies(value);
        }
        if call.writes() {
            self.mask(value);
        }
    }

    /// The text with a mask in place of every secret that is known.
    pub(super) fn apply(&self, text: &str) -> String {
        self.known.iter().fold(text.to_owned(), |text, secret| text.replace(secret, MASK))
    }

    /// The text of a result; where it may hold a secret that is not known, all that could be one is masked.
    ///
    /// Texts of failures keep their reason: the server makes no secret when it fails.
    pub(super) fn apply_to_result(&self, text: &str, state: State) -> String {
        if state == State::Error {
            return redact::text(text).into_owned();
        }
        if !self.guess || text.contains(MASK) {
            return text.to_owned();
        }
        redact::behind_label(text)
    }

    /// Rows stand under `Results` or bare, and some endpoints do both.
    fn hide_in_results(&mut self, value: &mut Dynamic, keys: &[&str]) {
        if let Some(mut row) = value.write_lock::<Row>()
            && let Some(results) = row.get_mut_ignoring_case(RESULTS)
        {
            return self.hide_at(results, keys);
        }
        self.hide_at(value, keys);
    }

    fn hide_at(&mut self, value: &mut Dynamic, keys: &[&str]) {
        if let Some(mut array) = value.write_lock::<Array>() {
            array.iter_mut().for_each(|element| self.hide_at(element, keys));
            return;
        }
        if let Some(mut row) = value.write_lock::<Row>() {
            match keys {
                [] => row.values_mut().for_each(|value| self.hide_at(value, keys)),
                // The text of a failure holds a reason instead.
                [TEXT] if state(&row) == Some(State::Error) => {}
                [key, rest @ ..] => {
                    if let Some(value) = row.get_mut_ignoring_case(key) {
                        self.hide_at(value, rest);
                    }
                }
            }
            return;
        }
        if keys.is_empty() {
            self.hide_value(value);
        }
    }

    fn hide_copies(&mut self, value: &mut Dynamic) {
        if let Some(mut array) = value.write_lock::<Array>() {
            array.iter_mut().for_each(|element| self.hide_copies(element));
            return;
        }
        let Some(mut row) = value.write_lock::<Row>() else { return };
        let open = is_open(&row);
        if let Some(copy) = row.get_mut_ignoring_case(COPY)
            && !open
        {
            self.hide_at(copy, &[]);
        }
        row.values_mut().for_each(|value| self.hide_copies(value));
    }

    fn hide_value(&mut self, value: &mut Dynamic) {
        let text = match value.as_int() {
            Ok(number) => number.to_string(),
            Err(_) => value.as_immutable_string_ref().map(|text| text.to_string()).unwrap_or_default(),
        };
        if !text.is_empty() {
            *value = Dynamic::from(Secret::new(text.as_str()));
            self.add(text);
        }
    }

    /// Longest first, so that a secret that begins with another one is masked whole.
    fn add(&mut self, secret: String) {
        if !secret.is_empty() {
            let at = self.known.partition_point(|known| known.len() >= secret.len());
            self.known.insert(at, secret);
        }
    }

    /// Masks known secrets in all texts.
    fn mask(&self, value: &mut Dynamic) {
        if self.known.is_empty() {
            return;
        }
        if let Some(mut array) = value.write_lock::<Array>() {
            array.iter_mut().for_each(|element| self.mask(element));
        } else if let Some(mut row) = value.write_lock::<Row>() {
            row.values_mut().for_each(|value| self.mask(value));
        } else {
            let masked = value.as_immutable_string_ref().ok().map(|text| self.apply(&text));
            if let Some(masked) = masked {
                *value = masked.into();
            }
        }
    }
}

fn state(row: &Row) -> Option<State> {
    State::from_word(&row.get_ignoring_case("state")?.as_immutable_string_ref().ok()?)
}

/// Whether the row offers something for copying that is no secret, as its label tells.
fn is_open(row: &Row) -> bool {
    let text = row.get_ignoring_case(TEXT).and_then(|text| text.as_immutable_string_ref().ok());
    text.is_some_and(|text| text.split_once(':').is_some_and(|(label, _)| OPEN_LABELS.contains(&label)))
}
