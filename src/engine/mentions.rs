//! What a script can call, as far as its text tells: calls of endpoints and actions by their names.
//!
//! Modules are no part of it, nor are names that are put together while the script runs; these are looked at when they
//! are called.

use rhai::{AST, ASTNode, Expr, FnCallExpr, Stmt};

use crate::catalogue::{self, Endpoint};

/// The endpoints behind all calls of a script.
pub(super) fn of(ast: &AST) -> Vec<&'static Endpoint> {
    let mut found = Vec::new();
    ast.walk(&mut |nodes| {
        let call = match nodes.last() {
            Some(
                ASTNode::Expr(Expr::FnCall(call, _) | Expr::MethodCall(call, _)) | ASTNode::Stmt(Stmt::FnCall(call, _)),
            ) => call,
            _ => return true,
        };
        found.extend(endpoint(call));
        true
    });
    found
}

fn endpoint(call: &FnCallExpr) -> Option<&'static Endpoint> {
    let name = call.name.as_str();
    if let Some(space) = call.namespace.path.first() {
        let full = format!("{}::{name}", space.name);
        return catalogue::find_action(&full).map(|action| action.endpoint);
    }
    match (name, call.args.first()) {
        ("api", Some(Expr::StringConstant(name, _))) => catalogue::find(name),
        _ => catalogue::find(name).filter(|endpoint| endpoint.name == name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_found_wherever_they_stand() {
        let cases: &[(&str, &[&str])] = &[
            ("ListUsers(#{});", &["ListUsers"]),
            ("let x = [1].map(|t| #{ a: ExecPerUserMFA(#{}) });", &["ExecPerUserMFA"]),
            ("fn f() { if false { ExecResetPass(#{}) } } 1", &["ExecResetPass"]),
            ("user::set_per_user_mfa(1, #{})", &["ExecPerUserMFA"]),
            ("api(\"listusers\", #{})", &["ListUsers"]),
            ("// ExecResetPass(1)\nlet t = \"ExecResetPass(1)\"; listusers(1); api(t, #{})", &[]),
        ];
        let mut engine = rhai::Engine::new();
        engine.set_optimization_level(rhai::OptimizationLevel::None);
        for (text, expected) in cases {
            let ast = engine.compile(text).unwrap();
            let names: Vec<&str> = of(&ast).iter().map(|endpoint| endpoint.name).collect();
            assert_eq!(names, *expected, "{text}");
        }
    }
}
