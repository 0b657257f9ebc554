//! What is known about every endpoint of the CIPP API, and how arguments become a request.

pub mod arguments;
mod lookup;
mod name;
pub mod record;
mod table;
mod words;

pub use lookup::{all, find};
pub use record::*;

#[cfg(test)]
#[path = "build/mod.rs"]
mod compile;
