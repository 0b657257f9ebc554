//! What is known about every endpoint of the CIPP API, and how arguments become a request.

pub mod arguments;
pub mod record;

pub use record::*;
