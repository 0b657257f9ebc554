//! The command line, types only.

mod bounds;
mod call;
mod connection;
mod doctor;
mod guard;
mod keep;
mod plan;
mod repl;
mod runs;
mod sim;
mod stop;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use bounds::Bounds;
pub use call::Call;
pub use connection::{AddConnection, ConnectionVerb, ListConnections, RemoveConnection, TestConnection};
pub use doctor::Doctor;
pub use guard::{Explain, Guard};
pub use keep::Keep;
pub use plan::{Apply, MAX_AGE, Planning};
pub use repl::Repl;
pub use runs::{Check, Export, List, Resume, Runs, ShowRun};
pub use sim::{EnvShell, Sim};
pub use stop::Stop;

const EXIT_CODES: &str = "\
Exit codes:
  0    all done
  1    error in the script or in the arguments of a call
  2    wrong command line or settings
  3    not all done: a write failed, failed in part, or is in doubt
  4    authentication or permission
  5    refused by the guard or by you, and nothing was sent
  6    server or network unavailable, throttled, or not ready yet
  130  interrupted

https://docs.cipp.app describes CIPP; `cippsh actions WORDS` finds what can be called.";

/// Scripts for CIPP: every endpoint of the CIPP API is a function of the Rhai language.
#[derive(Debug, Parser)]
#[command(name = "cippsh", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    /// What to do [default: repl, on a terminal]
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a script
    Run(Run),
    /// Run code given on the command line
    Eval(Eval),
    /// Talk: type code, see results, ask for help
    Repl(Box<Repl>),
    /// Call one endpoint
    Call(Call),
    /// Send what a plan holds
    Apply(Apply),
    /// Find what can be called
    Actions(Actions),
    /// Show what is known of an endpoint or a function
    Doc(Doc),
    /// Look into what earlier runs wrote
    #[command(subcommand)]
    Runs(Runs),
    /// Look at what the guard allows
    #[command(subcommand)]
    Guard(Guard),
    /// Serve a simulated CIPP server until stopped
    Sim(Sim),
    /// Add, list, remove and test connections to CIPP servers
    #[command(subcommand)]
    Connection(ConnectionVerb),
    /// Find out why a server cannot be reached, and what to do
    Doctor(Doctor),
    /// Print the completions for a shell
    Completions(Completions),
}

/// `cippsh run`.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub struct Run {
    /// The script, a .rhai file
    pub script: Option<PathBuf>,
    /// The script's arguments; `cippsh run SCRIPT --help` lists them
    #[arg(value_name = "KEY=VALUE")]
    pub arguments: Vec<String>,
    /// Print help, of the script when one is given
    #[arg(short, long)]
    pub help: bool,
    /// Options of the run.
    #[command(flatten)]
    pub options: RunOptions,
}

/// `cippsh eval`.
#[derive(Debug, Args)]
pub struct Eval {
    /// The code, or - to read it from standard input
    pub code: String,
    /// What the code sees as `args`
    #[arg(value_name = "KEY=VALUE")]
    pub arguments: Vec<String>,
    /// Options of the run.
    #[command(flatten)]
    pub options: RunOptions,
}

/// What `run` and `eval` share.
#[derive(Debug, Args)]
pub struct RunOptions {
    /// Which server.
    #[command(flatten)]
    pub connect: Connect,
    /// How to show the result.
    #[command(flatten)]
    pub show: Show,
    /// What is kept.
    #[command(flatten)]
    pub keep: Keep,
    /// When it is stopped.
    #[command(flatten)]
    pub stop: Stop,
    /// How much may be changed.
    #[command(flatten)]
    pub bounds: Bounds,
    /// Whether it only plans.
    #[command(flatten)]
    pub planning: Planning,
    /// Let modules and files come from this directory too
    #[arg(long, value_name = "DIR")]
    pub allow_path: Vec<PathBuf>,
}

/// `cippsh actions`.
#[derive(Debug, Args)]
pub struct Actions {
    /// Words that must all occur in its name, role, description or parameters
    pub words: Vec<String>,
    /// Only the actions of this namespace
    #[arg(long)]
    pub namespace: Option<String>,
    /// Only those with this effect
    #[arg(long, value_enum)]
    pub effect: Option<EffectName>,
    /// Only those that need a role with this in its name
    #[arg(long)]
    pub role: Option<String>,
    /// How to show the result.
    #[command(flatten)]
    pub show: Show,
}

/// An effect, as people type it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EffectName {
    /// Changes nothing
    Read,
    /// Changes nothing, but returns secrets
    Sensitive,
    /// Changes something
    Write,
    /// Removes, replaces or weakens something
    Destroy,
}

/// `cippsh doc`.
#[derive(Debug, Args)]
pub struct Doc {
    /// The action with its namespace, the endpoint, or the function
    pub name: String,
}

/// `cippsh completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// Which server to talk to.
#[derive(Debug, Args)]
pub struct Connect {
    /// Connection from the settings file
    #[arg(long, value_name = "NAME")]
    pub connection: Option<String>,
    /// Use a simulated server with made-up tenants
    #[arg(long, conflicts_with = "connection")]
    pub demo: bool,
    /// How many requests the server gets at once, at most
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub concurrency: u16,
    /// Find out how many requests at once are good for the server, or hold the number
    #[arg(long, value_enum, default_value_t = ThrottleName::Adaptive)]
    pub throttle: ThrottleName,
    /// Do not look up tenants before reading; writes look them up all the same
    #[arg(long)]
    pub no_tenant_check: bool,
    /// Do not read back what was written
    #[arg(long)]
    pub no_verify: bool,
    /// Wait no longer than this for what was written to become visible
    #[arg(long, value_name = "SECONDS", conflicts_with = "no_verify")]
    pub patience: Option<u64>,
}

/// How requests are held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ThrottleName {
    /// More while answers are clean, less when they are not
    Adaptive,
    /// Always as many as --concurrency says
    Fixed,
}

/// How results are shown.
#[derive(Debug, Args)]
pub struct Show {
    /// Format of the result [default: table on a terminal, json in a pipe]
    #[arg(long, short, value_enum, value_name = "FORMAT")]
    pub output: Option<OutputName>,
    /// Say nothing beside results and errors
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more
    #[arg(long, short)]
    pub verbose: bool,
}

/// A format of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputName {
    /// For people
    Table,
    /// One JSON document
    Json,
    /// One JSON document a line
    Ndjson,
    /// Comma-separated values
    Csv,
    /// A Markdown table
    Md,
    /// Nothing
    None,
}
