//! Files in and out: round trips, and scripts that read and write.

use std::{fs, path::Path};

use cippsh::{
    input::{self, CsvOptions, Wanted},
    output::{FileFormat, Style},
    value::{Row, to_json},
};
use proptest::prelude::*;
use rhai::{Array, Dynamic};

use crate::test::{Ran, Test};

fn written(format: FileFormat, value: &Dynamic, style: &Style) -> Vec<u8> {
    let mut bytes = Vec::new();
    format.write(value, style, &mut bytes).unwrap();
    bytes
}

fn read_csv(bytes: &[u8], delimiter: Option<u8>) -> Array {
    let options = CsvOptions { delimiter, encoding: None };
    input::csv(bytes, &options, &Wanted::default()).unwrap().all("f").unwrap()
}

fn rows(cells: Vec<Vec<String>>) -> Dynamic {
    let row = |cells: Vec<String>| {
        let fields = cells.into_iter().enumerate();
        Dynamic::from(fields.map(|(at, cell)| (format!("column {at}"), cell.into())).collect::<Row>())
    };
    cells.into_iter().map(row).collect::<Array>().into()
}

proptest! {
    #[test]
    fn what_is_written_as_csv_is_read_the_same(
        width in 1_usize..5,
        cells in prop::collection::vec("[ -~äß€😀\t\n\r;\",|]{0,12}", 0..40),
        mark in any::<bool>(),
    ) {
        // Rows without anything in them are left out when read.
        let lines: Vec<Vec<String>> =
            cells.chunks_exact(width).filter(|line| line.iter().any(|cell| !cell.trim().is_empty())).map(<[_]>::to_vec).collect();
        let value = rows(lines);
        let style = Style { mark, formulas: true, ..Style::default() };
        let bytes = written(FileFormat::Csv, &value, &style);
        if value.as_array_ref().unwrap().is_empty() {
            return Ok(());
        }
        let back = Dynamic::from(read_csv(&bytes, Some(b',')));
        prop_assert_eq!(to_json(&back).to_string(), to_json(&value).to_string());
        let found = Dynamic::from(read_csv(&bytes, None));
        if width > 1 {
            prop_assert_eq!(to_json(&found).to_string(), to_json(&value).to_string());
        }
    }
}

#[test]
fn a_workbook_of_500_tenants_reads_back_the_same() {
    let tenant = |n: i64| {
        let fields: [(&str, Dynamic); 6] = [
            ("tenant", format!("tenant{n}.example.com").into()),
            ("users", n.into()),
            ("share", (n as f64 / 8.0 + 0.0625).into()),
            ("enforced", (n % 2 == 0).into()),
            ("since", "2026-03-01T10:00:00Z".into()),
            ("note", if n % 5 == 0 { format!("=1+{n}").into() } else { Dynamic::UNIT }),
        ];
        Dynamic::from(fields.into_iter().collect::<Row>())
    };
    let tenants: Array = (0..500).map(tenant).collect();
    let few: Array = tenants[..3].to_vec();
    let sheets = [("MFA: all/new?", Dynamic::from(tenants.clone())), ("few", Dynamic::from(few.clone()))];
    let bytes = written(FileFormat::Xlsx, &Dynamic::from(sheets.into_iter().collect::<Row>()), &Style::default());
    for (sheet, expected) in [(None, &tenants), (Some("MFA  all new"), &tenants), (Some("FEW"), &few)] {
        let back = input::xlsx(&bytes, sheet, &Wanted::default()).unwrap().all("f").unwrap();
        assert_eq!(
            to_json(&Dynamic::from(back)).to_string(),
            to_json(&Dynamic::from(expected.clone())).to_string(),
            "{sheet:?}"
        );
    }
    let failure = input::xlsx(&bytes, Some("none"), &Wanted::default()).unwrap_err();
    assert_eq!(failure.report(), "error: there is no sheet \"none\"\n  hint: there are MFA  all new, few\n");
}

#[test]
fn cells_of_a_workbook_have_their_types() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    let day = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd hh:mm");
    for (column, name) in ["day", "time", "n", "on", "zip", "failed"].into_iter().enumerate() {
        sheet.write_string(2, column as u16 + 1, name).unwrap();
    }
    for row in [4, 5] {
        sheet.write_number_with_format(row, 1, 46_082.0, &day).unwrap();
        sheet.write_number_with_format(row, 2, 46_082.75, &day).unwrap();
        sheet.write_number(row, 3, 7.5).unwrap();
        sheet.write_boolean(row, 4, true).unwrap();
        sheet.write_number(row, 5, 1010.0).unwrap();
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let wanted = |types: &[(&str, &str)]| Wanted {
        required: vec!["DAY".into()],
        types: types.iter().map(|(column, kind)| ((*column).into(), kind.parse().unwrap())).collect(),
    };
    let rows = input::xlsx(&bytes, None, &wanted(&[("day", "date"), ("zip", "text")])).unwrap().all("f").unwrap();
    assert_eq!(
        to_json(&rows[0]).to_string(),
        r#"{"day":"2026-03-01T00:00:00Z","time":"2026-03-01T18:00:00","n":7.5,"on":true,"zip":"1010","failed":null}"#
    );
    let failure = input::xlsx(&bytes, None, &wanted(&[("n", "int")])).unwrap().all("f.xlsx").unwrap_err();
    assert_eq!(
        failure.message,
        "f.xlsx: 2 of 2 rows are wrong\n  - row 5: \"n\" is 7.5, not of type int\n  - row 6: \"n\" is 7.5, not of type int"
    );
}

#[test]
fn json_reads_back_the_same() {
    let value = input::json(br#"[{"z":1,"a":[1.5,null,{"x":"\u00fc\n"}]},[],"t"]"#).unwrap();
    let text = to_json(&value).to_string();
    let bytes = written(FileFormat::Json, &value, &Style::default());
    assert_eq!(to_json(&input::json(&bytes).unwrap()).to_string(), text);
    let bytes = written(FileFormat::Ndjson, &value, &Style::default());
    assert_eq!(to_json(&Dynamic::from(input::ndjson(&bytes).unwrap())).to_string(), text);
}

#[test]
fn pipes_go_in_and_out() {
    let code = r#"read_csv("-", #{ types: #{ n: "int" } }).where(#{ n: 2 })"#;
    Test::eval(code)
        .args(["--output", "json"])
        .stdin("name;n\nAnn;1\nBj\u{f8}rn;2\n")
        .run()
        .code(0)
        .stdout("[{\"name\":\"Bjørn\",\"n\":2}]\n");
    Test::eval(r#"read_json("-").a"#).stdin("{\"a\":[1,2]}").run().code(0).stdout("[1,2]\n");
    Test::eval(r#"read_ndjson("-").len()"#).stdin("{}\n{}\n").run().code(0).stdout("2\n");
    Test::eval(r#"read_json("-"); read_json("-")"#)
        .stdin("1")
        .run()
        .code(1)
        .tells(&["error: standard input was read before"]);
}

#[test]
fn an_argument_for_a_file_may_be_standard_input() {
    let script = "//@ arg users: file  whom\nread_csv(args.users).len()\n";
    Test::new(["run", "--demo", "s.rhai", "users=-"])
        .file("s.rhai", script)
        .stdin("a\n1\n2\n")
        .run()
        .code(0)
        .stdout("2\n");
    Test::new(["run", "--demo", "s.rhai", "users=none.csv"])
        .file("s.rhai", script)
        .run()
        .code(2)
        .tells(&["none.csv: "]);
}

#[test]
fn a_result_as_markdown() {
    let code = r#"print("hello"); [#{ a: "x|y", n: 1 }, #{ a: "b" }]"#;
    Test::eval(code)
        .args(["-o", "md"])
        .run()
        .code(0)
        .stdout("hello\n| a | n |\n| --- | ---: |\n| x\\|y | 1 |\n| b | |\n");
}

/// Runs code that may reach this directory, and gives what is in a file there afterwards.
fn script(directory: &Path, code: &str) -> Ran {
    let code = code.replace("DIR", &directory.display().to_string().replace('\\', "/"));
    Test::eval(&code).allow(directory).run()
}

#[test]
fn files_of_each_format_are_written() {
    let directory = tempfile::tempdir().unwrap();
    let rows = r#"let rows = [#{ name: "=cmd|x", n: -1 }, #{ name: "+43 1 2", n: 2.5 }];"#;
    for (call, file, expected) in [
        ("write_csv(\"DIR/a.csv\", rows)", "a.csv", "n,name\n-1,'=cmd|x\n2.5,+43 1 2\n"),
        (
            "write_csv(\"DIR/b.csv\", rows, #{ bom: true, formulas: true, columns: [\"name\"] })",
            "b.csv",
            "\u{feff}name\n=cmd|x\n+43 1 2\n",
        ),
        ("write_csv(\"DIR/none.csv\", [], #{ columns: [\"a\", \"b\"] })", "none.csv", "a,b\n"),
        (
            "write_json(\"DIR/a.json\", rows)",
            "a.json",
            "[\n  {\n    \"n\": -1,\n    \"name\": \"=cmd|x\"\n  },\n  {\n    \"n\": 2.5,\n    \"name\": \"+43 1 2\"\n  }\n]\n",
        ),
        (
            "write_ndjson(\"DIR/a.ndjson\", rows)",
            "a.ndjson",
            "{\"n\":-1,\"name\":\"=cmd|x\"}\n{\"n\":2.5,\"name\":\"+43 1 2\"}\n",
        ),
        (
            "write_md(\"DIR/a.md\", rows, #{ columns: [\"name\", \"n\"] })",
            "a.md",
            "| name | n |\n| --- | ---: |\n| =cmd\\|x | -1 |\n| +43 1 2 | 2.5 |\n",
        ),
    ] {
        script(directory.path(), &format!("{rows} {call}")).code(0).stdout("null\n".trim_end_matches("null\n"));
        assert_eq!(fs::read_to_string(directory.path().join(file)).unwrap(), expected, "{call}");
    }
    let code = r#"write_html("DIR/a.html", [#{ a: "<b>" }], #{ title: "T" }); write_xlsx("DIR/a.xlsx", #{ one: [#{ a: 1 }], two: [] }); read_xlsx("DIR/a.xlsx")"#;
    script(directory.path(), code).code(0).stdout("[{\"a\":1}]\n");
    let page = fs::read_to_string(directory.path().join("a.html")).unwrap();
    assert!(page.contains("<h1>T</h1>") && page.contains("<td>&lt;b&gt;</td>"), "{page}");
}

#[test]
fn a_file_is_replaced_only_when_the_call_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a.csv");
    fs::write(&file, "old").unwrap();
    for call in ["can_write(\"DIR/a.csv\")", "write_csv(\"DIR/a.csv\", [#{ a: 1 }])"] {
        script(directory.path(), call).code(1).tells(&["a.csv is there already", "hint: overwrite: true replaces it"]);
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
    }
    script(directory.path(), "can_write(\"DIR/a.csv\", #{ overwrite: true }).ends_with(\"a.csv\")")
        .code(0)
        .stdout("true\n");
    assert_eq!(fs::read_to_string(&file).unwrap(), "old");
    script(directory.path(), "write_csv(\"DIR/a.csv\", [#{ a: 1 }], #{ overwrite: true })").code(0);
    assert_eq!(fs::read_to_string(&file).unwrap(), "a\n1\n");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn what_may_not_be_read_or_written_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let inner = directory.path().join("inner");
    fs::create_dir(&inner).unwrap();
    fs::write(directory.path().join("secret.csv"), "a\n1\n").unwrap();
    let outside = "lies outside of the allowed directories; --allow-path DIR allows one more";
    for (code, told) in [
        ("read_csv(\"DIR/../secret.csv\")", outside),
        ("read_json(\"/etc/hostname\")", if cfg!(unix) { outside } else { "hostname" }),
        ("write_csv(\"DIR/../x.csv\", [])", outside),
        ("can_write(\"DIR/../x.csv\")", outside),
        ("write_csv(\"DIR/none/x.csv\", [])", "none: "),
        ("read_csv(\"DIR/none.csv\")", "none.csv: "),
        ("read_csv(\"DIR\")", "is a directory"),
        ("write_csv(\"DIR/x.csv\", 5)", "x.csv: a file of rows takes an array of maps"),
        ("write_csv(\"DIR/x.csv\", [], #{ overwrit: true })", "unknown option \"overwrit\""),
        ("write_csv(\"DIR/x.csv\", [], #{ overwrite: 1 })", "the option overwrite takes true or false"),
        ("write_csv(\"DIR/x.csv\", [#{ total: 1 }], #{ columns: [\"totl\", \"totals\"] })", "did you mean `total`?"),
        ("read_csv(\"DIR/x.csv\", #{ delimiter: \"ab\" })", "x.csv: "),
    ] {
        script(&inner, code).code(1).tells(&[told]);
    }
    let code = r#"let r = user::reset_password("contoso.com", #{ user_id: "bob@contoso.com" }); write_json("DIR/x.json", [#{}, #{ r: r }])"#;
    let ran =
        script(&inner, code).code(1).tells(&["x.json: rows[1].r.password is a secret, which is not written to a file"]);
    assert!(!ran.stderr.contains("hunter"));
    assert_eq!(fs::read_dir(&inner).unwrap().count(), 0);
}

#[test]
fn fifty_bad_rows_of_5000_are_all_told_before_anything_is_sent() {
    let mut text = String::from("upn,licences\n");
    for n in 2..5002 {
        let licences = if n % 100 == 7 { "many" } else { "1" };
        let domain = if n % 200 == 11 { "@" } else { "@contoso.com" };
        text.push_str(&format!("user{n}{domain},{licences}\n"));
    }
    let code = r#"
        let rows = read_csv("in.csv", #{
            required: ["upn"],
            types: #{ licences: "int" },
            check: |row| if row.upn.ends_with("@") { `"${row.upn}" is no user principal name` },
        });
        user::reset_password("contoso.com", #{ user_id: "bob@contoso.com" });"#;
    let ran = Test::eval(code).file("in.csv", &text).run().code(1);
    let ran = ran.tells(&[
        "in.csv: 75 of 5000 rows are wrong\n",
        "\n  - row 7: \"licences\" is \"many\", not a whole number\n  - row 11: \"user11@\" is no user principal name\n",
        "\n  - row 4907: ",
    ]);
    assert!(!ran.stderr.contains("target"), "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("\n  - row ").count(), 75);
}
