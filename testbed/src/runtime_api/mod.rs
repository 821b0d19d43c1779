//! The Lambda Runtime API of one execution environment: what the child process talks to.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>
//!
//! This file is the side that invokes; `routes` is the side that the runtime calls. One invocation is in flight at a
//! time, and the next one is handed out only when the runtime has asked for it. Payloads pass as they are, both ways.

mod failure;
mod invocation;
mod routes;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

pub use failure::FunctionError;
use invocation::{Invocation, Origin};
use routes::{Event, Exchange};

use crate::server::{Server, StartError};

/// The Runtime API of one execution environment, which ends when it is dropped.
#[derive(Debug)]
pub struct RuntimeApi {
    server: Server,
    exchange: Arc<Exchange>,
    events: mpsc::UnboundedReceiver<Event>,
    asking: Option<oneshot::Sender<Invocation>>,
    origin: Origin,
}

impl RuntimeApi {
    /// Starts on a free loopback port.
    pub async fn start(function_arn: &str) -> Result<Self, StartError> {
        let (sender, events) = mpsc::unbounded_channel();
        let exchange = Arc::new(Exchange::new(sender));
        let server = Server::start(routes::router(Arc::clone(&exchange))).await?;
        Ok(Self { server, exchange, events, asking: None, origin: Origin::new(function_arn) })
    }

    /// The value of `AWS_LAMBDA_RUNTIME_API`: `127.0.0.1:<port>`.
    pub fn authority(&self) -> &str {
        self.server.authority()
    }

    /// Waits until the runtime asks for its next invocation, which it keeps doing until it gets one. Without a limit.
    ///
    /// Fails when the runtime reports that its initialisation failed. May be cancelled and called again.
    pub async fn asked(&mut self) -> Result<(), FunctionError> {
        while self.asking.as_ref().is_none_or(oneshot::Sender::is_closed) {
            match self.events.recv().await {
                Some(Event::Asked(asking)) => self.asking = Some(asking),
                Some(Event::InitFailed(error)) => return Err(error),
                None => return Err(FunctionError::gone()),
            }
        }
        Ok(())
    }

    /// Hands out one invocation, as soon as the runtime asks, and waits for its answer. Without a limit: `limit` only
    /// sets the deadline that the runtime is told, counted from the moment the invocation is handed out.
    ///
    /// Whoever cancels this must end the runtime too, for it still works on the invocation.
    pub async fn invoke(&mut self, payload: Bytes, limit: Duration) -> Result<Bytes, FunctionError> {
        loop {
            self.asked().await?;
            let invocation = Invocation::new(&self.origin, payload.clone(), limit);
            let answer = self.exchange.begin(&invocation);
            // Fails only if the runtime hung up since it asked; it has seen nothing, and may ask again.
            if self.asking.take().is_some_and(|asking| asking.send(invocation).is_ok()) {
                return answer.await.unwrap_or_else(|_| Err(FunctionError::gone()));
            }
        }
    }
}
