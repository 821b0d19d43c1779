//! What surely was not sent is failed, and what may have been stays unknown: as the SDK's own HTTP client tells it, over
//! loopback, with everything that may stand at the other end.

use std::time::Duration;

use aws_credential_types::credential_fn::provide_credentials_fn;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::{BehaviorVersion, Config, Region};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns, ResolveDnsError};
use kinetrace::Record;
use kinetrace::history::PutOutcome;
use kinetrace_producer::{AutoDistribution, DeliveryError, Publisher, SendError};
use kinetrace_testbed::kinesis;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::faults::{PATIENCE, Step};
use crate::world::{STREAM, World, acks, enqueue};

/// What the other end does with a connection.
#[derive(Debug, Clone, Copy)]
enum Peer {
    /// It reads the request and answers this.
    Answers(&'static str),
    /// It answers this as soon as it has read the head, and closes.
    AnswersEarly(&'static str),
    /// It reads the request and closes.
    Closes,
    ReadsAndWaits,
    /// It takes the connection, and never says a word.
    Waits,
    /// It says this before anything else, and closes: no partner for TLS.
    Babbles(&'static str),
}

struct Host {
    authority: String,
    serving: JoinHandle<()>,
}

impl Drop for Host {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Host {
    async fn start(peer: Peer) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let serving = tokio::spawn(async move {
            let mut connections = Vec::new();
            while let Ok((connection, _)) = listener.accept().await {
                connections.push(tokio::spawn(meet(peer, connection)));
            }
        });
        Self { authority, serving }
    }
}

async fn meet(peer: Peer, mut connection: TcpStream) {
    match peer {
        Peer::Answers(answer) => {
            while read_request(&mut connection).await.is_some() {
                connection.write_all(answer.as_bytes()).await.unwrap();
            }
        }
        Peer::AnswersEarly(answer) => {
            read_head(&mut connection).await;
            drop(connection.write_all(answer.as_bytes()).await);
            drop(connection.shutdown().await);
        }
        Peer::Closes => drop(read_request(&mut connection).await),
        Peer::ReadsAndWaits => {
            read_request(&mut connection).await;
            std::future::pending().await
        }
        Peer::Waits => std::future::pending().await,
        Peer::Babbles(words) => {
            drop(connection.write_all(words.as_bytes()).await);
            drop(connection.read(&mut [0; 1024]).await);
        }
    }
}

/// The head of a request, and what came with it of the body.
async fn read_head(connection: &mut TcpStream) -> Option<(String, usize)> {
    let mut read = Vec::new();
    loop {
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&read[..end]).to_lowercase();
            return Some((head, read.len() - end - 4));
        }
        let mut buffer = [0; 4096];
        match connection.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(bytes) => read.extend_from_slice(&buffer[..bytes]),
        }
    }
}

async fn read_request(connection: &mut TcpStream) -> Option<()> {
    let (head, had) = read_head(connection).await?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")).unwrap_or("0");
    let mut left = vec![0; length.trim().parse::<usize>().unwrap() - had];
    connection.read_exact(&mut left).await.ok()?;
    Some(())
}

fn publisher(client: Client) -> Publisher {
    Publisher::builder(client, STREAM)
        .auto_distribution(AutoDistribution::Allow)
        .attempt_timeout(Duration::from_millis(500))
        .delivery_timeout(Duration::ZERO)
        .build()
}

async fn give_up_with(client: Client) -> Box<SendError> {
    let error = timeout(PATIENCE, publisher(client).send(Record::new("a", "0"))).await.unwrap().unwrap_err();
    assert!(matches!(error.reason, DeliveryError::Put { attempts: 1, .. }), "{error}");
    let text = error.to_string();
    assert!(text.len() < 1000, "an error that nobody will read: {text}");
    error
}

#[tokio::test]
async fn an_answer_is_certain_unless_it_may_have_come_after_the_commit() {
    use PutOutcome::{Failed, Unknown};
    let table = [
        (413, "", Failed, true),
        (413, "<html><h1>Request Entity Too Large</h1></html>", Failed, true),
        (413, r#"{"__type":"RequestEntityTooLargeException","message":"too large"}"#, Failed, true),
        (400, r#"{"__type":"ValidationException","message":"no"}"#, Failed, true),
        (403, "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", Failed, false),
        (403, "<html>blocked by your proxy</html>", Failed, false),
        (403, "", Failed, false),
        (407, "", Failed, false),
        (404, "nothing here", Failed, false),
        (302, "", Failed, false),
        (429, "", Failed, false),
        (400, r#"{"__type":"ExpiredTokenException","message":"expired"}"#, Failed, false),
        (400, r#"{"__type":"com.amazonaws.kinesis#KMSInvalidStateException","message":"disabled"}"#, Failed, false),
        (408, "", Unknown, false),
        (500, "", Unknown, false),
        (502, "<html>bad gateway</html>", Unknown, false),
        (504, "", Unknown, false),
        (200, "<html>log in, please</html>", Unknown, false),
        (200, "", Unknown, false),
        (200, r#"{"FailedRecordCount":0,"Records":[]}"#, Unknown, false),
    ];
    for (status, body, outcome, permanent) in table {
        let answer = format!("HTTP/1.1 {status} Test\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let host = Host::start(Peer::Answers(answer.leak())).await;
        let error = give_up_with(kinesis::client(&format!("http://{}", host.authority))).await;
        assert_eq!((error.outcome, error.permanent), (outcome, permanent), "{status} {body}: {error}");
        let names_it = error.to_string().contains(&status.to_string());
        assert!(names_it || status == 200 || body.starts_with('{'), "{status} {body}: {error}");
    }
}

#[tokio::test]
async fn an_answer_that_comes_before_the_request_is_read_counts_like_any_other() {
    let answer = "HTTP/1.1 413 Payload Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    let host = Host::start(Peer::AnswersEarly(answer)).await;
    let error = give_up_with(kinesis::client(&format!("http://{}", host.authority))).await;
    assert_eq!((error.outcome, error.permanent), (PutOutcome::Failed, true), "{error}");
}

#[tokio::test]
async fn a_request_that_has_left_and_gets_no_answer_is_unknown() {
    for peer in [Peer::Closes, Peer::ReadsAndWaits, Peer::Answers("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{")] {
        let host = Host::start(peer).await;
        let error = give_up_with(kinesis::client(&format!("http://{}", host.authority))).await;
        assert_eq!(error.outcome, PutOutcome::Unknown, "{peer:?}: {error}");
    }
}

#[tokio::test]
async fn a_request_that_finds_no_connection_is_failed() {
    // Bound but not listening: nobody else gets the port, and connections are refused.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let refused = socket.local_addr().unwrap().to_string();
    let error = give_up_with(kinesis::client(&format!("http://{refused}"))).await;
    assert_eq!(error.outcome, PutOutcome::Failed, "{error}");
    assert!(error.to_string().contains("refused"), "{error}");
    // No TLS there: garbage, an answer in plain text, the end of the connection, and silence.
    let plain = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
    for peer in [Peer::Babbles("who are you?"), Peer::Babbles(plain), Peer::Babbles(""), Peer::Waits] {
        let host = Host::start(peer).await;
        let error = give_up_with(kinesis::client(&format!("https://{}", host.authority))).await;
        assert_eq!(error.outcome, PutOutcome::Failed, "{peer:?}: {error}");
    }
}

#[derive(Debug, Clone)]
struct NoSuchHost;

impl ResolveDns for NoSuchHost {
    fn resolve_dns<'a>(&'a self, name: &'a str) -> DnsFuture<'a> {
        DnsFuture::ready(Err(ResolveDnsError::new(format!("no such host: {name}"))))
    }
}

#[tokio::test]
async fn a_name_without_an_address_is_failed() {
    let http = Builder::new().tls_provider(Provider::rustls(CryptoMode::Ring)).build_with_resolver(NoSuchHost);
    let client = kinesis::client("http://kinesis.invalid");
    let client = Client::from_conf(client.config().to_builder().http_client(http).build());
    let error = give_up_with(client).await;
    assert_eq!(error.outcome, PutOutcome::Failed, "{error}");
    assert!(error.to_string().contains("no such host"), "{error}");
}

#[tokio::test]
async fn without_credentials_nothing_was_sent() {
    let host = Host::start(Peer::Closes).await;
    let endpoint = format!("http://{}", host.authority);
    let config = kinesis::client(&endpoint).config().to_builder();
    let none = provide_credentials_fn(|| async { Err(CredentialsError::not_loaded("nobody is logged in")) });
    let late = provide_credentials_fn(std::future::pending);
    let without = Config::builder().behavior_version(BehaviorVersion::latest()).endpoint_url(&endpoint);
    let without = without.region(Region::new("us-east-1")).http_client(config.clone().build().http_client().unwrap());
    let clients = [
        ("refused", config.clone().credentials_provider(none).build()),
        ("late", config.clone().credentials_provider(late).build()),
        ("no provider", without.build()),
    ];
    for (name, config) in clients {
        let error = give_up_with(Client::from_conf(config)).await;
        assert_eq!(error.outcome, PutOutcome::Failed, "{name}: {error}");
        assert!(!error.permanent, "{name}: {error}");
    }
}

/// Kinesis answers with JSON; what stands before it does not. Which record is too large shows when each goes alone.
#[tokio::test]
async fn a_request_that_is_too_large_for_a_proxy_goes_again_record_by_record() {
    let world = World::start(1, [Step::RefuseWithoutBody(413)]).await;
    let publisher = world.publisher().max_in_flight(1).build();
    acks(enqueue(&publisher, &["a0", "b0", "c0"]).await).await;
    assert_eq!(world.faults.watch.calls(), [vec!["a0", "b0", "c0"], vec!["a0"], vec!["b0"], vec!["c0"]]);
}

/// The same endpoint for all of it: nothing listens there, then a server does.
#[tokio::test]
async fn a_publisher_continues_when_the_endpoint_listens_again() {
    let world = World::start(1, []).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let client = kinesis::client(&format!("http://{}", socket.local_addr().unwrap()));
    let publisher = Publisher::builder(client, STREAM).auto_distribution(AutoDistribution::Allow);
    let publisher = publisher.delivery_timeout(Duration::from_millis(200)).build();
    for delivery in enqueue(&publisher, &["a0", "a1", "b0"]).await {
        assert_eq!(delivery.await.unwrap_err().outcome, PutOutcome::Failed);
    }
    let listener = socket.listen(16).unwrap();
    let kinesis = world.authority().to_owned();
    let forwarding = tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let mut far = TcpStream::connect(&kinesis).await.unwrap();
            tokio::spawn(async move { drop(tokio::io::copy_bidirectional(&mut near, &mut far).await) });
        }
    });
    acks(enqueue(&publisher, &["a0", "a1", "b0"]).await).await;
    assert_eq!(world.labels().await.len(), 3);
    forwarding.abort();
}
