//! Where the registration service is.

use std::str::FromStr;

use axum::http::uri::{Authority, Scheme, Uri};

/// A base address: `http`, a host, perhaps a port, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(Authority);

/// Says that a text is no base address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not http://<host>[:<port>]")]
pub struct NotAnOrigin;

impl Origin {
    pub(crate) fn authority(&self) -> &Authority {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let uri: Uri = text.parse().map_err(|_| NotAnOrigin)?;
        let bare = uri.path() == "/" && uri.query().is_none();
        if uri.scheme() != Some(&Scheme::HTTP) || !bare {
            return Err(NotAnOrigin);
        }
        let named = uri
            .authority()
            .filter(|authority| !authority.host().is_empty() && !authority.as_str().contains('@'));
        named.cloned().map(Self).ok_or(NotAnOrigin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_host_and_perhaps_a_port() {
        for (text, authority) in [
            ("http://127.0.0.1:7081", "127.0.0.1:7081"),
            ("http://registration/", "registration"),
            ("http://[::1]:7081", "[::1]:7081"),
        ] {
            let origin: Origin = text.parse().expect(text);
            assert_eq!(origin.authority().as_str(), authority);
        }
    }

    #[test]
    fn anything_more_or_less_is_refused() {
        for odd in [
            "",
            "127.0.0.1:7081",
            "https://registration",
            "http://registration/v1",
            "http://registration/?a",
            "http://user:secret@registration",
            "/v1",
        ] {
            assert_eq!(odd.parse::<Origin>(), Err(NotAnOrigin), "{odd}");
        }
    }
}
