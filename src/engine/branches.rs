//! Words of a script that take its way by values of any kind, and ask nobody what these are.
//!
//! A `switch` takes its default for a value that it does not know, and `try` catches what `if` and `for` say of one. So
//! a plan cannot tell whether a value that is not there yet decides there.

use rhai::{AST, ASTNode, Stmt};

/// The first of them.
pub(super) fn of(ast: &AST) -> Option<&'static str> {
    let mut found = None;
    ast.walk(&mut |nodes| {
        found = match nodes.last() {
            Some(ASTNode::Stmt(Stmt::Switch(..))) => Some("switch"),
            Some(ASTNode::Stmt(Stmt::TryCatch(..))) => Some("try"),
            _ => None,
        };
        found.is_none()
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_found_wherever_they_stand() {
        let mut engine = rhai::Engine::new();
        engine.set_optimization_level(rhai::OptimizationLevel::None);
        for (text, expected) in [
            ("let a = 1; if a > 0 { a } else { 2 }", None),
            ("fn f(a) { switch a { 1 => 2, _ => 3 } } 1", Some("switch")),
            ("let f = |a| { try { a } catch { 1 } };", Some("try")),
            ("\"switch\" // try", None),
        ] {
            assert_eq!(of(&engine.compile(text).unwrap()), expected, "{text}");
        }
    }
}
