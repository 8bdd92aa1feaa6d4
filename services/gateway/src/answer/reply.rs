//! The one form of all answers.

use anmeldewerk_contract::Position;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Known, LOG_POSITION, Tag};

/// By what an answer differs: who asks, and whether they take it packed; what is not sent again says so too.
const VARY: &str = "Authorization, Accept-Encoding";

/// A query's answer.
pub(crate) struct Reply {
    /// The position as of which it speaks.
    pub(crate) position: Position,
    /// The state it shows.
    pub(crate) tag: Tag,
    /// Who may keep it.
    pub(crate) audience: Audience,
    /// Where the list goes on.
    pub(crate) link: Option<String>,
    /// The body; in JSON, if nothing else is said.
    pub(crate) body: Vec<u8>,
}

/// Who may keep an answer; everybody asks again before they show it once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Whoever serves those with the same credentials.
    Shared,
    /// Only the one who asked: it shows personal data.
    Alone,
}

/// A part of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// The cursor behind the last of them, if there are more.
    pub(crate) next: Option<String>,
    /// The position before which the rows stand still, where they do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>, nullable = false)]
    pub(crate) parked_at: Option<Position>,
}

/// Writes a body.
pub(crate) fn json(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("a body has string keys and finite numbers only")
}

impl Reply {
    /// Answers, or says that the client knows it all.
    pub(crate) fn answer(self, known: &Known) -> Response {
        self.answer_as("application/json", known)
    }

    /// Does the same where the body is in another form.
    pub(crate) fn answer_as(self, media_type: &'static str, known: &Known) -> Response {
        let headers = self.headers();
        if known.has(&self.tag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let content_type = HeaderValue::from_static(media_type);
        let content_type = [(header::CONTENT_TYPE, content_type)];
        (headers, content_type, Body::from(self.body)).into_response()
    }

    fn headers(&self) -> HeaderMap {
        let cache = match self.audience {
            Audience::Shared => "no-cache",
            Audience::Alone => "private, no-cache",
        };
        let link = self.link.as_deref().map(HeaderValue::from_str);
        let always = [
            (LOG_POSITION, HeaderValue::from(self.position.0)),
            (header::ETAG, self.tag.header()),
            (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
            (header::VARY, HeaderValue::from_static(VARY)),
        ];
        let link = link.and_then(Result::ok).map(|link| (header::LINK, link));
        always.into_iter().chain(link).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(audience: Audience) -> Reply {
        let items = List {
            items: vec![1, 2],
            next: None,
            parked_at: None,
        };
        let body = json(&items);
        Reply {
            position: Position(9),
            tag: Tag::of_list(&body),
            audience,
            link: Some("<?after=x>; rel=\"next\"".to_owned()),
            body,
        }
    }

    #[tokio::test]
    async fn an_answer_says_as_of_when_it_speaks_and_where_it_goes_on() {
        let nothing = Known::Tags(Vec::new());
        let response = reply(Audience::Shared).answer(&nothing);
        assert_eq!(response.headers()[LOG_POSITION], "9");
        assert_eq!(response.headers()["link"], "<?after=x>; rel=\"next\"");
        assert_eq!(response.headers()["cache-control"], "no-cache");
        assert_eq!(response.headers()["vary"], VARY);
        let body = axum::body::to_bytes(response.into_body(), 1024).await;
        assert_eq!(body.expect("a body"), r#"{"items":[1,2],"next":null}"#);
    }

    #[tokio::test]
    async fn what_is_known_is_not_said_again() {
        let response = reply(Audience::Alone).answer(&Known::Any);
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(response.headers()[LOG_POSITION], "9");
        assert_eq!(response.headers()["cache-control"], "private, no-cache");
        assert!(response.headers().contains_key(header::ETAG));
        let body = axum::body::to_bytes(response.into_body(), 1024).await;
        assert!(body.expect("a body").is_empty());
    }
}
