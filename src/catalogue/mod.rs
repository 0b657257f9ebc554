//! What is known about every endpoint of the CIPP API, and how arguments become a request.

pub mod arguments;
pub mod effect;
mod lookup;
mod name;
mod name_words;
mod nearest;
mod path;
pub mod record;
mod search;
mod table;
pub mod tenant;
mod words;

pub use lookup::{all, find};
pub use nearest::nearest;
pub use record::*;
pub use search::search;

#[cfg(test)]
#[path = "build/mod.rs"]
mod compile;
#[cfg(test)]
mod lint;
