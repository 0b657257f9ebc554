//! A simulated CIPP server: real HTTP, deterministic, stateful.
