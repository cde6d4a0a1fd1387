//! `/_sandbox/events`: server-sent events when something has changed. An event has no content: who listens looks again, so that a
//! slow listener misses nothing and nothing is queued for it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;

use crate::app::App;
use crate::shared::http::problem;

/// A listener that has gone is noticed when the next comment cannot be sent.
const COMMENT_EVERY: Duration = Duration::from_secs(5);

pub(super) async fn events(State(app): State<Arc<App>>) -> Response {
    let Ok(permit) = Arc::clone(&app.context.listeners).try_acquire_owned() else {
        let sentence = "Too many listen to the sandbox's events already; close some pages.";
        let mut refused = problem(StatusCode::SERVICE_UNAVAILABLE, sentence);
        let after = header::HeaderValue::from_static("10");
        refused.headers_mut().insert(header::RETRY_AFTER, after);
        return refused;
    };
    let listener = (app.context.listen(), app.context.stopped(), permit);
    let events = stream::unfold(listener, |(mut changes, mut stopped, permit)| async {
        // A sandbox that stops ends the stream, which would otherwise hold up its shutdown.
        tokio::select! {
            changed = changes.changed() => changed.ok()?,
            _ = stopped.changed() => return None,
        }
        let count = *changes.borrow_and_update();
        let event = Event::default().event("changed").data(count.to_string());
        Some((Ok::<_, Infallible>(event), (changes, stopped, permit)))
    });
    Sse::new(events)
        .keep_alive(KeepAlive::new().interval(COMMENT_EVERY))
        .into_response()
}
