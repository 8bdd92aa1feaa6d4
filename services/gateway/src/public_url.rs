//! The address under which outsiders reach this gateway, for answers that are read elsewhere.

use std::{str::FromStr, sync::Arc};

use axum::http::Uri;

/// The beginning of every address of ours, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicUrl(Arc<str>);

/// Says that a text is no such beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not http(s)://<host>[:<port>][/<path>] without a slash at the end")]
pub(crate) struct NotAPublicUrl;

impl PublicUrl {
    /// Gives the whole address of a path that begins with a slash.
    pub(crate) fn of(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl FromStr for PublicUrl {
    type Err = NotAPublicUrl;

    fn from_str(text: &str) -> Result<Self, NotAPublicUrl> {
        let uri: Uri = text.parse().map_err(|_| NotAPublicUrl)?;
        let is_web = uri
            .scheme_str()
            .is_some_and(|it| ["http", "https"].contains(&it));
        let has_host = uri.host().is_some_and(|host| !host.is_empty());
        let stranger = text.contains('@') || text.ends_with('/') || uri.query().is_some();
        if is_web && has_host && !stranger {
            Ok(Self(text.into()))
        } else {
            Err(NotAPublicUrl)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_goes_on_where_the_beginning_ends() {
        for begin in [
            "https://a.example",
            "http://127.0.0.1:7080",
            "https://a.example/werk",
        ] {
            let url: PublicUrl = begin.parse().expect("a beginning");
            assert_eq!(url.of("/v1/workshops"), format!("{begin}/v1/workshops"));
        }
    }

    #[test]
    fn what_is_no_beginning_is_refused() {
        for odd in [
            "",
            "a.example",
            "ftp://a.example",
            "https://a.example/",
            "https://u@a.example",
            "https://a.example?x",
            "https://",
        ] {
            assert_eq!(odd.parse::<PublicUrl>(), Err(NotAPublicUrl), "{odd}");
        }
    }
}
