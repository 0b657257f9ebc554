//! The reference of the standard library in `docs/`, which is made from its source and kept equal to it.
//!
//! `CIPPSH_WRITE_REFERENCE=1 cargo test --test it reference` writes it anew.

use std::fs;

use crate::test::of_repository;

/// One module of the library.
struct Module {
    name: String,
    about: String,
    functions: Vec<Function>,
}

/// A function that scripts can call.
struct Function {
    /// With its parameters.
    signature: String,
    /// The lines of its comment, without marks.
    comment: Vec<String>,
}

#[test]
fn the_reference_of_the_library_is_that_of_its_source() {
    let text = reference(&modules());
    let path = of_repository("docs/stdlib.md");
    if std::env::var_os("CIPPSH_WRITE_REFERENCE").is_some() {
        fs::write(&path, &text).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n") == text,
        "docs/stdlib.md differs from the library; CIPPSH_WRITE_REFERENCE=1 cargo test --test it reference writes it"
    );
}

#[test]
fn each_function_of_the_library_has_a_text_and_an_example() {
    for module in modules() {
        assert!(!module.about.is_empty(), "{} says nothing about itself", module.name);
        for function in module.functions {
            let name = format!("{}::{}", module.name, function.signature);
            let says = function.comment.first().is_some_and(|line| line.ends_with('.') || line.len() > 40);
            assert!(says, "{name} says nothing about itself");
            assert!(function.comment.iter().any(|line| line.contains("// =>")), "{name} has no example");
        }
    }
}

fn modules() -> Vec<Module> {
    let directory = fs::read_dir(of_repository("stdlib")).unwrap();
    let mut paths: Vec<_> = directory.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    let name = |path: &std::path::Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    paths.iter().map(|path| module(name(path), &fs::read_to_string(path).unwrap())).collect()
}

fn module(name: String, text: &str) -> Module {
    let head = text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    let mut module = Module { name, about: head.collect::<Vec<_>>().join("\n"), functions: Vec::new() };
    let mut comment = Vec::new();
    for line in text.lines() {
        if let Some(said) = line.strip_prefix("///") {
            comment.push(said.strip_prefix(' ').unwrap_or(said).to_owned());
        } else {
            let comment = std::mem::take(&mut comment);
            let signature = line.strip_prefix("fn ").and_then(|rest| rest.strip_suffix(" {"));
            let of = |signature: &str| Function { signature: signature.to_owned(), comment };
            module.functions.extend(signature.map(of));
        }
    }
    module
}

fn reference(modules: &[Module]) -> String {
    let mut text = "# Standard library\n\n\
        Modules of Rhai that are part of cippsh, compiled when a script imports them: `import \"std/users\" as users;`. What an\n\
        example gives stands behind `// =>`; the examples are run by the tests, on the simulator.\n\n\
        Made from the comments in `stdlib/`.\n\n"
        .to_owned();
    for Module { name, about, .. } in modules {
        let line = about.lines().next().unwrap_or_default();
        text.push_str(&format!("- [std/{name}](#std{name}): {line}\n"));
    }
    for module in modules {
        text.push_str(&format!("\n## std/{}\n\n{}\n", module.name, module.about));
        for function in &module.functions {
            let comment = function.comment.join("\n");
            // Every other fence opens a block.
            let mut parts = comment.split("```");
            let prose = parts.next().unwrap_or_default().trim_end();
            text.push_str(&format!("\n### {}::{}\n\n{prose}\n", module.name, function.signature));
            for example in parts.step_by(2) {
                text.push_str(&format!("\n```rhai\n{}\n```\n", example.trim()));
            }
        }
    }
    text
}
