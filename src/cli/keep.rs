//! What is kept of a run.

use std::path::PathBuf;

use clap::Args;

/// What is kept of a run.
#[derive(Debug, Args)]
pub struct Keep {
    /// Keep what is written in this journal instead of the usual one
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// Why it is done, for the journal
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Keep new passwords and other secrets of answers in this file, which nobody else can read
    #[arg(long, value_name = "FILE")]
    pub secrets_to: Option<PathBuf>,
}
