//! What is known of the values in a function before it runs.

use std::collections::HashMap;

use rhai::{ASTNode, Dynamic, Expr, Stmt};
use serde_json::{Map, Value};

use crate::value;

/// Stands for a value that is not known.
pub(super) const UNKNOWN: &str = "\u{0}unknown";

/// Variables with a value that is known and stays.
#[derive(Debug, Clone, Default)]
pub(super) struct Known(HashMap<String, Dynamic>);

impl Known {
    pub(super) fn set(&mut self, name: &str, value: Option<Dynamic>) {
        match value {
            Some(value) => drop(self.0.insert(name.to_owned(), value)),
            None => drop(self.0.remove(name)),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Dynamic> {
        self.0.get(name)
    }

    /// Forgets what a node gives another value.
    pub(super) fn forget(&mut self, node: &ASTNode) {
        match node {
            ASTNode::Stmt(Stmt::Var(variable, ..)) => drop(self.0.remove(variable.0.name.as_str())),
            ASTNode::Stmt(Stmt::For(parts, _)) => {
                drop(self.0.remove(parts.0.name.as_str()));
                if let Some(counter) = &parts.1 {
                    self.0.remove(counter.name.as_str());
                }
            }
            ASTNode::Stmt(Stmt::Assignment(parts)) => self.forget_root(&parts.1.lhs, false),
            ASTNode::Stmt(Stmt::TryCatch(parts, _)) => self.forget_root(&parts.expr, false),
            // A method may change what it is called on.
            ASTNode::Expr(Expr::Dot(parts, ..) | Expr::Index(parts, ..)) if calls(&parts.rhs) => {
                self.forget_root(&parts.lhs, true);
            }
            _ => {}
        }
    }

    fn forget_root(&mut self, expression: &Expr, by_call: bool) {
        match expression {
            // Calling a closure does not change it.
            Expr::Variable(variable, ..) if by_call && self.get(&variable.1).is_some_and(Dynamic::is_fnptr) => {}
            Expr::Variable(variable, ..) => drop(self.0.remove(variable.1.as_str())),
            Expr::Dot(parts, ..) | Expr::Index(parts, ..) => self.forget_root(&parts.lhs, by_call),
            _ => {}
        }
    }

    /// The value of an expression, when it is known as a whole.
    pub(super) fn value(&self, expression: &Expr) -> Option<Dynamic> {
        match expression {
            Expr::Variable(variable, ..) if variable.2.is_empty() => self.0.get(variable.1.as_str()).cloned(),
            other => other.get_literal_value(None),
        }
    }

    /// The value of an expression as JSON, with [`UNKNOWN`] in the place of what is not known.
    pub(super) fn json(&self, expression: &Expr) -> Value {
        match expression {
            Expr::Map(parts, _) => Value::Object(
                parts.0.iter().map(|(name, value)| (name.name.to_string(), self.json(value))).collect::<Map<_, _>>(),
            ),
            Expr::Array(items, _) => items.iter().map(|item| self.json(item)).collect(),
            Expr::Dot(parts, ..) => self.member(&parts.lhs, &parts.rhs),
            other => {
                self.value(other).and_then(|value| value::to_json_to_send(&value, None).ok()).unwrap_or_else(unknown)
            }
        }
    }

    fn member(&self, of: &Expr, property: &Expr) -> Value {
        let Expr::Property(property, _) = property else { return unknown() };
        self.json(of).get(property.2.as_str()).cloned().unwrap_or_else(unknown)
    }
}

fn calls(expression: &Expr) -> bool {
    match expression {
        Expr::MethodCall(..) | Expr::FnCall(..) => true,
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => calls(&parts.lhs) || calls(&parts.rhs),
        _ => false,
    }
}

pub(super) fn unknown() -> Value {
    UNKNOWN.into()
}

/// Whether a value has parts that are not known.
pub(super) fn is_open(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(UNKNOWN),
        Value::Array(items) => items.iter().any(is_open),
        Value::Object(map) => map.values().any(is_open),
        _ => false,
    }
}
