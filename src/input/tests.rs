use rhai::{Array, Dynamic};

use super::*;
use crate::value::to_json;

fn wanted(required: &[&str], types: &[(&str, &str)]) -> Wanted {
    Wanted {
        required: required.iter().map(ToString::to_string).collect(),
        types: types.iter().map(|(column, kind)| (column.to_string(), kind.parse().unwrap())).collect(),
    }
}

fn read(text: &str, wanted: &Wanted) -> Result<String, Failure> {
    let rows: Array = csv(text.as_bytes(), &CsvOptions::default(), wanted)?.all("f.csv")?;
    Ok(to_json(&Dynamic::from(rows)).to_string())
}

#[test]
fn the_first_line_names_the_columns() {
    for (text, expected) in [
        ("name, age\nAnn,7\n", r#"[{"name":"Ann","age":"7"}]"#),
        ("\u{feff}name\r\nAnn\r\n", r#"[{"name":"Ann"}]"#),
        ("a;b;;\n1;2;;\n;;;\n3;;;\n", r#"[{"a":"1","b":"2"},{"a":"3","b":""}]"#),
        ("a,b\n", "[]"),
    ] {
        assert_eq!(read(text, &Wanted::default()).unwrap(), expected, "{text:?}");
    }
}

#[test]
fn texts_become_other_values() {
    let types = [("i", "int"), ("N", "number"), ("b", "bool"), ("d", "date"), ("t", "text")];
    let text = "i,n,b,d,t\n 7 ,1.5,TRUE,2026-03-01,007\n-1,2,no,2026-03-01T01:00:00+01:00,\n,,,,x\n";
    assert_eq!(
        read(text, &wanted(&[], &types)).unwrap(),
        r#"[{"i":7,"n":1.5,"b":true,"d":"2026-03-01T00:00:00Z","t":"007"},{"i":-1,"n":2.0,"b":false,"d":"2026-03-01T00:00:00Z","t":""},{"i":null,"n":null,"b":null,"d":null,"t":"x"}]"#
    );
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let types = wanted(&["name"], &[("age", "int"), ("on", "bool"), ("x", "number"), ("d", "date")]);
    let text = "name,age,on,x,d\nAnn,7,true,1,\nBob,\"7,5\",maybe,nan,2026-03-01T10:00:00\n\nCid,1\nDan,1,no,1,,more\n";
    assert_eq!(
        read(text, &types).unwrap_err().message,
        "f.csv: 3 of 4 rows are wrong\n  \
           - row 3: \"age\" is \"7,5\", not a whole number\n  \
           - row 3: \"on\" is \"maybe\", not true or false\n  \
           - row 3: \"x\" is \"nan\", not a number, as 1.5\n  \
           - row 3: \"d\" is \"2026-03-01T10:00:00\", not a day, as 2026-03-01, or a time with its zone\n  \
           - row 5: 2 cells, but 5 columns\n  \
           - row 6: 6 cells, but 5 columns"
    );
}

#[test]
fn a_header_that_is_wrong_is_told() {
    for (text, required, expected) in [
        ("", &[][..], "it has no header: there is nothing in it"),
        ("\n ; \n", &[], "it has no header: there is nothing in it"),
        ("a,,c\n1,2,3\n", &[], "column 2 has no name"),
        ("a,A,b\n1,2,3\n", &[], "two columns are named \"A\""),
        (
            "displayNam,b\n1,2\n",
            &["displayName", "mail"],
            "there is no column \"displayName\"; did you mean \"displayNam\"?\n  - there is no column \"mail\"; there are displayNam, b",
        ),
    ] {
        assert_eq!(read(text, &wanted(required, &[])).unwrap_err().message, expected, "{text:?}");
    }
    assert_eq!("date".parse(), Ok(Type::Date));
    assert_eq!("dates".parse::<Type>(), Err("\"dates\" is no type; there are text, int, number, bool, date".into()));
}

#[test]
fn json_is_read_in_any_encoding_and_its_mistakes_by_line() {
    let utf16: Vec<u8> = "\u{feff}[{\"a\":1}]".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(to_json(&json(&utf16).unwrap()).to_string(), r#"[{"a":1}]"#);
    assert_eq!(json(b"[1,\n2,\n}").unwrap_err().message, "it is no JSON in line 3");
    assert_eq!(to_json(&Dynamic::from(ndjson(b"1\n\n{\"a\":[]}\r\n").unwrap())).to_string(), r#"[1,{"a":[]}]"#);
    let failure = ndjson(b"1\n{\n2\nx\n").unwrap_err();
    assert!(failure.message.starts_with("2 lines are no JSON\n  - line 2: "), "{}", failure.message);
    assert!(failure.message.contains("\n  - line 4: "), "{}", failure.message);
}
