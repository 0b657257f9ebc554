//! cippsh as its users run it: the binary, on real HTTP to the simulator.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod actions;
mod apply;
mod automations;
mod commands;
mod connections;
#[cfg(unix)]
mod cookbook;
mod doctor;
mod enforce_mfa;
mod errors;
mod faults;
mod files;
#[cfg(target_os = "linux")]
mod full_disk;
mod guard;
#[cfg(unix)]
mod interrupt;
mod journal;
mod keys;
#[cfg(unix)]
mod killed;
mod language;
mod library;
mod life;
mod lists;
mod names;
#[cfg(unix)]
mod newcomers;
#[cfg(unix)]
mod pipes;
mod plan;
mod read_back;
mod readme;
mod reference;
mod repl;
mod resume;
#[cfg(unix)]
mod stopping;
#[cfg(target_os = "linux")]
mod terminal;
mod test;
mod verify;
