//! What a run may change, and whom it may ask.

use std::path::PathBuf;

use clap::Args;

/// How much a run may change.
#[derive(Debug, Clone, Default, Args)]
pub struct Bounds {
    /// Write up to N targets (users and the like, times tenants) without a question [default: 25]
    #[arg(long, value_name = "N")]
    pub max_writes: Option<usize>,
    /// Allow to destroy: destroy[:ENDPOINT][@TENANT], repeatable; ENDPOINT may be an action or hold *
    #[arg(long, value_name = "WHAT")]
    pub allow: Vec<String>,
    /// Answer the question about the number of targets with yes; what destroys is asked for all the same
    #[arg(long)]
    pub yes: bool,
    /// Answer what the script asks from this TOML file: lines of the form "question" = "answer"
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
}
