//! Results as table, JSON, NDJSON and CSV.
