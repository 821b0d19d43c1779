//! An internal extension that is told nothing. That there is one is all it is for: Lambda sends `SIGTERM` before it ends a
//! process, and half a second, only where an extension is registered
//! (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown>).
//!
//! Two requests of the Extensions API (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>), by the
//! client that carries spans: a crate for it would be another one in the binary.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http::header::HeaderValue;
use http::response::Parts;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::sync::oneshot;

/// Unique within a function.
const NAME: &str = "kinetrace-last-flush";
const IDENTIFIER: &str = "lambda-extension-identifier";
/// Lambda answers at once. What takes longer would only hold up the first invocation.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often a connection is tried for, and how long not in between.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(50);
/// In bytes. What an answer says next to its head is of no interest.
const MAX_BODY: usize = 64 * 1024;

type HttpError = Box<dyn Error + Send + Sync>;

/// Lambda, or what stands in for it, did not register the extension.
#[derive(Debug, thiserror::Error)]
pub(super) enum RegistrationError {
    #[error("the Extensions API cannot be asked")]
    Request(#[source] HttpError),
    #[error("the Extensions API has not answered within {PATIENCE:?}")]
    Timeout,
    #[error("the Extensions API answered with status {0}")]
    Refused(StatusCode),
    #[error("the Extensions API named no identifier")]
    Unidentified,
}

/// With the Extensions API, which is where the Runtime API is: at host and port, or, for `cargo lambda watch`, below a URL.
/// Must be done before the first invocation is asked for.
///
/// An answer that comes too late for this is not too late for Lambda: it waits, with the first invocation, until an extension
/// that it has registered asks for an event. So the task that does both goes on.
pub(super) async fn register(runtime_api: &str) -> Result<(), RegistrationError> {
    let extension = Extension::new(runtime_api);
    let (registers, registered) = oneshot::channel();
    tokio::spawn(async move {
        let (identifier, result) = match extension.register().await {
            Ok(identifier) => (Some(identifier), Ok(())),
            Err(error) => (None, Err(error)),
        };
        // Nobody may wait for it any more.
        let _ = registers.send(result);
        if let Some(identifier) = identifier {
            repeat(|| extension.next(&identifier)).await;
        }
    });
    match tokio::time::timeout(PATIENCE, registered).await {
        Ok(Ok(result)) => result,
        // The task ends only with the runtime before it has said something.
        Ok(Err(_)) | Err(_) => Err(RegistrationError::Timeout),
    }
}

#[derive(Debug)]
struct Extension {
    client: legacy::Client<HttpConnector, Full<Bytes>>,
    base: String,
}

impl Extension {
    fn new(runtime_api: &str) -> Self {
        let client = legacy::Client::builder(TokioExecutor::new()).build_http();
        let scheme = if runtime_api.contains("://") { "" } else { "http://" };
        Self { client, base: format!("{scheme}{runtime_api}/2020-01-01/extension") }
    }

    async fn register(&self) -> Result<HeaderValue, RegistrationError> {
        let request = Request::post(format!("{}/register", self.base)).header("lambda-extension-name", NAME);
        let request = request.header("content-type", "application/json").body(Bytes::from_static(br#"{"events":[]}"#));
        let request = request.map_err(|error| RegistrationError::Request(error.into()))?;
        let head = self.send(request).await.map_err(RegistrationError::Request)?;
        if !head.status.is_success() {
            return Err(RegistrationError::Refused(head.status));
        }
        head.headers.get(IDENTIFIER).cloned().ok_or(RegistrationError::Unidentified)
    }

    /// Asks for an event, upon which Lambda takes the extension for initialised. None ever comes.
    async fn next(&self, identifier: &HeaderValue) -> Result<(), HttpError> {
        let request = Request::get(format!("{}/event/next", self.base)).header(IDENTIFIER, identifier);
        self.send(request.body(Bytes::new())?).await.map(drop)
    }

    /// To the end of the answer, so that its connection can be used again.
    async fn send(&self, request: Request<Bytes>) -> Result<Parts, HttpError> {
        let (head, body) = self.client.request(request.map(Full::from)).await?.into_parts();
        Limited::new(body, MAX_BODY).collect().await?;
        Ok(head)
    }
}

/// As long as no connection is made. However else a request ends, the process goes on, and `SIGTERM` still comes.
async fn repeat<F: Future<Output = Result<(), HttpError>>>(mut request: impl FnMut() -> F) {
    for _ in 1..ATTEMPTS {
        match request().await {
            Err(error) if error.downcast_ref().is_some_and(legacy::Error::is_connect) => {}
            _ => return,
        }
        tokio::time::sleep(PAUSE).await;
    }
    let _ = request().await;
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    /// The head of the next request, or what there is of it.
    async fn request(connection: &mut TcpStream) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match connection.read_u8().await {
                Ok(byte) => head.push(byte),
                Err(_) => break,
            }
        }
        String::from_utf8(head).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_registered_late_asks_for_an_event_all_the_same() -> Result<(), Box<dyn Error>> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let authority = listener.local_addr()?.to_string();
        // The clock goes on as long as nobody has anything to do.
        let error = register(&authority).await.unwrap_err();
        assert!(matches!(error, RegistrationError::Timeout), "{error:?}");

        let (mut connection, _) = listener.accept().await?;
        assert!(request(&mut connection).await.starts_with("POST /2020-01-01/extension/register "));
        connection.read_exact(&mut [0; 13]).await?;
        connection
            .write_all(b"HTTP/1.1 200 OK\r\nlambda-extension-identifier: me\r\ncontent-length: 0\r\n\r\n")
            .await?;
        let next = request(&mut connection).await;
        assert!(next.starts_with("GET /2020-01-01/extension/event/next "), "{next:?}");
        assert!(next.contains("lambda-extension-identifier: me\r\n"), "{next:?}");
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_is_repeated_a_few_times_while_there_is_no_connection() -> Result<(), Box<dyn Error>> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let nobody = Extension::new(&listener.local_addr()?.to_string());
        drop(listener);
        let identifier = HeaderValue::from_static("me");
        // How many requests find nobody, and how many there are.
        for (refused, expected) in [(0, 1), (2, 3), (4, 5), (u32::MAX, ATTEMPTS)] {
            for other in [Ok(()), Err("the connection broke")] {
                let mut requests = 0;
                let request = || {
                    requests += 1;
                    let finds_nobody = requests <= refused;
                    let (nobody, identifier) = (&nobody, &identifier);
                    async move { if finds_nobody { nobody.next(identifier).await } else { other.map_err(Into::into) } }
                };
                repeat(request).await;
                assert_eq!(requests, expected, "{refused} {other:?}");
            }
        }
        Ok(())
    }
}
