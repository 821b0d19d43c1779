//! An HTTP server on an ephemeral loopback port: what Kinesis, the Runtime API and the collector stand on.

use std::io;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// No port to listen on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on 127.0.0.1 with a free port: check the limit on open files (`ulimit -n`)")]
pub struct StartError(#[from] io::Error);

/// Serves until it is dropped: then nothing new is accepted, idle connections are closed, and requests in flight end.
#[derive(Debug)]
pub(crate) struct Server {
    authority: String,
    _stop: oneshot::Sender<()>,
}

impl Server {
    pub(crate) async fn start(router: Router) -> Result<Self, StartError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let authority = listener.local_addr()?.to_string();
        // Small answers on kept connections would wait for delayed acknowledgements otherwise.
        let listener = listener.tap_io(|connection| drop(connection.set_nodelay(true)));
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = axum::serve(listener, router).with_graceful_shutdown(async { drop(stopped.await) });
        tokio::spawn(serving.into_future());
        Ok(Self { authority, _stop: stop })
    }

    /// `127.0.0.1:<port>`.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// `http://127.0.0.1:<port>`.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.authority)
    }
}
