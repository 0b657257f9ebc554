//! cippsh as its users run it: the binary, on real HTTP to the simulator.

mod commands;
mod connections;
mod enforce_mfa;
mod errors;
mod language;
mod readme;
mod test;
