//! Where the registration services are.

use std::{collections::BTreeSet, str::FromStr};

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

    /// Writes `host:port` in one way, however the address is written.
    pub(crate) fn name(&self) -> String {
        let port = self.0.port_u16().unwrap_or(80);
        format!("{}:{port}", self.0.host().to_lowercase())
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

/// How many registration services may be named.
const MOST: usize = 16;

/// Base addresses of registration services: at least one, each once; as text separated by commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins(Vec<Origin>);

/// Says why a text is no list of base addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOrigins {
    /// One of them is none.
    #[error(transparent)]
    NotAnOrigin(#[from] NotAnOrigin),
    /// Two of them are the same.
    #[error("one address is there twice")]
    Twice,
    /// There are too many.
    #[error("more than {MOST} addresses")]
    TooMany,
}

impl Origins {
    pub(crate) fn into_vec(self) -> Vec<Origin> {
        self.0
    }
}

impl FromStr for Origins {
    type Err = NotOrigins;

    fn from_str(text: &str) -> Result<Self, NotOrigins> {
        let all = text.split(',').map(|one| one.trim().parse());
        let all: Vec<Origin> = all.collect::<Result<_, NotAnOrigin>>()?;
        let names: BTreeSet<String> = all.iter().map(Origin::name).collect();
        if names.len() < all.len() {
            return Err(NotOrigins::Twice);
        }
        if all.len() > MOST {
            return Err(NotOrigins::TooMany);
        }
        Ok(Self(all))
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

    #[test]
    fn several_are_separated_by_commas() {
        let names = |text: &str| {
            let origins: Origins = text.parse().expect(text);
            let names = origins.into_vec();
            names.iter().map(Origin::name).collect::<Vec<_>>()
        };
        assert_eq!(names("http://a:7081"), ["a:7081"]);
        assert_eq!(names("http://A:7081, http://b"), ["a:7081", "b:80"]);
    }

    #[test]
    fn a_list_without_meaning_is_refused() {
        let refused = |text: &str| text.parse::<Origins>().expect_err("no list");
        for odd in ["", ",", "http://a,", "http://a http://b"] {
            assert_eq!(refused(odd), NotOrigins::NotAnOrigin(NotAnOrigin), "{odd}");
        }
        assert_eq!(refused("http://a,http://A:80/"), NotOrigins::Twice);
        let many: Vec<String> = (0..17).map(|at| format!("http://a:{at}")).collect();
        assert_eq!(refused(&many.join(",")), NotOrigins::TooMany);
    }
}
