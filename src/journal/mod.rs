//! What was written, by whom, and what became of it: one SQLite file that outlives every run.
//!
//! [`Recorder`] keeps one run: an intent is on the disk before its request leaves, the result after. [`Book`] reads
//! what was kept. Secrets never get here: [`masked`] takes them out of whatever is kept.

mod alive;
mod begin;
mod book;
mod file;
mod mask;
mod record;
mod recorder;
#[cfg(test)]
mod tests;
mod trail;
mod writer;

use std::path::PathBuf;

pub use book::{Book, Entry, Run};
pub use file::check;
pub use mask::masked;
pub use record::{About, Answer, Identity, Intent, Server};
pub use recorder::{Durable, Kept, Recorder};

/// SHA-256 of a text or of bytes, in hexadecimal.
pub fn hash(text: impl AsRef<[u8]>) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_ref());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The place of the journal: `cippsh/journal.sqlite` in the system's state directory.
pub fn default_file() -> Option<PathBuf> {
    let places = directories::BaseDirs::new()?;
    let state = places.state_dir().unwrap_or_else(|| places.data_local_dir());
    Some(state.join("cippsh").join("journal.sqlite"))
}
