//! A collector on threads of its own, with whatever it answers.

use std::io::{BufRead, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use super::super::split::Spans;

/// What it is sent.
pub(super) struct Request {
    pub(super) body: Vec<u8>,
    /// How many, if they are spans.
    pub(super) spans: usize,
}

impl Request {
    pub(super) fn has(&self, text: &str) -> bool {
        self.body.windows(text.len()).any(|window| window == text.as_bytes())
    }
}

/// Spans that were taken count.
pub(super) struct Collector {
    pub(super) base: String,
    bodies: Arc<Mutex<Vec<u8>>>,
    taken: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
    metrics: Arc<AtomicUsize>,
}

impl Collector {
    /// `answer` is for each request with spans, by its number from 0; one that is empty ends the connection. Metrics are taken.
    pub(super) fn start(answer: impl Fn(usize, &Request) -> String + Send + Sync + 'static) -> Self {
        Self::answering(answer, |_, _| ok())
    }

    /// The same for metrics.
    pub(super) fn of_metrics(answer: impl Fn(usize, &Request) -> String + Send + Sync + 'static) -> Self {
        Self::answering(|_, _| ok(), answer)
    }

    fn answering(
        spans: impl Fn(usize, &Request) -> String + Send + Sync + 'static,
        metrics_answer: impl Fn(usize, &Request) -> String + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (taken, requests) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (bodies, metrics) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
        let serve = {
            let (taken, requests, bodies) = (Arc::clone(&taken), Arc::clone(&requests), Arc::clone(&bodies));
            let metrics = Arc::clone(&metrics);
            move |stream: TcpStream| {
                let mut reader = BufReader::new(&stream);
                while let Some((path, request)) = read(&mut reader) {
                    let is_of_spans = path.ends_with("/traces");
                    let answer = match is_of_spans {
                        true => spans(requests.fetch_add(1, Ordering::SeqCst), &request),
                        false => metrics_answer(metrics.fetch_add(1, Ordering::SeqCst), &request),
                    };
                    if is_of_spans && answer.starts_with("HTTP/1.1 200") {
                        taken.fetch_add(request.spans, Ordering::SeqCst);
                        bodies.lock().unwrap().extend(request.body);
                    }
                    if answer.is_empty() || (&stream).write_all(answer.as_bytes()).is_err() {
                        return;
                    }
                }
            }
        };
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let serve = Arc::clone(&serve);
                thread::spawn(move || serve(stream));
            }
        });
        Self { base, bodies, taken, requests, metrics }
    }

    pub(super) fn healthy() -> Self {
        Self::start(|_, _| ok())
    }

    pub(super) fn taken(&self) -> usize {
        self.taken.load(Ordering::SeqCst)
    }

    /// How often, in the spans that it has taken.
    pub(super) fn times_seen(&self, name: &str) -> usize {
        let bodies = self.bodies.lock().unwrap();
        bodies.windows(name.len()).filter(|window| *window == name.as_bytes()).count()
    }

    /// Requests with metrics.
    pub(super) fn metrics(&self) -> usize {
        self.metrics.load(Ordering::SeqCst)
    }

    /// Those with spans.
    pub(super) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

fn read(reader: &mut impl BufRead) -> Option<(String, Request)> {
    let (mut path, mut length) = (None, 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        match line.trim_end() {
            "" => break,
            line if path.is_none() => path = line.split(' ').nth(1).map(str::to_owned),
            line => {
                let (name, value) = line.split_once(':')?;
                if name.eq_ignore_ascii_case("content-length") {
                    length = value.trim().parse().ok()?;
                }
            }
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let spans = Spans::of(body.clone().into()).map_or(0, |spans| spans.count());
    Some((path?, Request { body, spans }))
}

pub(super) fn ok() -> String {
    answer("200 OK", "content-type: application/x-protobuf", "")
}

/// `headers` has no line break at its end.
pub(super) fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// Holds answers back until it is opened.
#[derive(Clone, Default)]
pub(super) struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub(super) fn pass(&self) {
        let (is_open, opens) = &*self.0;
        drop(opens.wait_while(is_open.lock().unwrap(), |is_open| !*is_open).unwrap());
    }

    pub(super) fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }
}

/// A healthy one that answers nothing before that.
pub(super) fn gated() -> (Gate, Collector) {
    let gate = Gate::default();
    let held = gate.clone();
    let collector = Collector::start(move |_, _| {
        held.pass();
        ok()
    });
    (gate, collector)
}
