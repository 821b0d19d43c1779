//! An OTLP/HTTP receiver for programs of any language, which hands on what arrives.
//!
//! <https://opentelemetry.io/docs/specs/otlp/#otlphttp>. In the order of a request:
//!
//! * `origin`: whether a page in a browser may send it.
//! * `form`: protobuf or JSON. `body`: unpacked. `refusal`: why not, in words that the sender's log has room for.
//! * `routes`: which signal it is. `inbox`: handed on, or dropped; and hanging.

mod body;
mod form;
mod inbox;
mod origin;
mod refusal;
mod routes;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::arrival::Arrivals;
use crate::server::{Server, StartError};
use inbox::Inbox;
pub use inbox::Received;

/// An OTLP receiver, which ends when it is dropped.
///
/// It takes traces, logs and metrics, as protobuf or JSON, plain or packed (gzip, deflate). Metrics are answered and not kept. It
/// answers within a moment whether anyone takes what arrived or not: what nobody takes is dropped and counted, and the sender is
/// told that all is well, because it could do nothing about it.
pub struct Receiver {
    server: Server,
    inbox: Arc<Inbox>,
}

impl Receiver {
    /// Listens on this port of 127.0.0.1; 0 takes a free one.
    ///
    /// # Errors
    ///
    /// The port is in use.
    pub async fn start_on(port: u16, arrivals: Arrivals) -> Result<Self, StartError> {
        let inbox = Arc::new(Inbox::new(arrivals));
        let server = Server::start_on(port, routes::router(Arc::clone(&inbox))).await?;
        Ok(Self { server, inbox })
    }

    /// What goes into `OTEL_EXPORTER_OTLP_ENDPOINT`: `http://127.0.0.1:<port>`.
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// Answers nothing for so long from now, in place of how long it was not to answer before. Requests that wait are answered
    /// then, if their senders still do.
    pub fn hang(&self, duration: Duration) {
        self.inbox.hang(duration);
    }

    /// For how long nothing will be answered.
    pub fn hangs_for(&self) -> Duration {
        self.inbox.hangs_for()
    }

    /// How much has arrived, and what was dropped of it.
    pub fn received(&self) -> Received {
        self.inbox.received()
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("endpoint", &self.endpoint()).finish_non_exhaustive()
    }
}
