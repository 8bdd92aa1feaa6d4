//! Points in time as the rules need them: comparable, and never taken from a clock.

use std::fmt;

/// An instant in microseconds since 1970-01-01T00:00:00Z.
///
/// It is always handed in with a command; nothing here can read a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// Makes an instant of microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Gives the microseconds since the Unix epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Gives the instant so many hours later; at the end of all time there is no later one.
    #[must_use]
    pub fn hours_later(self, hours: u16) -> Self {
        const MICROS: i64 = 3_600_000_000;
        Self(self.0.saturating_add(MICROS * i64::from(hours)))
    }
}

/// A calendar day of the proleptic Gregorian calendar, years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Makes a day, or nothing where the calendar has no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let real = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day);
        real.then_some(Self { year, month, day })
    }

    /// Gives the year.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// Gives the month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// Gives the day of the month, 1 to 31.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Gives the day behind it; nothing behind the last one there is.
    pub fn tomorrow(self) -> Option<Self> {
        let Self { year, month, day } = self;
        let same_month = Self::new(year, month, day + 1);
        let next_month = || Self::new(year, month + 1, 1);
        let next_year = || Self::new(year + 1, 1, 1);
        same_month.or_else(next_month).or_else(next_year)
    }
}

impl fmt::Display for Date {
    /// Writes the ISO 8601 form, `2019-09-30`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn days_in(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A local date and wall-clock minute, as stated by an office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime {
    date: Date,
    hour: u8,
    minute: u8,
}

impl LocalTime {
    /// Makes a local time, or nothing where the clock has no such minute.
    pub fn new(date: Date, hour: u8, minute: u8) -> Option<Self> {
        (hour < 24 && minute < 60).then_some(Self { date, hour, minute })
    }

    /// Gives the day.
    pub const fn date(self) -> Date {
        self.date
    }

    /// Gives the hour, 0 to 23.
    pub const fn hour(self) -> u8 {
        self.hour
    }

    /// Gives the minute, 0 to 59.
    pub const fn minute(self) -> u8 {
        self.minute
    }
}

impl fmt::Display for LocalTime {
    /// Writes the ISO 8601 form, `2019-09-30T18:00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{:02}:{:02}", self.date, self.hour, self.minute)
    }
}

/// What an office wrote as a limit in time: a whole day, or a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stated {
    /// A calendar day.
    Day(Date),
    /// A local date-time.
    Minute(LocalTime),
}

impl fmt::Display for Stated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(date) => date.fmt(f),
            Self::Minute(time) => time.fmt(f),
        }
    }
}

/// A limit in time: what was stated, and the instant it means.
///
/// The instant was resolved against the time-zone rules known when the limit was set
/// and is kept with it, so that a replay never depends on a newer time-zone database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cutoff {
    /// What people see.
    pub stated: Stated,
    /// The first instant that lies behind the limit.
    pub instant: Instant,
}

impl Cutoff {
    /// Says whether `at` is at or behind the limit.
    ///
    /// A day used as a deadline includes that day: its instant is the start of the next one.
    pub fn reached(&self, at: Instant) -> bool {
        at >= self.instant
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_knows_leap_days_and_short_months() {
        assert!(Date::new(2020, 2, 29).is_some());
        assert!(Date::new(2000, 2, 29).is_some());
        assert!(Date::new(2019, 2, 29).is_none());
        assert!(Date::new(1900, 2, 29).is_none());
        assert!(Date::new(2019, 9, 31).is_none());
        assert!(Date::new(2019, 13, 1).is_none());
        assert!(Date::new(2019, 0, 1).is_none());
    }

    #[test]
    fn a_command_at_exactly_the_cutoff_is_late() {
        let cutoff = Cutoff {
            stated: Stated::Day(Date::new(2019, 9, 30).expect("a day")),
            instant: Instant::from_micros(100),
        };
        assert!(!cutoff.reached(Instant::from_micros(99)));
        assert!(cutoff.reached(Instant::from_micros(100)));
    }

    #[test]
    fn stated_limits_print_as_iso_8601() {
        let day = Date::new(2019, 9, 3).expect("a day");
        let minute = LocalTime::new(day, 7, 5).expect("a minute");
        assert_eq!(Stated::Day(day).to_string(), "2019-09-03");
        assert_eq!(Stated::Minute(minute).to_string(), "2019-09-03T07:05");
        assert!(LocalTime::new(day, 24, 0).is_none());
    }
}
