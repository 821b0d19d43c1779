//! The Extensions API, as far as extensions need it that are told nothing: they register, and ask for an event that never
//! comes. What they get by that is a `SIGTERM` before the end.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use serde::Deserialize;
use tokio::sync::watch;

use super::invocation::uuid;
use super::reply::{json, refused};

const NAME: &str = "lambda-extension-name";
const IDENTIFIER: &str = "lambda-extension-identifier";

/// The extensions of one environment.
#[derive(Debug, Default)]
pub(super) struct Extensions(watch::Sender<Registry>);

#[derive(Debug, Default)]
struct Registry {
    /// By identifier: whether the extension has asked for an event.
    asked: HashMap<String, bool>,
    /// The runtime has asked for its first invocation.
    is_closed: bool,
}

impl Extensions {
    /// Ends registration, and waits until all extensions are initialised, as Lambda does before the first invocation.
    pub(super) async fn initialised(&self) {
        self.0.send_modify(|registry| registry.is_closed = true);
        // The sender is in `self`.
        drop(self.0.subscribe().wait_for(|registry| registry.asked.values().all(|asked| *asked)).await);
    }

    pub(super) fn is_any_registered(&self) -> bool {
        !self.0.borrow().asked.is_empty()
    }
}

pub(super) fn router(extensions: Arc<Extensions>) -> Router {
    let routes = Router::new().route("/register", post(register)).route("/event/next", get(next));
    Router::new().nest("/2020-01-01/extension", routes.with_state(extensions))
}

async fn register(State(extensions): State<Arc<Extensions>>, headers: HeaderMap, body: Bytes) -> Response {
    #[derive(Deserialize)]
    struct Body {
        events: Vec<String>,
    }
    if !headers.contains_key(NAME) {
        return refused(StatusCode::BAD_REQUEST, "Extension.MissingHeader", "the extension has no name");
    }
    match serde_json::from_slice(&body) {
        Ok(Body { events }) if events.is_empty() => {}
        _ => return refused(StatusCode::BAD_REQUEST, "InvalidEventType", "extensions get no events here"),
    }
    let identifier = uuid();
    let is_in_time = extensions.0.send_if_modified(|registry| {
        if !registry.is_closed {
            registry.asked.insert(identifier.clone(), false);
        }
        !registry.is_closed
    });
    if !is_in_time {
        return refused(
            StatusCode::FORBIDDEN,
            "Extension.AlreadyInitialised",
            "the runtime has asked for an invocation",
        );
    }
    ([(IDENTIFIER, identifier)], json(StatusCode::OK, "{}".to_owned())).into_response()
}

async fn next(State(extensions): State<Arc<Extensions>>, headers: HeaderMap) -> Response {
    let identifier = headers.get(IDENTIFIER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_known = extensions
        .0
        .send_if_modified(|registry| registry.asked.get_mut(identifier).map(|asked| *asked = true).is_some());
    if !is_known {
        return refused(StatusCode::FORBIDDEN, "Extension.UnknownExtensionIdentifier", "register first");
    }
    std::future::pending().await
}
