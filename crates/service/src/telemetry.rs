//! Logs, metrics and the panic hook.
//!
//! **Invariant:** no record carries personal data: routes are logged as templates, panics by their place only.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Upper bounds of the buckets of every histogram that counts seconds.
const SECONDS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// Says why telemetry could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The log filter cannot be read.
    #[error("could not read the log filter")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Somebody else collects logs in this process already.
    #[error("could not install the log subscriber")]
    Subscriber(#[from] tracing::subscriber::SetGlobalDefaultError),
    /// Somebody else collects metrics in this process already.
    #[error("metrics are collected by another recorder already")]
    Recorder,
}

/// Starts logging on stdout, collecting metrics and logging panics; once per process.
pub fn init(filter: &str) -> Result<Metrics, Error> {
    tracing::subscriber::set_global_default(subscriber(filter, std::io::stdout)?)?;
    log_panics();
    Metrics::install()
}

/// Makes the subscriber that writes one JSON line per record: `timestamp`, `level`, `message`, then the record's fields.
///
/// Control characters are escaped by JSON, so a line is a record whatever a field holds.
pub fn subscriber<W>(
    filter: &str,
    writer: W,
) -> Result<impl tracing::Subscriber + Send + Sync + use<W>, Error>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::builder().parse(filter)?;
    Ok(tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(writer)
        .finish())
}

/// Replaces the panic hook: one record with the place in the source, never the message, which may quote data.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(|location| format!("{}:{}", location.file(), location.line()));
        tracing::error!(place, "panicked");
    }));
}

/// The collected metrics, in the text form of Prometheus.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Installs the recorder of this process, or gives the one installed before.
    pub fn install() -> Result<Self, Error> {
        static INSTALLED: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
        INSTALLED
            .get_or_init(install_recorder)
            .clone()
            .map(Self)
            .ok_or(Error::Recorder)
    }

    /// Writes all metrics as text (`text/plain; version=0.0.4`).
    #[must_use]
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Drains what histograms have collected; without it they grow for ever.
    pub fn upkeep(&self) {
        self.0.run_upkeep();
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}

fn install_recorder() -> Option<PrometheusHandle> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
        .expect("the list of buckets is not empty")
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).ok().map(|()| handle)
}

/// Words an error and its sources in one line, for the one record that is made where it is handled.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        line = format!("{line}: {error}");
        source = error.source();
    }
    line
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::subscriber;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0
                .lock()
                .expect("no test panics while writing")
                .write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_record_is_one_line_of_flat_json_without_raw_control_characters() {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = subscriber("info", move || writer.clone()).expect("the filter is valid");
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(
                address = "127.0.0.1:1\n{\"level\":\"forged\"}\u{1b}[2J",
                "listening"
            );
            tracing::debug!("below the filter");
        });

        let written = lines
            .0
            .lock()
            .expect("no test panics while writing")
            .clone();
        let text = String::from_utf8(written).expect("logs are UTF-8");
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.trim_end().chars().all(|c| !c.is_control()), "{text}");
        let record: serde_json::Value = serde_json::from_str(&text).expect("a record is JSON");
        assert_eq!(record["message"], "listening");
        assert_eq!(record["level"], "INFO");
        assert_eq!(
            record["address"],
            "127.0.0.1:1\n{\"level\":\"forged\"}\u{1b}[2J"
        );
        assert!(record["timestamp"].is_string());
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_refused() {
        assert!(subscriber("info,=,=", std::io::sink).is_err());
    }
}
