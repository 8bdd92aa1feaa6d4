//! What goes on of a request besides its body.

use anmeldewerk_service::trace::{TRACEPARENT, Trace};
use axum::{
    body::Body,
    extract::Request,
    http::{
        HeaderMap, HeaderValue, Method, Uri,
        uri::{self, PathAndQuery, Scheme},
    },
};

use super::{boundary, headers, origin::Origin};

/// Method, path and headers, without what was for this hop only; the same for each service that is asked.
#[derive(Debug)]
pub(super) struct Head {
    method: Method,
    path: PathAndQuery,
    headers: HeaderMap,
}

impl Head {
    /// Takes a request apart.
    pub(super) fn split(request: Request, trace: &Trace) -> (Self, Body) {
        let (from, body) = request.into_parts();
        let path = from.uri.path_and_query().cloned();
        let mut headers = headers::onward(from.headers);
        let traceparent = HeaderValue::try_from(trace.traceparent())
            .expect("hexadecimal digits and hyphens are a header value");
        headers.insert(TRACEPARENT, traceparent);
        let head = Self {
            method: from.method,
            path: path.unwrap_or_else(|| PathAndQuery::from_static("/")),
            headers,
        };
        (head, body)
    }

    /// Gives its path.
    pub(super) fn path(&self) -> &str {
        self.path.path()
    }

    /// Names what it is about.
    pub(super) fn key(&self) -> String {
        boundary::key(self.path.path(), &self.headers)
    }

    /// Addresses it to a registration service.
    pub(super) fn addressed_to<B>(&self, origin: &Origin, body: B) -> Request<B> {
        let mut address = uri::Parts::default();
        address.scheme = Some(Scheme::HTTP);
        address.authority = Some(origin.authority().clone());
        address.path_and_query = Some(self.path.clone());
        let mut request = Request::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() =
            Uri::from_parts(address).expect("scheme, authority and path are an address");
        *request.headers_mut() = self.headers.clone();
        request
    }
}
