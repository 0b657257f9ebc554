use rhai::FnPtr;

use super::*;
use crate::value::{Row, Secret, Tenant, TenantHandle, parse};

const USERS: &str = r#"[
    {"displayName":"Ann","age":7,"tags":["a",{"b":1}],"mail":null},
    {"displayName":"日本","age":41.5,"on":true},
    {"on":false,"displayName":"C\u001b[31m\nD","mail":"=cmd|x, \"y\""}
]"#;

fn users() -> Dynamic {
    parse(USERS.as_bytes(), None).unwrap()
}

fn secret() -> Dynamic {
    let row: Row = [("user", "ann".into()), ("password", Dynamic::from(Secret::new("hunter2")))].into_iter().collect();
    vec![Dynamic::from(row)].into()
}

fn tenant() -> Dynamic {
    let names = Tenant { domain: "contoso.com".into(), id: "1".into(), name: "Contoso".into() };
    Dynamic::from(TenantHandle::new(names, &"http://127.0.0.1/api".into()))
}

fn json_value(text: &str) -> Dynamic {
    parse(text.as_bytes(), None).unwrap()
}

fn written(value: &Dynamic, format: Format, width: Option<u16>) -> String {
    let mut out = Vec::new();
    write(value, format, &mut out, width).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn each_value_in_each_format() {
    let function = Dynamic::from(FnPtr::new("f").unwrap());
    let mixed = json_value(r#"[{"a":1},"x"]"#);
    for (value, table, json, ndjson, csv) in [
        (Dynamic::UNIT, "", "null\n", "", ""),
        ("a\nb".into(), "a\nb\n", "\"a\\nb\"\n", "\"a\\nb\"\n", "value\n\"a\nb\"\n"),
        (7_i64.into(), "7\n", "7\n", "7\n", "value\n7\n"),
        (function, "Fn(f)\n", "\"Fn(f)\"\n", "\"Fn(f)\"\n", "value\nFn(f)\n"),
        (Dynamic::from(Secret::new("x")), "••••\n", "\"••••\"\n", "\"••••\"\n", "value\n••••\n"),
        (vec![tenant()].into(), "contoso.com\n", "[\"contoso.com\"]\n", "\"contoso.com\"\n", "value\ncontoso.com\n"),
        (f64::NAN.into(), "NaN\n", "null\n", "null\n", "value\nNaN\n"),
        (json_value("[]"), "(no rows)\n", "[]\n", "", ""),
        (json_value("[1,\"a\",[2]]"), "1\na\n[2]\n", "[1,\"a\",[2]]\n", "1\n\"a\"\n[2]\n", "value\n1\na\n[2]\n"),
        (
            json_value(r#"{"name":"Ann","age":7}"#),
            "name  Ann\nage   7\n",
            "{\"name\":\"Ann\",\"age\":7}\n",
            "{\"name\":\"Ann\",\"age\":7}\n",
            "name,age\nAnn,7\n",
        ),
        (mixed, "a  value\n─  ─────\n1\n   x\n", "[{\"a\":1},\"x\"]\n", "{\"a\":1}\n\"x\"\n", "a,value\n1,\n,x\n"),
        (
            secret(),
            "user  password\n────  ────────\nann   ••••\n",
            "[{\"user\":\"ann\",\"password\":\"••••\"}]\n",
            "{\"user\":\"ann\",\"password\":\"••••\"}\n",
            "user,password\nann,••••\n",
        ),
    ] {
        assert_eq!(written(&value, Format::Table, None), table);
        assert_eq!(written(&value, Format::Json, None), json);
        assert_eq!(written(&value, Format::Ndjson, None), ndjson);
        assert_eq!(written(&value, Format::Csv, None), csv);
        assert_eq!(written(&value, Format::None, None), "");
    }
}

#[test]
fn a_table_has_the_keys_of_all_rows_in_their_order() {
    let expected = "\
displayName   age  tags           mail         on
───────────  ────  ─────────────  ───────────  ─────
Ann             7  [\"a\",{\"b\":1}]
日本         41.5                              true
C [31m D                          =cmd|x, \"y\"  false
";
    assert_eq!(written(&users(), Format::Table, None), expected);
}

#[test]
fn a_table_fits_the_terminal() {
    let rest = "choose with table(rows, [columns]), or see all with --output json)\n";
    for (width, expected) in [
        (80, String::new()),
        (
            20,
            format!(
                "displayName   age\n───────────  ────\nAnn             7\n日本         41.5\nC [31m D\n(3 more columns: {rest}"
            ),
        ),
        (12, format!("displayName\n───────────\nAnn\n日本\nC [31m D\n(4 more columns: {rest}")),
        (3, format!("displayName\n───\nAnn\n日…\nC …\n(4 more columns: {rest}").replacen("displayName", "di…", 1)),
    ] {
        let shown = written(&users(), Format::Table, Some(width));
        if expected.is_empty() {
            assert_eq!(shown, written(&users(), Format::Table, None));
        } else {
            assert_eq!(shown, expected, "{width}");
        }
    }
    let long = json_value(&format!(r#"[{{"a":"{}","b":1}}]"#, "x".repeat(60)));
    assert_eq!(
        written(&long, Format::Table, Some(80)),
        format!("a{:49}b\n{}  ─\n{}…  1\n", "", "─".repeat(48), "x".repeat(47))
    );
    let map = json_value(r#"{"name":"a long text","n":1}"#);
    assert_eq!(written(&map, Format::Table, Some(12)), "name  a lon…\nn     1\n");
}

#[test]
fn named_columns_are_all_shown() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    for (columns, expected) in [
        (
            &["on", "DISPLAYNAME"][..],
            "on     displayName\n─────  ───────────\n       Ann\ntrue   日本\nfalse  C [31m D\n",
        ),
        (&["manager"], "manager\n───────\n\n\n\n"),
    ] {
        assert_eq!(table(&users(), Some(&names(columns)), Some(10)).unwrap(), expected);
    }
    let wrong = table(&users(), Some(&names(&["on", "displyName"])), None).unwrap_err();
    assert_eq!(wrong.report(), "error: no row has a column `displyName`\n  hint: did you mean `displayName`?\n");
    let row = json_value(r#"{"a":1,"b":2}"#);
    assert_eq!(table(&row, Some(&names(&["b"])), None).unwrap(), "b\n─\n2\n");
}

#[test]
fn csv_quotes_and_disarms_formulas() {
    assert_eq!(
        written(&users(), Format::Csv, None),
        "displayName,age,tags,mail,on\n\
         Ann,7,\"[\"\"a\"\",{\"\"b\"\":1}]\",,\n\
         日本,41.5,,,true\n\
         \"C\u{1b}[31m\nD\",,,\"'=cmd|x, \"\"y\"\"\",false\n"
    );
    for (text, expected) in [
        ("\"=1+1\"", "'=1+1"),
        ("\"=A1\"", "'=A1"),
        ("\"+47 22 33 44 55\"", "+47 22 33 44 55"),
        ("\"-5\"", "-5"),
        ("-5", "-5"),
        ("\"-SUM(A1)\"", "'-SUM(A1)"),
        ("\"@name\"", "'@name"),
        ("\"a=b\"", "a=b"),
    ] {
        assert_eq!(written(&json_value(&format!("[{{\"x\":{text}}}]")), Format::Csv, None), format!("x\n{expected}\n"));
    }
    assert_eq!(written(&json_value(r#"[{"=A1":1}]"#), Format::Csv, None), "'=A1\n1\n");
}

#[test]
fn json_is_indented_on_a_terminal_and_reads_back() {
    let value = json_value(r#"[{"a":[1,{"b":"x\ny"}]},2]"#);
    let shown = written(&value, Format::Json, Some(80));
    assert_eq!(shown, format!("{:#}\n", to_json(&value)));
    assert_eq!(written(&json_value(r#"{"a":1}"#), Format::Json, Some(80)), "{\n  \"a\": 1\n}\n");
}

#[test]
fn a_reader_that_has_gone_is_no_error_but_a_full_disk_is() {
    struct Fails(io::ErrorKind);
    impl Write for Fails {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for format in [Format::Table, Format::Json, Format::Ndjson, Format::Csv, Format::Markdown] {
        assert_eq!(write(&users(), format, &mut Fails(io::ErrorKind::BrokenPipe), None), Ok(()), "{format:?}");
        let failure = write(&users(), format, &mut Fails(io::ErrorKind::StorageFull), None).unwrap_err();
        assert_eq!(
            failure.report(),
            "error: the result cannot be written\n  because: no storage space\n",
            "{format:?}"
        );
    }
}
