use std::future::Ready;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

use opentelemetry::trace::{FutureExt as _, TraceContextExt as _, Tracer as _, WithContext};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanData, SpanProcessor};

use super::*;
use crate::context::propagators::Propagators;
use crate::telemetry::FlushPolicy;

#[derive(Debug)]
struct Panics;

impl SpanProcessor for Panics {
    fn on_start(&self, _: &mut Span, _: &opentelemetry::Context) {}
    fn on_end(&self, _: SpanData) {
        panic!("a processor's bug");
    }
    fn force_flush(&self) -> OTelSdkResult {
        panic!("another bug");
    }
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// Answers with a future that holds a span.
struct Answers(Telemetry);

impl Service<()> for Answers {
    type Response = &'static str;
    type Error = ();
    type Future = WithContext<Ready<Result<&'static str, ()>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, (): ()) -> Self::Future {
        let span = self.0.tracer().start("layer");
        std::future::ready(Ok("answer")).with_context(opentelemetry::Context::new().with_span(span))
    }
}

#[tokio::test]
async fn a_span_processor_that_panics_loses_no_answer() {
    let provider = SdkTracerProvider::builder().with_span_processor(Panics).build();
    let telemetry = Telemetry::new(Some(provider), Propagators::default());
    let layer = FlushLayer::new(telemetry.clone(), |()| SystemTime::now() + Duration::from_secs(60));
    assert_eq!(layer.layer(Answers(telemetry)).call(()).await, Ok("answer"));
}

/// Answers at once.
#[derive(Clone)]
struct Echo;

impl Service<()> for Echo {
    type Response = ();
    type Error = ();
    type Future = Ready<Result<(), ()>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, (): ()) -> Self::Future {
        std::future::ready(Ok(()))
    }
}

#[derive(Debug, Clone, Default)]
struct CountsFlushes(Arc<AtomicUsize>);

impl SpanProcessor for CountsFlushes {
    fn on_start(&self, _: &mut Span, _: &opentelemetry::Context) {}
    fn on_end(&self, _: SpanData) {}
    fn force_flush(&self) -> OTelSdkResult {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

fn in_a_minute((): &()) -> SystemTime {
    SystemTime::now() + Duration::from_secs(60)
}

#[tokio::test]
async fn invocations_of_all_workers_count_together() {
    let flushes = CountsFlushes::default();
    let provider = SdkTracerProvider::builder().with_span_processor(flushes.clone()).build();
    let telemetry = Telemetry::new(Some(provider), Propagators::default());
    let policy = FlushPolicy::new(NonZero::new(3), None);
    let service = FlushLayer::new(telemetry.with_flush_policy(policy), in_a_minute).layer(Echo);
    let mut workers = [service.clone(), service];
    for (number, expected) in (1..=7).zip([0, 0, 1, 1, 1, 2, 2]) {
        workers[number % 2].call(()).await.unwrap();
        assert_eq!(flushes.0.load(Ordering::SeqCst), expected, "after invocation {number}");
    }
}

#[tokio::test]
async fn without_telemetry_nothing_is_counted_and_nothing_is_awaited() {
    let off = Telemetry::new(None, Propagators::default());
    let layer = FlushLayer::new(off.with_flush_policy(FlushPolicy::new(NonZero::new(3), None)), in_a_minute);
    let mut answer = layer.layer(Echo).call(());
    let polled = std::future::poll_fn(|cx| Poll::Ready(Pin::new(&mut answer).poll(cx))).await;
    assert_eq!(polled, Poll::Ready(Ok(())));
    let backlog = layer.course.lock().unwrap().backlog(SystemTime::now(), false);
    assert_eq!(backlog.invocations, 0);
}

/// Invocations of one process, each of which ends so many seconds after its start.
struct Invocations {
    start: SystemTime,
    telemetry: Telemetry,
    course: Mutex<Course>,
}

impl Invocations {
    fn new(processor: impl SpanProcessor + 'static, policy: FlushPolicy) -> Self {
        let provider = SdkTracerProvider::builder().with_span_processor(processor).build();
        let telemetry = Telemetry::new(Some(provider), Propagators::default()).with_flush_policy(policy);
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        Self { start, telemetry, course: Mutex::new(Course::new(start)) }
    }

    /// Of the invocation's time so much is left.
    async fn end(&self, seconds: u64, left: Duration) {
        let now = self.start + Duration::from_secs(seconds);
        flush_at(now, &self.telemetry, &self.course, now + left).await;
    }
}

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_flush_is_due_when_its_time_has_passed_since_the_last_one() {
    let flushes = CountsFlushes::default();
    let invocations = Invocations::new(flushes.clone(), FlushPolicy::new(None, Some(MINUTE)));
    let table = [(0, 0), (59, 0), (60, 1), (61, 1), (119, 1), (121, 2), (150, 2), (180, 2), (181, 3)];
    for (seconds, expected) in table {
        invocations.end(seconds, MINUTE).await;
        assert_eq!(flushes.0.load(Ordering::SeqCst), expected, "after {seconds} seconds");
    }
    // The clock was put back, and is the clock from now on.
    for (seconds, expected) in [(30, 4), (31, 4), (90, 5)] {
        invocations.end(seconds, MINUTE).await;
        assert_eq!(flushes.0.load(Ordering::SeqCst), expected, "after {seconds} seconds, later");
    }
}

#[tokio::test]
async fn without_time_for_it_no_flush_begins_and_the_next_invocation_has_it() {
    let flushes = CountsFlushes::default();
    let invocations = Invocations::new(flushes.clone(), FlushPolicy::new(NonZero::new(2), Some(MINUTE)));
    let millisecond = Duration::from_millis(1);
    let table = [
        (1, MINUTE, 0),
        (2, MARGIN, 0),
        (3, Duration::ZERO, 0),
        (4, MARGIN - millisecond, 0),
        (5, MINUTE, 1),
        (6, MINUTE, 1),
        (66, MARGIN, 1),
        (67, MINUTE, 2),
    ];
    for (seconds, left, expected) in table {
        invocations.end(seconds, left).await;
        assert_eq!(flushes.0.load(Ordering::SeqCst), expected, "after {seconds} seconds, with {left:?} left");
    }
}

/// Tells that it flushes, and ends when it is told to.
#[derive(Debug)]
struct Waits(tokio::sync::mpsc::UnboundedSender<()>, Mutex<std::sync::mpsc::Receiver<()>>);

impl SpanProcessor for Waits {
    fn on_start(&self, _: &mut Span, _: &opentelemetry::Context) {}
    fn on_end(&self, _: SpanData) {}
    fn force_flush(&self) -> OTelSdkResult {
        self.0.send(()).unwrap();
        self.1.lock().unwrap().recv_timeout(MINUTE).unwrap();
        Ok(())
    }
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_flush_that_was_given_up_or_left_out_is_due_until_there_is_one() {
    let ((begins, mut begun), (end, ends)) = (tokio::sync::mpsc::unbounded_channel(), std::sync::mpsc::channel());
    let invocations = Invocations::new(Waits(begins, Mutex::new(ends)), FlushPolicy::new(NonZero::new(3), None));
    invocations.end(1, MINUTE).await;
    invocations.end(2, MINUTE).await;
    begun.try_recv().unwrap_err();
    tokio::join!(invocations.end(3, MINUTE), async {
        begun.recv().await.unwrap();
        tokio::time::advance(BUDGET).await;
    });
    // It is stuck, so that nobody waits.
    invocations.end(4, MINUTE).await;
    (0..2).for_each(|_| end.send(()).unwrap());
    invocations.telemetry.last_flush(MINUTE).await;
    begun.recv().await.unwrap();
    begun.try_recv().unwrap_err();
    end.send(()).unwrap();
    invocations.end(5, MINUTE).await;
    begun.try_recv().expect("it was due all along");
    invocations.end(6, MINUTE).await;
    begun.try_recv().unwrap_err();
}
