//! Dates in made-up data, counted back from one day.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// The day from which the data of a simulator is counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calendar(Date);

impl Calendar {
    /// Counts from `day`; without one, from the present day in UTC.
    pub(crate) fn new(day: Option<Date>) -> Self {
        Self(day.unwrap_or_else(|| Timestamp::now().to_zoned_datetime(TimeZone::UTC).date()))
    }

    /// The moment `days` days before, at `second` of that day, in the form in which Graph writes it.
    pub(crate) fn ago(self, days: usize, second: usize) -> String {
        let day = self.0.saturating_sub((days as i64).days());
        format!("{day}T{:02}:{:02}:{:02}Z", second / 3600 % 24, second / 60 % 60, second % 60)
    }

    /// Midnight `days` days later.
    pub(crate) fn ahead(self, days: usize) -> String {
        format!("{}T00:00:00Z", self.0.saturating_add((days as i64).days()))
    }
}

/// The present moment in the form in which Graph writes it.
pub(crate) fn moment() -> String {
    format!("{:.0}", Timestamp::now())
}

/// The present moment in the form in which the server's tables write it.
pub(crate) fn now() -> String {
    format!("{:.7}", Timestamp::now()).replace('Z', "+00:00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_back_over_months() {
        let calendar = Calendar::new(Some(jiff::civil::date(2026, 3, 1)));
        for (days, second, expected) in
            [(0, 0, "2026-03-01T00:00:00Z"), (1, 3661, "2026-02-28T01:01:01Z"), (365, 86_399, "2025-03-01T23:59:59Z")]
        {
            assert_eq!(calendar.ago(days, second), expected);
        }
    }

    #[test]
    fn counts_ahead() {
        assert_eq!(Calendar::new(Some(jiff::civil::date(2026, 12, 31))).ahead(1), "2027-01-01T00:00:00Z");
    }

    #[test]
    fn now_has_seven_places_and_an_offset() {
        let now = now();
        assert_eq!(now.len(), "2026-08-08T00:35:13.1234567+00:00".len(), "{now}");
        assert!(now.ends_with("+00:00"), "{now}");
    }
}
