//! A collector on threads of its own, with whatever it answers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::super::split::Spans;

/// What it is sent.
pub(super) struct Request {
    /// Unpacked.
    pub(super) body: Vec<u8>,
    /// As it came.
    pub(super) bytes: usize,
    pub(super) is_gzip: bool,
    /// Of names in lower case.
    pub(super) headers: Vec<(String, String)>,
    /// How many, if they are spans.
    pub(super) spans: usize,
}

impl Request {
    pub(super) fn has(&self, text: &str) -> bool {
        self.body.windows(text.len()).any(|window| window == text.as_bytes())
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// For each request, by its number from 0; one that is empty ends the connection.
type Answer = Box<dyn Fn(usize, &Request) -> String + Send + Sync>;

/// Spans that were taken count.
pub(super) struct Collector {
    pub(super) base: String,
    tallies: Arc<Tallies>,
}

struct Tallies {
    spans: Answer,
    metrics_answer: Answer,
    bodies: Mutex<Vec<u8>>,
    headers: Mutex<Vec<(String, String)>>,
    taken: AtomicUsize,
    requests: AtomicUsize,
    metrics: AtomicUsize,
    connections: AtomicUsize,
}

impl Collector {
    /// `answer` is for requests with spans. Metrics are taken.
    pub(super) fn start(answer: impl Fn(usize, &Request) -> String + Send + Sync + 'static) -> Self {
        Self::answering(None, Box::new(answer), Box::new(|_, _| ok()))
    }

    /// The same for metrics.
    pub(super) fn of_metrics(answer: impl Fn(usize, &Request) -> String + Send + Sync + 'static) -> Self {
        Self::answering(None, Box::new(|_, _| ok()), Box::new(answer))
    }

    /// A healthy one that speaks TLS.
    pub(super) fn secure(tls: ServerConfig) -> Self {
        Self::answering(Some(Arc::new(tls)), Box::new(|_, _| ok()), Box::new(|_, _| ok()))
    }

    fn answering(tls: Option<Arc<ServerConfig>>, spans: Answer, metrics_answer: Answer) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let base = format!("{scheme}://{}", listener.local_addr().unwrap());
        let (taken, requests, metrics, connections) = Default::default();
        let (bodies, headers) = Default::default();
        let tallies =
            Arc::new(Tallies { spans, metrics_answer, bodies, headers, taken, requests, metrics, connections });
        let theirs = Arc::clone(&tallies);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (tallies, tls) = (Arc::clone(&theirs), tls.clone());
                tallies.connections.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || match tls {
                    Some(tls) => tallies.serve(StreamOwned::new(ServerConnection::new(tls).unwrap(), stream)),
                    None => tallies.serve(stream),
                });
            }
        });
        Self { base, tallies }
    }

    pub(super) fn healthy() -> Self {
        Self::start(|_, _| ok())
    }

    pub(super) fn taken(&self) -> usize {
        self.tallies.taken.load(Ordering::SeqCst)
    }

    /// How often, in the spans that it has taken.
    pub(super) fn times_seen(&self, name: &str) -> usize {
        let bodies = self.tallies.bodies.lock().unwrap();
        bodies.windows(name.len()).filter(|window| *window == name.as_bytes()).count()
    }

    /// Requests with metrics.
    pub(super) fn metrics(&self) -> usize {
        self.tallies.metrics.load(Ordering::SeqCst)
    }

    /// Those with spans.
    pub(super) fn requests(&self) -> usize {
        self.tallies.requests.load(Ordering::SeqCst)
    }

    /// That were opened to it.
    pub(super) fn connections(&self) -> usize {
        self.tallies.connections.load(Ordering::SeqCst)
    }

    /// Of any request with spans that it has taken.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        let headers = self.tallies.headers.lock().unwrap();
        headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.base.split_once("://").unwrap().1.parse().unwrap()
    }
}

impl Tallies {
    fn serve(&self, stream: impl Read + Write) {
        let mut stream = BufReader::new(stream);
        while let Some((path, request)) = read(&mut stream) {
            let is_of_spans = path.ends_with("/traces");
            let answer = match is_of_spans {
                true => (self.spans)(self.requests.fetch_add(1, Ordering::SeqCst), &request),
                false => (self.metrics_answer)(self.metrics.fetch_add(1, Ordering::SeqCst), &request),
            };
            if is_of_spans && answer.starts_with("HTTP/1.1 200") {
                self.taken.fetch_add(request.spans, Ordering::SeqCst);
                self.bodies.lock().unwrap().extend(request.body);
                self.headers.lock().unwrap().extend(request.headers);
            }
            if answer.is_empty() || stream.get_mut().write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
    }
}

fn read(reader: &mut impl BufRead) -> Option<(String, Request)> {
    let (mut path, mut headers) = (None, Vec::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        match line.trim_end() {
            "" => break,
            line if path.is_none() => path = line.split(' ').nth(1).map(str::to_owned),
            line => {
                let (name, value) = line.split_once(':')?;
                headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
    }
    let mut request = Request { body: Vec::new(), bytes: 0, is_gzip: false, headers, spans: 0 };
    request.bytes = request.header("content-length")?.parse().ok()?;
    request.is_gzip = request.header("content-encoding") == Some("gzip");
    let mut body = vec![0; request.bytes];
    reader.read_exact(&mut body).ok()?;
    request.body = if request.is_gzip { unpacked(&body)? } else { body };
    request.spans = Spans::of(request.body.clone().into()).map_or(0, |spans| spans.count());
    Some((path?, request))
}

fn unpacked(body: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(body).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

pub(super) fn ok() -> String {
    answer("200 OK", "content-type: application/x-protobuf", "")
}

/// `headers` has no line break at its end.
pub(super) fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}
