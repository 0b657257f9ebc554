//! A sheet of an Excel workbook as lines of typed cells.

use std::{fmt, io::Cursor};

use calamine::{Data, ExcelDateTime, Reader as _, Xlsx, XlsxError, open_workbook_from_rs};
use rhai::Dynamic;

use super::table::Line;
use crate::failure::{Failure, Kind};

/// Whole numbers up to this one are exact in a workbook, which knows fractions only.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What stands in a cell whose formula failed, as `#N/A`.
#[derive(Debug, Clone)]
pub(super) struct CellError(String);

impl fmt::Display for CellError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The lines of the sheet with this name, else of the first one.
pub(super) fn lines(bytes: &[u8], sheet: Option<&str>) -> Result<Vec<Line>, Failure> {
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(|error| no_workbook(&error))?;
    let names = workbook.sheet_names();
    let found = match sheet {
        Some(sheet) => names.iter().find(|name| name.eq_ignore_ascii_case(sheet)),
        None => names.first(),
    };
    let name = found.ok_or_else(|| {
        Failure::new(Kind::Usage, format!("there is no sheet \"{}\"", sheet.unwrap_or_default()))
            .hint(format!("there are {}", names.join(", ")))
    })?;
    let range = workbook.worksheet_range(name).map_err(|error| no_workbook(&error))?;
    let first = range.start().map_or(0, |(row, _)| row as usize) + 1;
    let line = |(at, cells): (usize, &[Data])| Line { number: first + at, cells: cells.iter().map(value).collect() };
    Ok(range.rows().enumerate().map(line).collect())
}

fn no_workbook(error: &XlsxError) -> Failure {
    Failure::new(Kind::Usage, "it cannot be read as an Excel workbook (.xlsx)").because(error)
}

fn value(cell: &Data) -> Dynamic {
    match cell {
        Data::Empty => Dynamic::UNIT,
        Data::Int(number) => (*number).into(),
        Data::Float(number) if number.fract() == 0.0 && number.abs() <= EXACT => (*number as i64).into(),
        Data::Float(number) => (*number).into(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone().into(),
        Data::Bool(truth) => (*truth).into(),
        Data::DateTime(time) => iso(time).into(),
        Data::Error(error) => Dynamic::from(CellError(error.to_string())),
    }
}

/// A day, a time of day, a time or a duration, as ISO text without a zone: a workbook knows none.
fn iso(time: &ExcelDateTime) -> String {
    let days = time.as_f64();
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let clock = if milli == 0 {
        format!("{hour:02}:{minute:02}:{second:02}")
    } else {
        format!("{hour:02}:{minute:02}:{second:02}.{milli:03}")
    };
    if time.is_duration() {
        // Rounded as the minutes are, or two hours less a hair would be one.
        let hours = (days * 86_400_000.0).round() as i64 / 3_600_000;
        return format!("PT{hours}H{minute}M{second}S");
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    match days {
        days if days < 1.0 => clock,
        days if days.fract() == 0.0 => date,
        _ => format!("{date}T{clock}"),
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn days_and_times_are_iso_text() {
        for (days, kind, expected) in [
            (45_943.0, ExcelDateTimeType::DateTime, "2025-10-13"),
            (45_943.5, ExcelDateTimeType::DateTime, "2025-10-13T12:00:00"),
            (0.25, ExcelDateTimeType::DateTime, "06:00:00"),
            (1.5, ExcelDateTimeType::TimeDelta, "PT36H0M0S"),
            (0.0833333333333333, ExcelDateTimeType::TimeDelta, "PT2H0M0S"),
        ] {
            assert_eq!(iso(&ExcelDateTime::new(days, kind, false)), expected);
        }
    }

    #[test]
    fn what_is_no_workbook_is_told() {
        for bytes in [&b""[..], b"a,b\n1,2\n", b"PK\x03\x04"] {
            assert_eq!(lines(bytes, None).err().unwrap().message, "it cannot be read as an Excel workbook (.xlsx)");
        }
    }
}
