//! The value before a dot: which variable or call it comes from, and the way there.

use super::place::Before;
use crate::engine::lex::Kind;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Root {
    /// A variable.
    Variable(String),
    /// What a function returns.
    Call(String),
}

/// One step on the way to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// An element of a list.
    Element,
    /// A property.
    Property(String),
}

/// A value and the way to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Receiver {
    pub(super) root: Root,
    pub(super) steps: Vec<Step>,
}

/// Methods that give elements of the list that they are called on.
const SAME: &[&str] =
    &["filter", "where", "distinct", "top", "sort_by", "sort", "reverse", "drain", "dedup", "select", "extract"];

/// Methods that give one element.
const ONE: &[&str] = &["find", "pop", "shift", "first", "last"];

/// The value that ends before the token `end`.
pub(super) fn ending_at(before: &Before, end: usize) -> Option<Receiver> {
    let mut steps = Vec::new();
    let mut at = end.checked_sub(1)?;
    loop {
        let is_property = |at: usize| at > 0 && matches!(before.word(at - 1), "." | "?.");
        match before.word(at) {
            "]" => {
                steps.push(Step::Element);
                at = opening(before, at)?.checked_sub(1)?;
            }
            ")" => {
                let bracket = opening(before, at)?;
                let name = before.callee(bracket)?;
                let method = bracket.checked_sub(1).filter(|at| is_property(*at));
                let Some(method) = method else {
                    return Some(found(Root::Call(name), steps));
                };
                if ONE.contains(&name.as_str()) {
                    steps.push(Step::Element);
                } else if !SAME.contains(&name.as_str()) {
                    return None;
                }
                at = method.checked_sub(2)?;
            }
            word if before.kind(at) == Some(Kind::Word) => {
                if is_property(at) {
                    steps.push(Step::Property(word.to_owned()));
                    at = at.checked_sub(2)?;
                } else {
                    let receiver = found(Root::Variable(word.to_owned()), steps);
                    return Some(bound(before, at, word).map_or(receiver.clone(), |origin| through(origin, receiver)));
                }
            }
            _ => return None,
        }
    }
}

fn found(root: Root, mut steps: Vec<Step>) -> Receiver {
    steps.reverse();
    Receiver { root, steps }
}

/// The way to an element of `origin`, and on.
fn through(mut origin: Receiver, rest: Receiver) -> Receiver {
    origin.steps.push(Step::Element);
    origin.steps.extend(rest.steps);
    origin
}

/// The list whose elements a loop or a closure around gives this name.
fn bound(before: &Before, end: usize, name: &str) -> Option<Receiver> {
    for at in (1..end).rev() {
        if before.word(at) != name {
            continue;
        }
        let list = match (before.word(at - 1), before.word(at + 1)) {
            ("for", "in") => (at + 2..end).find(|at| before.word(*at) == "{").and_then(|end| ending_at(before, end)),
            ("|", "|") => {
                let bracket = at.checked_sub(2)?;
                match before.word(bracket) {
                    "(" => ending_at(before, bracket.checked_sub(2)?),
                    "," => of_bulk(before, bracket),
                    _ => None,
                }
            }
            _ => continue,
        };
        return list;
    }
    None
}

/// The first argument of the `bulk` or `par_map` that a closure behind this comma is given to.
fn of_bulk(before: &Before, comma: usize) -> Option<Receiver> {
    let bracket = (0..comma).rev().find(|at| {
        let is_bulk = |name: String| matches!(name.as_str(), "bulk" | "par_map");
        before.word(*at) == "(" && before.callee(*at).is_some_and(is_bulk)
    })?;
    let end = (bracket..=comma).find(|at| before.word(*at) == ",")?;
    ending_at(before, end)
}

fn opening(before: &Before, close: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for at in (0..=close).rev() {
        match before.kind(at) {
            Some(Kind::Close) => depth += 1,
            Some(Kind::Open) => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}
