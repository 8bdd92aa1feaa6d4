//! How many queries are answered at a time, and how long one may take.

use std::{sync::Arc, time::Duration};

use anmeldewerk_contract::problem::Code;
use anmeldewerk_service::problem::Problem;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use tokio::{sync::Semaphore, time::timeout};

use super::{RETRY_S, count};

/// The places of queries that are being answered.
#[derive(Debug)]
pub(super) struct Places {
    free: Semaphore,
    within: Duration,
}

impl Places {
    pub(super) fn new(places: usize, within: Duration) -> Self {
        let free = Semaphore::new(places);
        Self { free, within }
    }
}

/// Answers in a place of its own and in time, or refuses; a layer.
///
/// Nobody waits for a place: whoever asks too much is told so at once, before they hold memory.
pub(super) async fn take(
    State(places): State<Arc<Places>>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let place = places.free.try_acquire();
    let _place = place.map_err(|_| refused("no_place"))?;
    let answer = timeout(places.within, next.run(request)).await;
    answer.map_err(|_| refused("no_time"))
}

fn refused(reason: &'static str) -> Problem {
    count(reason);
    Problem::new(Code::Unavailable).retry_after_s(RETRY_S)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{
        Router,
        body::Body,
        http::{StatusCode, header},
        middleware::from_fn_with_state,
        routing::get,
    };
    use tokio::sync::Notify;
    use tower::ServiceExt;

    /// A query that is answered once somebody says so.
    fn router(within: Duration, go_on: &Arc<Notify>) -> Router {
        let places = Arc::new(Places::new(1, within));
        let go_on = Arc::clone(go_on);
        let query = get(move || async move { go_on.notified().await });
        Router::new().route("/", query.layer(from_fn_with_state(places, take)))
    }

    async fn ask(router: &Router) -> Response {
        let request = Request::new(Body::empty());
        router.clone().oneshot(request).await.expect("an answer")
    }

    #[tokio::test]
    async fn who_finds_no_place_is_refused_at_once_and_the_next_one_may_come() {
        let go_on = Arc::new(Notify::new());
        let router = router(Duration::from_mins(1), &go_on);
        let mut first = Box::pin(ask(&router));
        assert!(futures_util::poll!(&mut first).is_pending());
        let refused = ask(&router).await;
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        let expected = Problem::new(Code::Unavailable).retry_after_s(RETRY_S);
        assert_eq!(refused.extensions().get(), Some(&expected));
        go_on.notify_one();
        assert_eq!(first.await.status(), StatusCode::OK);
        go_on.notify_one();
        assert_eq!(ask(&router).await.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn who_went_away_leaves_their_place() {
        let go_on = Arc::new(Notify::new());
        let router = router(Duration::from_mins(1), &go_on);
        let mut first = Box::pin(ask(&router));
        assert!(futures_util::poll!(&mut first).is_pending());
        drop(first);
        go_on.notify_one();
        assert_eq!(ask(&router).await.status(), StatusCode::OK);
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_too_long_is_given_up() {
        let router = router(Duration::from_secs(30), &Arc::new(Notify::new()));
        let refused = ask(&router).await;
        let expected = Problem::new(Code::Unavailable).retry_after_s(RETRY_S);
        assert_eq!(refused.extensions().get(), Some(&expected));
        assert!(
            !refused.headers().contains_key(header::RETRY_AFTER),
            "the outer layer words it"
        );
    }
}
