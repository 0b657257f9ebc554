//! What is known about every endpoint of the CIPP API, and how arguments become a request.

pub mod arguments;
pub mod effect;
mod lookup;
mod name;
mod path;
pub mod record;
mod table;
pub mod tenant;
mod words;

pub use lookup::{all, find};
pub use record::*;

#[cfg(test)]
#[path = "build/mod.rs"]
mod compile;
