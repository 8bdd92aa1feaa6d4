//! The table of figures.

use std::time::Duration;

/// Rows as they are measured; printed at the end, and each when it is there.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<[String; 4]>,
    notes: Vec<(String, f64)>,
}

impl Table {
    /// Adds a rate, with what it is beside the limit of the same run where there is one.
    pub(crate) fn rate(&mut self, what: &str, per_second: f64, limit: Option<(&str, f64)>) {
        let beside = limit.map_or_else(String::new, |(name, limit)| {
            format!("{:.1} % of {name}", 100.0 * per_second / limit)
        });
        self.add(what, format!("{per_second:.0}/s"), beside);
    }

    /// Adds times of single operations.
    pub(crate) fn times(&mut self, what: &str, times: &Times, beside: String) {
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        let (half, most, rare) = (
            times.quantile(0.5),
            times.quantile(0.99),
            times.quantile(0.999),
        );
        let figures = format!(
            "p50 {:.1} ms, p99 {:.1} ms, p99.9 {:.1} ms",
            ms(half),
            ms(most),
            ms(rare)
        );
        self.add(what, figures, beside);
    }

    /// Keeps a limit for rows to come.
    pub(crate) fn note(&mut self, name: impl Into<String>, limit: f64) {
        self.notes.push((name.into(), limit));
    }

    /// Gives a limit that was kept.
    pub(crate) fn noted(&self, name: &str) -> Option<f64> {
        let found = self.notes.iter().find(|(known, _)| *known == name);
        found.map(|(_, limit)| *limit)
    }

    /// Adds any figure.
    pub(crate) fn add(&mut self, what: &str, figure: String, beside: String) {
        eprintln!("  {what}: {figure} {beside}");
        let number = self.rows.len() + 1;
        self.rows
            .push([number.to_string(), what.to_owned(), figure, beside]);
    }

    /// Prints the table in Markdown.
    pub(crate) fn print(&self) {
        println!("| # | what | figure | beside its limit, same run |");
        println!("|---|---|---|---|");
        for [number, what, figure, beside] in &self.rows {
            println!("| {number} | {what} | {figure} | {beside} |");
        }
    }
}

/// How long each of many operations took.
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// Gives the time that the share `q` of all did not exceed.
    pub(crate) fn quantile(&self, q: f64) -> Duration {
        let last = self.0.len().saturating_sub(1);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index between 0 and the last"
        )]
        let index = (q * last as f64).round() as usize;
        self.0.get(index).copied().unwrap_or_default()
    }
}

/// Gives how many happened in a second.
pub(crate) fn per_second(count: usize, took: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / took.as_secs_f64().max(1e-9)
}
