//! A collector on loopback.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone)]
pub(crate) struct Request {
    /// The path and the query.
    pub(crate) target: String,
    pub(crate) headers: BTreeMap<String, String>,
    /// Unpacked.
    pub(crate) body: Vec<u8>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}, {} bytes", self.target, self.headers, self.body.len())
    }
}

#[derive(Debug, Default)]
struct Shared {
    requests: Mutex<Vec<Request>>,
    arrived: Condvar,
    is_over: AtomicBool,
    answers: bool,
}

/// Takes requests until it is dropped.
#[derive(Debug)]
pub(crate) struct Collector {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

impl Collector {
    pub(crate) fn new() -> Self {
        Self::start(true, None)
    }

    /// One that never answers.
    pub(crate) fn hanging() -> Self {
        Self::start(false, None)
    }

    /// One that speaks TLS.
    pub(crate) fn secure(tls: ServerConfig) -> Self {
        Self::start(true, Some(Arc::new(tls)))
    }

    fn start(answers: bool, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared { answers, ..Shared::default() });
        let theirs = Arc::clone(&shared);
        thread::spawn(move || {
            for connection in listener.incoming().take_while(|_| !theirs.is_over.load(Ordering::SeqCst)) {
                let (shared, connection, tls) = (Arc::clone(&theirs), connection.unwrap(), tls.clone());
                thread::spawn(move || match tls {
                    Some(tls) => shared.serve(StreamOwned::new(ServerConnection::new(tls).unwrap(), connection)),
                    None => shared.serve(connection),
                });
            }
        });
        Self { address, shared }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// Returns once a request with this path has come.
    pub(crate) fn wait_for(&self, path: &str) {
        let requests = self.shared.requests.lock().unwrap();
        let is_missing = |requests: &mut Vec<Request>| requests.iter().all(|request| request.target != path);
        let (_requests, result) = self.shared.arrived.wait_timeout_while(requests, PATIENCE, is_missing).unwrap();
        assert!(!result.timed_out(), "nothing came to {path}");
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn serve(&self, connection: impl Read + Write) {
        let mut reader = BufReader::new(connection);
        while let Some(request) = request(&mut reader) {
            self.requests.lock().unwrap().push(request);
            self.arrived.notify_all();
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
            if self.answers && reader.get_mut().write_all(answer).is_err() {
                return;
            }
        }
    }
}

fn request(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = || {
        let mut line = String::new();
        let read = reader.read_line(&mut line).ok()?;
        (read > 0).then(|| line.trim_end().to_owned())
    };
    let target = line()?.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let line = line()?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    let is_gzip = headers.get("content-encoding").is_some_and(|encoding| encoding == "gzip");
    let body = if is_gzip { unpacked(&body)? } else { body };
    Some(Request { target, headers, body })
}

fn unpacked(body: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(body).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
