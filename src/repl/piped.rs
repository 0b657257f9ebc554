//! A conversation with a pipe: everything that comes, up to the first failure.

use super::{
    Ended, piece,
    talk::{After, Talk},
};

/// Runs the text piece by piece.
pub(super) fn run(mut talk: Talk, text: &str) -> Ended {
    for piece in piece::pieces(text) {
        match talk.take(&piece) {
            Ok(After::Next) => {}
            Ok(After::Quit) => break,
            Ok(After::Edit(_)) => break,
            Err(failure) => return Ended { failure: Some(failure), exit: None },
        }
    }
    Ended { failure: None, exit: talk.console.context().exit.get().copied() }
}
