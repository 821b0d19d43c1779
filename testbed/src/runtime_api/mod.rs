//! The Lambda Runtime API of one execution environment: what the child process talks to.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>
//!
//! This file is the side that invokes; `routes` is the side that the runtime calls, `extensions` that of extensions. As
//! many invocations are in flight as the environment has slots, and one is handed out only when the runtime has asked for
//! it. Payloads pass as they are, both ways.

mod extensions;
mod failure;
mod invocation;
mod reply;
mod routes;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Mutex, mpsc, oneshot, watch};

pub use failure::FunctionError;
pub(crate) use invocation::uuid;
use invocation::{Invocation, Origin};
use routes::{Event, Exchange};

use crate::configuration::Configuration;
use crate::server::{Server, StartError};

/// The Runtime API of one execution environment, which ends when it is dropped.
#[derive(Debug)]
pub struct RuntimeApi {
    server: Server,
    exchange: Arc<Exchange>,
    runtime: Mutex<Runtime>,
    origin: Origin,
}

/// What the runtime wants.
#[derive(Debug)]
struct Runtime {
    events: mpsc::UnboundedReceiver<Event>,
    /// It asks as many times at once as it has workers.
    asking: VecDeque<oneshot::Sender<Invocation>>,
    init_error: Option<FunctionError>,
}

impl RuntimeApi {
    /// Starts on a free loopback port.
    pub async fn start(configuration: &Configuration) -> Result<Self, StartError> {
        let (sender, events) = mpsc::unbounded_channel();
        let slots = configuration.environment_concurrency.max(1).into();
        let exchange = Arc::new(Exchange::new(sender, slots));
        let mut router = routes::router(Arc::clone(&exchange));
        if configuration.extensions {
            router = router.merge(extensions::router(Arc::clone(&exchange.extensions)));
        }
        let server = Server::start(router).await?;
        let runtime = Mutex::new(Runtime { events, asking: VecDeque::new(), init_error: None });
        Ok(Self { server, exchange, runtime, origin: Origin::new(&configuration.arn()) })
    }

    /// The value of `AWS_LAMBDA_RUNTIME_API`: `127.0.0.1:<port>`.
    pub fn authority(&self) -> &str {
        self.server.authority()
    }

    /// Whether an extension has registered, so that Lambda would announce the end.
    pub fn has_extensions(&self) -> bool {
        self.exchange.extensions.is_any_registered()
    }

    /// Whether the runtime has asked for an invocation and there is none: Lambda has its process stand still then. Never,
    /// where it may have several in flight.
    pub fn rests(&self) -> watch::Receiver<bool> {
        self.exchange.rests.subscribe()
    }

    /// Waits until the runtime asks for its next invocation, which it keeps doing until it gets one. Without a limit.
    ///
    /// Fails when the runtime reports that its initialisation failed. May be cancelled and called again.
    pub async fn asked(&self) -> Result<(), FunctionError> {
        self.runtime.lock().await.asked(1).await
    }

    /// Waits until the runtime asks for as many invocations as it may have in flight: until it has nothing more to do.
    /// Otherwise like [`asked`](Self::asked).
    pub async fn idle(&self) -> Result<(), FunctionError> {
        self.runtime.lock().await.asked(self.exchange.slots).await
    }

    /// Hands out one invocation, as soon as the runtime asks, and waits for its answer. Without a limit: `limit` only
    /// sets the deadline that the runtime is told, counted from the moment the invocation is handed out.
    ///
    /// A caller that cancels this must end the runtime too, because it still works on the invocation.
    pub async fn invoke(&self, payload: Bytes, limit: Duration) -> Result<Bytes, FunctionError> {
        let answer = self.begin(uuid(), payload, limit).await?;
        answer.await.unwrap_or_else(|_| Err(FunctionError::gone()))
    }

    /// The first half of it: returns once the runtime has been handed the invocation, under this request id.
    pub(crate) async fn begin(
        &self,
        request_id: String,
        payload: Bytes,
        limit: Duration,
    ) -> Result<oneshot::Receiver<Result<Bytes, FunctionError>>, FunctionError> {
        loop {
            let mut runtime = self.runtime.lock().await;
            runtime.asked(1).await?;
            let invocation = Invocation::new(&self.origin, request_id.clone(), payload.clone(), limit);
            let answer = self.exchange.begin(&invocation);
            if runtime.asking.pop_front().is_some_and(|asking| asking.send(invocation).is_ok()) {
                return Ok(answer);
            }
            // It hung up since it asked; it has seen nothing, and may ask again.
            self.exchange.take_back(&request_id);
        }
    }
}

impl Runtime {
    async fn asked(&mut self, times: usize) -> Result<(), FunctionError> {
        loop {
            self.asking.retain(|asking| !asking.is_closed());
            if let Some(error) = &self.init_error {
                return Err(error.clone());
            }
            if self.asking.len() >= times {
                return Ok(());
            }
            match self.events.recv().await {
                Some(Event::Asked(asking)) => self.asking.push_back(asking),
                Some(Event::InitFailed(error)) => self.init_error = Some(error),
                None => return Err(FunctionError::gone()),
            }
        }
    }
}
