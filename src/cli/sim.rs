//! The types of `cippsh sim`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `cippsh sim`.
#[derive(Debug, Args)]
pub struct Sim {
    /// Port on the loopback address; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// How many tenants it has
    #[arg(long, default_value_t = 3)]
    pub tenants: usize,
    /// How many users each tenant has
    #[arg(long, default_value_t = 40)]
    pub users: usize,
    /// Another seed makes other people
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// What goes wrong, and when: a TOML file
    #[arg(long, value_name = "FILE")]
    pub faults: Option<PathBuf>,
    /// Write the variables of the connection to this file too
    #[arg(long, value_name = "FILE")]
    pub env: Option<PathBuf>,
    /// For which shell the variables are printed
    #[arg(long, value_enum, default_value_t = EnvShell::Sh)]
    pub shell: EnvShell,
}

/// A shell that sets variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EnvShell {
    /// `export NAME=value`
    Sh,
    /// `$env:NAME = 'value'`
    Powershell,
}
