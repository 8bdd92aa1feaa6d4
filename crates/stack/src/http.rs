//! The few requests the stack makes.

use std::sync::OnceLock;
use std::time::Duration;

/// One client for all: every request is bounded in time.
pub(crate) fn client() -> &'static reqwest::Client {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    CLIENT.get_or_init(|| {
        reqwest::Client::builder()
            .timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(0)
            .no_proxy()
            .build()
            .expect("a client without TLS needs nothing of the system")
    })
}

/// Asks once; the reason why it is not 2xx is for people.
pub(crate) async fn expect_ok(url: &str) -> Result<(), String> {
    let request = client().get(url).timeout(Duration::from_secs(2)).send();
    match request.await {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => {
            let status = answer.status();
            let body = answer.text().await.unwrap_or_default();
            Err(format!("{url} says {status} {}", body.trim()))
        }
        Err(_) => Err(format!("{url} does not answer")),
    }
}
