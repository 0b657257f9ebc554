//! When a run is stopped.

use clap::Args;
use jiff::SignedDuration;

use crate::value::duration;

/// When a run is stopped.
#[derive(Debug, Clone, Copy, Args)]
pub struct Stop {
    /// Stop after this time as if interrupted, for example 30s, 10m or 2h
    #[arg(long, value_name = "DURATION", value_parser = length)]
    pub deadline: Option<SignedDuration>,
}

fn length(text: &str) -> Result<SignedDuration, String> {
    let length = duration(text)?;
    if length.is_positive() { Ok(length) } else { Err("a deadline lies ahead: write for example 30s or 10m".into()) }
}
