//! Lengths of time as people write them.

use jiff::SignedDuration;

/// Reads a number and a unit of `s`, `m`, `h`, `d` or `w`.
///
/// # Errors
/// What is wrong, in words.
pub fn duration(text: &str) -> Result<SignedDuration, String> {
    let wrong = || format!("\"{text}\" is no length of time: write for example 30d, 12h or 90m");
    let unit = text.trim().chars().next_back().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return Err(wrong()),
    };
    let number: u32 = text.trim().trim_end_matches(unit).trim().parse().map_err(|_| wrong())?;
    i64::from(number).checked_mul(seconds).map(SignedDuration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_unit() {
        let cases = [
            ("30s", Some(30)),
            (" 10m ", Some(600)),
            ("2h", Some(7_200)),
            ("1d", Some(86_400)),
            ("2w", Some(1_209_600)),
        ];
        let wrong = ["", "s", "10", "1.5h", "9999999999999999w", "-90d", "10min"].map(|text| (text, None));
        for (text, expected) in cases.into_iter().chain(wrong) {
            assert_eq!(duration(text).ok().map(|duration| duration.as_secs()), expected, "{text}");
        }
    }
}
