//! A function under an emulator, and the world it needs: a stream and a collector.

use std::path::Path;
use std::time::Duration;

use kinetrace_testbed::collector::{Collector, Kind, Span};
use kinetrace_testbed::kinesis::{Kinesis, create_stream};
use serde_json::Value;
use tokio::time::timeout;

use crate::seen::Seen;

/// Of the stream in the sample events.
const STREAM: &str = "flights";

/// How long an invocation may take with all that it exports. For the first one, `cargo lambda watch` asks Cargo whether what
/// `deploy/check` has compiled is still up to date.
const LIMIT: Duration = Duration::from_secs(120);

/// What runs a function as Lambda would.
pub(crate) trait Emulator {
    /// What the function answers to the event in a file.
    async fn invoke(&self, event: &Path) -> Value;
    /// Where it says what goes on.
    fn log(&self) -> &Path;
    async fn stop(self);
}

/// A function that is ready to be invoked.
#[derive(Debug)]
pub(crate) struct Function<E> {
    emulator: E,
    collector: Collector,
    _kinesis: Kinesis,
    /// How many spans belong to earlier invocations.
    told: usize,
}

impl<E: Emulator> Function<E> {
    pub(crate) async fn start(name: &str, start: impl AsyncFn(&str, &[(&str, &str)]) -> E) -> Self {
        let kinesis = Kinesis::start().await.unwrap();
        create_stream(&kinesis.client(), STREAM, 2).await.unwrap();
        let collector = Collector::start().await.unwrap();
        let variables = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint()),
            ("KINETRACE_STREAM", STREAM),
            ("KINETRACE_GROUP_FIELD", "tailnum"),
            ("AWS_ENDPOINT_URL", kinesis.endpoint()),
            ("AWS_ACCESS_KEY_ID", "nobody"),
            ("AWS_SECRET_ACCESS_KEY", "nothing"),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_DEFAULT_REGION", "eu-central-1"),
        ];
        let emulator = start(name, &variables).await;
        Self { emulator, collector, _kinesis: kinesis, told: 0 }
    }

    /// What comes of an event: the answer, and the spans of this invocation.
    pub(crate) async fn invoke(&mut self, event: &str) -> Seen {
        let file = crate::expectation::event_file(event);
        let Ok(answer) = timeout(LIMIT, self.emulator.invoke(&file)).await else {
            panic!("{event}: no answer; see {}", self.emulator.log().display());
        };
        // An invocation's own span ends last, and so no other comes after it.
        let ended = |spans: &[Span]| spans[self.told..].iter().any(|span| span.kind == Kind::Server);
        let Ok(spans) = timeout(LIMIT, self.collector.wait_for(ended)).await else {
            panic!("{event}: no spans; see {}", self.emulator.log().display());
        };
        let seen = Seen::new(answer, &spans[self.told..]);
        self.told = spans.len();
        seen
    }

    pub(crate) async fn stop(self) {
        self.emulator.stop().await;
    }
}
