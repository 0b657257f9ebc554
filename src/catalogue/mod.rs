//! What is known about every endpoint of the CIPP API, and how arguments become a request.

pub mod arguments;
pub mod effect;
mod path;
pub mod record;
pub mod tenant;

pub use record::*;
