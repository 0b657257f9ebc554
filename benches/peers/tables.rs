//! Functions of tables on 100,000 rows, against the same in plain Rhai on a bare engine and in Python.

use std::{fmt::Write as _, path::Path, process::Command};

use cippsh::{engine::Script, value, value::Row};
use rhai::{Array, Dynamic, Engine, Scope};

use crate::{
    language,
    process::{Line, median, shown},
};

const ROWS: usize = 100_000;
const RUNS: usize = 5;

/// What is done, in cippsh, in plain Rhai, and in Python. Each has `rows` and `others`.
const TASKS: [(&str, &str, &str, &str); 4] = [
    (
        "group_by",
        r#"rows.group_by("dept")"#,
        "let m = #{}; for r in rows { let k = r.dept; if k in m { m[k].push(r); } else { m[k] = [r]; } } m",
        "
m = {}
for r in rows: m.setdefault(r['dept'], []).append(r)",
    ),
    (
        "sort_by",
        r#"rows.sort_by(["dept", "-age"])"#,
        "rows.sort(|a, b| if a.dept == b.dept { b.age - a.age } else if a.dept < b.dept { -1 } else { 1 }); rows",
        "
rows.sort(key=lambda r: (r['dept'], -r['age']))",
    ),
    (
        "join",
        r#"rows.join(others, "id")"#,
        "let index = #{}; for o in others { index[o.id] = o; } let out = []; for r in rows { let o = index[r.id]; if o != () { out.push(r + o); } } out",
        "
index = {o['id']: o for o in others}
out = [{**r, **index[r['id']]} for r in rows if r['id'] in index]",
    ),
    (
        "where",
        r#"rows.where(#{ dept: "Dept 7", on: true })"#,
        r#"rows.filter(|r| r.dept == "Dept 7" && r.on == true)"#,
        "
out = [r for r in rows if r['dept'] == 'Dept 7' and r['on'] is True]",
    ),
];

pub(crate) fn run() -> Vec<Line> {
    let directory = tempfile::tempdir().unwrap();
    let (rows, others) = (users(), mailboxes());
    let paths = [("rows.json", &rows), ("others.json", &others)].map(|(name, text)| {
        let path = directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    });
    let parsed = |text: &str| value::parse(text.as_bytes(), None).unwrap();
    let (rows, others) = (parsed(&rows), parsed(&others));
    let mut lines = Vec::new();
    for (name, native, plain, python) in TASKS {
        let median_of = |once: &dyn Fn() -> f64| median((0..RUNS).map(|_| once()).collect());
        let our_time = median_of(&|| ours(native, &rows, &others));
        for (peer, time) in [
            ("the same in plain Rhai", median_of(&|| bare(plain, &rows, &others))),
            ("Python", median_of(&|| in_python(python, &paths))),
        ] {
            lines.push(Line {
                what: format!("{name} of {ROWS} rows; peer: {peer}"),
                ours: shown(our_time),
                peer: shown(time),
                ratio: format!("{:.2}", our_time / time),
                goal: if peer == "Python" { "2 at most" } else { "0.5 at most" },
            });
        }
    }
    lines
}

fn ours(code: &str, rows: &Dynamic, others: &Dynamic) -> f64 {
    let code = format!("let rows = args.rows; let others = args.others; let t = timestamp(); {code}; t.elapsed");
    let arguments: Row = [("rows", rows.clone()), ("others", others.clone())].into_iter().collect();
    Script::code(code).run(language::context(arguments)).value.unwrap().as_float().unwrap()
}

/// The same rows as plain maps.
fn bare(code: &str, rows: &Dynamic, others: &Dynamic) -> f64 {
    let maps = |rows: &Dynamic| {
        let rows = rows.read_lock::<Array>().unwrap();
        rows.iter().map(|row| Row::of(row).unwrap().to_map().into()).collect::<Array>()
    };
    let mut scope = Scope::new();
    scope.push("rows", maps(rows)).push("others", maps(others));
    let code = format!("let t = timestamp(); {{ {code} }} t.elapsed");
    Engine::new().eval_with_scope::<f64>(&mut scope, &code).unwrap()
}

fn in_python(code: &str, paths: &[impl AsRef<Path>; 2]) -> f64 {
    let program = format!(
        "import json, sys, time\nrows, others = (json.load(open(path)) for path in sys.argv[1:])\nstart = time.perf_counter(){code}\nprint(time.perf_counter() - start)"
    );
    let output = Command::new("python3").arg("-c").arg(program).args(paths.iter().map(AsRef::as_ref)).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

/// Users in an order that is none.
fn users() -> String {
    list(|n| {
        let n = n * 7919 % ROWS;
        let (dept, age, on) = (n % 40, n % 71, !n.is_multiple_of(10));
        format!(
            r#"{{"id":"{n:08x}-1b2c","userPrincipalName":"user{n}@contoso.com","displayName":"User {n}","dept":"Dept {dept}","age":{age},"on":{on}}}"#
        )
    })
}

/// Mailboxes of two thirds of them.
fn mailboxes() -> String {
    list(|n| {
        let id = if n % 3 == 0 { n + ROWS } else { n };
        format!(r#"{{"id":"{id:08x}-1b2c","size":{},"kind":"UserMailbox"}}"#, n * 13 % 5000)
    })
}

fn list(row: impl Fn(usize) -> String) -> String {
    let mut text = String::from("[");
    for n in 0..ROWS {
        let _ = write!(text, "{}{}", if n == 0 { "" } else { "," }, row(n));
    }
    text + "]"
}
