//! A function under an emulator, and the world it needs: a stream and a collector.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use kinetrace_testbed::collector::{Collector, Kind, Span};
use kinetrace_testbed::kinesis::{Calls, Kinesis, create_stream};
use serde_json::Value;
use tokio::time::timeout;

use crate::deployed::{Deployed, Deployment};
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
    async fn stop(&mut self);
}

/// A function that is ready to be invoked.
#[derive(Debug)]
pub(crate) struct Function<E> {
    emulator: E,
    collector: Collector,
    _kinesis: Kinesis,
    calls: Calls,
    deployment: Deployment,
    /// What its role may call.
    actions: BTreeSet<String>,
    /// How many spans belong to earlier invocations.
    told: usize,
}

impl<E: Emulator> Function<E> {
    pub(crate) async fn start(deployment: Deployment, start: impl AsyncFn(Deployment, &[(&str, &str)]) -> E) -> Self {
        let calls = Calls::default();
        let kinesis = Kinesis::start_behind(|service| calls.wrap(service)).await.unwrap();
        create_stream(&kinesis.client(), STREAM, 2).await.unwrap();
        // Those were the test's own.
        calls.take();
        let collector = Collector::start().await.unwrap();
        let of_its_own: &[_] = match deployment.function {
            "producer" => &[("KINETRACE_STREAM", STREAM), ("KINETRACE_GROUP_FIELD", "tailnum")],
            _ => &[],
        };
        let variables = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint()),
            ("AWS_ENDPOINT_URL", kinesis.endpoint()),
            ("AWS_ACCESS_KEY_ID", "nobody"),
            ("AWS_SECRET_ACCESS_KEY", "nothing"),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_DEFAULT_REGION", "eu-central-1"),
        ];
        let emulator = start(deployment, &[&variables, of_its_own].concat()).await;
        let actions = Deployed::of(deployment).actions;
        Self { emulator, collector, _kinesis: kinesis, calls, deployment, actions, told: 0 }
    }

    /// What comes of an event: the answer, and the spans of this invocation.
    pub(crate) async fn invoke(&mut self, event: &str) -> Seen {
        let answer = self.answer(event).await;
        // An invocation's own span ends last, and so no other comes after it.
        let ended = |spans: &[Span]| spans[self.told..].iter().any(|span| span.kind == Kind::Server);
        let Ok(spans) = timeout(LIMIT, self.collector.wait_for(ended)).await else {
            panic!("{event}: no spans; see {}", self.emulator.log().display());
        };
        let seen = Seen::new(answer, &spans[self.told..]);
        self.told = spans.len();
        seen
    }

    pub(crate) async fn answer(&self, event: &str) -> Value {
        let file = crate::expectation::event_file(event);
        let Ok(answer) = timeout(LIMIT, self.emulator.invoke(&file)).await else {
            panic!("{event}: no answer; see {}", self.emulator.log().display());
        };
        answer
    }

    /// How many invocations' spans have arrived.
    pub(crate) fn traced(&self) -> usize {
        self.collector.spans().iter().filter(|span| span.kind == Kind::Server).count()
    }

    /// Ends it, and all that it was to do before.
    pub(crate) async fn stop(&mut self) {
        self.emulator.stop().await;
    }

    /// What else was not as it must be, in words.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.emulator.log()).unwrap();
        let called = self.calls.take();
        let template = self.deployment.template;
        let forbidden = called.difference(&self.actions).map(|it| format!("its role in {template} may not: {it}"));
        let unread = log.lines().filter(|line| line.contains("nothing here reads")).map(str::to_owned);
        forbidden.chain(unread).collect()
    }
}
