//! An HTTP server on a loopback port: what Kinesis, the Runtime API and the collector stand on.

use std::io;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// No port to listen on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No port is free.
    #[error("cannot listen on 127.0.0.1 with a free port: check the limit on open files (`ulimit -n`)")]
    NoFreePort(#[from] io::Error),
    /// The port that was asked for cannot be had. As a rule another program listens there.
    #[error(
        "cannot listen on 127.0.0.1:{port}: end the program that does, or choose another port (0 takes a free one)"
    )]
    Port {
        /// The port that was asked for.
        port: u16,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Serves until it is dropped: then nothing new is accepted, idle connections are closed, and requests in flight end.
#[derive(Debug)]
pub(crate) struct Server {
    authority: String,
    _stop: oneshot::Sender<()>,
}

impl Server {
    /// Listens on a free port.
    pub(crate) async fn start(router: Router) -> Result<Self, StartError> {
        Self::start_on(0, router).await
    }

    /// Listens on this port; 0 takes a free one.
    ///
    /// # Errors
    ///
    /// The port is in use, or needs privileges. It is not tried again, and no other port is taken instead.
    pub(crate) async fn start_on(port: u16, router: Router) -> Result<Self, StartError> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(|source| match port {
            0 => StartError::NoFreePort(source),
            port => StartError::Port { port, source },
        })?;
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

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[tokio::test]
    async fn a_port_in_use_is_an_error_that_names_address_and_port_and_keeps_its_source() {
        let first = Server::start_on(0, Router::new()).await.unwrap();
        let port: u16 = first.authority().rsplit_once(':').unwrap().1.parse().unwrap();
        let error = Server::start_on(port, Router::new()).await.unwrap_err();
        assert!(error.to_string().contains(&format!("127.0.0.1:{port}")), "{error}");
        let source = error.source().unwrap().downcast_ref::<io::Error>().unwrap();
        assert_eq!(source.kind(), io::ErrorKind::AddrInUse);
    }

    #[tokio::test]
    async fn a_port_that_was_left_can_be_taken_at_once() {
        let first = Server::start_on(0, Router::new()).await.unwrap();
        let port: u16 = first.authority().rsplit_once(':').unwrap().1.parse().unwrap();
        drop(first);
        // The listener goes with its task, a moment later.
        let second = loop {
            match Server::start_on(port, Router::new()).await {
                Ok(server) => break server,
                Err(_) => tokio::task::yield_now().await,
            }
        };
        assert_eq!(second.endpoint(), format!("http://127.0.0.1:{port}"));
    }
}
