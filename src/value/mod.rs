//! Values of scripts: rows, secrets, and JSON in and out.
