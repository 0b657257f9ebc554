//! Files: tables and values in and out, below the allowed directories only.

mod options;
mod read;
mod write;

use std::sync::Arc;

use rhai::Engine;

use crate::engine::context::Context;

pub(in super::super) fn register(engine: &mut Engine, context: &Arc<Context>) {
    read::register(engine, context);
    write::register(engine, context);
}

#[cfg(test)]
mod tests {
    use crate::engine::natives;

    #[test]
    fn every_function_is_told_of_with_its_options() {
        let readers = super::read::READERS.iter().map(|(name, options, _)| (name, options));
        for (name, options) in readers.chain(super::write::WRITERS.iter().map(|(name, options, _)| (name, options))) {
            let signature = natives::find(name).map(|native| native.signature).unwrap_or_default();
            for option in *options {
                assert!(signature.contains(option), "{name} does not tell of {option}");
            }
            assert!(options.is_sorted(), "{name}");
        }
    }
}
