//! Rows as a web page that needs no other file.

use std::io::{self, Write};

use super::cell;
use super::grid::Grid;

/// How the page looks; it prints as well.
const STYLE: &str = "\
body{font:14px/1.4 system-ui,sans-serif;margin:2em;color:#222}\
table{border-collapse:collapse}\
th,td{text-align:left;vertical-align:top;padding:.3em .7em;border-bottom:1px solid #ddd;white-space:pre-wrap}\
th{position:sticky;top:0;background:#f4f4f4}\
td.n{text-align:right;font-variant-numeric:tabular-nums}";

/// Writes a page with this title and one table. Whatever the rows hold shows as text.
pub(super) fn write(grid: &Grid, title: &str, out: &mut dyn Write) -> io::Result<()> {
    let title = escaped(title);
    writeln!(out, "<!doctype html>\n<html>\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    )?;
    writeln!(
        out,
        "<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<table>\n<thead><tr>"
    )?;
    for column in &grid.columns {
        write!(out, "<th>{}</th>", escaped(column))?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    grid.each(|_, cells| {
        write!(out, "<tr>")?;
        for cell in cells {
            let number = cell.is_some_and(|value| value.is_int() || value.is_float());
            let text = cell.map(cell::for_programs).unwrap_or_default();
            write!(out, "<td{}>{}</td>", if number { " class=\"n\"" } else { "" }, escaped(&text))?;
        }
        writeln!(out, "</tr>")
    })?;
    writeln!(out, "</tbody>\n</table>\n</body>\n</html>")
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\t' => safe.push(char),
            char if char.is_control() => safe.push(' '),
            char => safe.push(char),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::parse;

    #[test]
    fn whatever_rows_hold_shows_as_text() {
        let rows = parse(br#"[{"<b>":"<script>alert('x')</script>\u0000","n":5}]"#, None).unwrap();
        let mut page = Vec::new();
        write(&Grid::of(&rows.read_lock::<rhai::Array>().unwrap()), "A & \"B\"", &mut page).unwrap();
        let page = String::from_utf8(page).unwrap();
        assert!(page.contains("<title>A &amp; &quot;B&quot;</title>"), "{page}");
        assert!(page.contains("<th>&lt;b&gt;</th><th>n</th>"), "{page}");
        let row = "<tr><td>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; </td><td class=\"n\">5</td></tr>\n";
        assert!(page.contains(row), "{page}");
    }
}
