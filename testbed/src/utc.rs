//! Moments as Lambda writes them in its documents and events, in UTC.

/// A moment, divided as a calendar and a clock have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Utc {
    year: i64,
    month: i64,
    day: i64,
    /// Of the day.
    millis: i64,
}

const DAY: i64 = 86_400_000;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Utc {
    /// Of milliseconds since the Unix epoch.
    pub(crate) fn of(millis: i64) -> Self {
        // Days since the first of March of the year 0, so that a leap day is the last of its year. Four hundred years have
        // 146,097 days, and five months from March or August on have 153.
        let days = millis.div_euclid(DAY) + 719_468;
        let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        Self { year: era * 400 + year + next, month, day, millis: millis.rem_euclid(DAY) }
    }

    /// Such as `2020-12-09T07:04:00Z`.
    pub(crate) fn to_seconds(self) -> String {
        format!("{}T{}Z", self.date('-'), self.clock(':'))
    }

    /// Such as `2019-11-14T00:38:06.021Z`.
    pub(crate) fn to_millis(self) -> String {
        format!("{}T{}.{:03}Z", self.date('-'), self.clock(':'), self.millis % 1000)
    }

    /// Such as `12/Mar/2020:19:03:58 +0000`, as logs of web servers have it.
    pub(crate) fn to_common_log(self) -> String {
        let month =
            usize::try_from(self.month - 1).ok().and_then(|month| MONTHS.get(month)).copied().unwrap_or_default();
        format!("{:02}/{month}/{:04}:{} +0000", self.day, self.year, self.clock(':'))
    }

    pub(crate) fn date(self, separator: char) -> String {
        format!("{:04}{separator}{:02}{separator}{:02}", self.year, self.month, self.day)
    }

    pub(crate) fn clock(self, separator: char) -> String {
        let seconds = self.millis / 1000;
        format!("{:02}{separator}{:02}{separator}{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_awss_examples_have_them() {
        let table = [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (1_573_691_886_021, "2019-11-14T00:38:06.021Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
            (1_709_251_200_000, "2024-03-01T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ];
        for (millis, text) in table {
            assert_eq!(Utc::of(millis).to_millis(), text, "{millis}");
        }
        assert_eq!(Utc::of(1_607_497_440_000).to_seconds(), "2020-12-09T07:04:00Z");
    }

    #[test]
    fn a_moment_is_written_as_the_documented_events_of_function_urls_have_it() {
        let table = [
            (0, "01/Jan/1970:00:00:00 +0000"),
            (1_583_348_638_390, "04/Mar/2020:19:03:58 +0000"),
            (1_582_934_400_000, "29/Feb/2020:00:00:00 +0000"),
            (1_631_055_022_677, "07/Sep/2021:22:50:22 +0000"),
            (1_735_689_599_999, "31/Dec/2024:23:59:59 +0000"),
        ];
        for (millis, expected) in table {
            assert_eq!(Utc::of(millis).to_common_log(), expected);
        }
    }
}
