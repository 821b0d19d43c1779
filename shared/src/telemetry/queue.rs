//! The spans that wait for the exporter, by their number and by what they weigh.
//!
//! The SDK's own queue is bounded by number only, and drops in silence. A span has room for a batch of links and for
//! whatever the business code says of itself, so sixteen thousand of them may fill a function's memory while a collector
//! hangs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanExporter, SpanProcessor};

use super::weight::weight;
use crate::complain;

/// What the spans that wait may weigh together, in bytes: more than the default number of the consumer's own do.
pub const MAX_QUEUE_BYTES: usize = 32 * 1024 * 1024;

/// What waits. Cloning shares it.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    max_spans: usize,
    load: Arc<Mutex<Load>>,
}

#[derive(Debug, Default)]
struct Load {
    /// Those that no export has taken.
    spans: usize,
    /// Of those, and of those that are being exported.
    bytes: usize,
    dropped: u64,
}

impl Queue {
    pub(super) fn new(max_spans: usize) -> Self {
        Self { max_spans, load: Arc::default() }
    }

    /// Spans that found no room, since the process began.
    pub(super) fn dropped(&self) -> u64 {
        self.load().dropped
    }

    fn load(&self) -> MutexGuard<'_, Load> {
        self.load.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there was room for a span of this weight.
    fn take(&self, bytes: usize) -> bool {
        let mut load = self.load();
        let has_room = load.spans < self.max_spans && load.bytes + bytes <= MAX_QUEUE_BYTES;
        if has_room {
            load.spans += 1;
            load.bytes += bytes;
        } else {
            load.dropped += 1;
        }
        let is_first = load.dropped == 1 && !has_room;
        drop(load);
        if is_first {
            complain(format_args!(
                "spans are being dropped, for too many wait to be exported: there is room for {} of them \
                 (OTEL_BSP_MAX_QUEUE_SIZE), and for {MAX_QUEUE_BYTES} bytes. No record is held up by that",
                self.max_spans
            ));
        }
        has_room
    }
}

/// Hands to a span processor what there is room for.
#[derive(Debug)]
pub(super) struct Bounded<P> {
    processor: P,
    queue: Queue,
}

impl<P> Bounded<P> {
    pub(super) fn new(processor: P, queue: &Queue) -> Self {
        Self { processor, queue: queue.clone() }
    }
}

impl<P: SpanProcessor> SpanProcessor for Bounded<P> {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.processor.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        if self.queue.take(weight(&span)) {
            self.processor.on_end(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.processor.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.processor.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.processor.set_resource(resource);
    }
}

/// The exporter at the other end of the queue, which makes room.
#[derive(Debug)]
pub(super) struct Draining<E> {
    exporter: E,
    queue: Queue,
}

impl<E> Draining<E> {
    pub(super) fn new(exporter: E, queue: &Queue) -> Self {
        Self { exporter, queue: queue.clone() }
    }
}

impl<E: SpanExporter> SpanExporter for Draining<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let exported = Exported { queue: &self.queue, bytes: batch.iter().map(weight).sum() };
        {
            let mut load = self.queue.load();
            load.spans = load.spans.saturating_sub(batch.len());
        }
        let result = self.exporter.export(batch).await;
        drop(exported);
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

/// Spans weigh until their export is over, even if it panics.
struct Exported<'a> {
    queue: &'a Queue,
    bytes: usize,
}

impl Drop for Exported<'_> {
    fn drop(&mut self) {
        let mut load = self.queue.load();
        load.bytes = load.bytes.saturating_sub(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use opentelemetry::KeyValue;
    use opentelemetry::trace::{Span as _, Tracer as _, TracerProvider as _};
    use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    /// A collector that hangs until it is told to go on.
    #[derive(Debug)]
    struct Hangs {
        began: Mutex<Sender<usize>>,
        go_on: Mutex<Receiver<()>>,
    }

    impl SpanExporter for Hangs {
        async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
            let _ = self.began.lock().unwrap().send(batch.len());
            let _ = self.go_on.lock().unwrap().recv_timeout(PATIENCE);
            Ok(())
        }
    }

    impl Queue {
        /// Number, weight, and what was dropped.
        fn waiting(&self) -> (usize, usize, u64) {
            let load = self.load();
            (load.spans, load.bytes, load.dropped)
        }
    }

    fn provider(max_spans: usize, batch: usize) -> (SdkTracerProvider, Queue, Receiver<usize>, Sender<()>) {
        let ((began, begins), (goes_on, go_on)) = (channel(), channel());
        let queue = Queue::new(max_spans);
        let exporter = Draining::new(Hangs { began: Mutex::new(began), go_on: Mutex::new(go_on) }, &queue);
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(max_spans)
            .with_max_export_batch_size(batch)
            .with_scheduled_delay(Duration::MAX);
        let processor = BatchSpanProcessor::builder(exporter).with_batch_config(batches.build()).build();
        let provider = SdkTracerProvider::builder().with_span_processor(Bounded::new(processor, &queue)).build();
        (provider, queue, begins, goes_on)
    }

    /// Whatever is heavy of them: 100 MiB or so that the business code attaches while nothing leaves.
    #[test]
    fn what_waits_for_a_collector_that_hangs_has_a_weight_and_no_more() {
        let heavy = "x".repeat(1 << 20);
        let (provider, queue, begins, goes_on) = provider(16_384, 8);
        let tracer = provider.tracer("test");
        for _ in 0..100 {
            let mut span = tracer.start("heavy");
            span.set_attribute(KeyValue::new("payload", heavy.clone()));
            span.end();
        }
        // The first batch has left the queue, and weighs until the collector has it.
        assert_eq!(begins.recv_timeout(PATIENCE), Ok(8));
        let (_, bytes, dropped) = queue.waiting();
        assert!(bytes <= MAX_QUEUE_BYTES && bytes > MAX_QUEUE_BYTES - (2 << 20), "{bytes}");
        assert_eq!(dropped, 100 - 31);
        (0..100).for_each(|_| goes_on.send(()).unwrap());
        provider.force_flush().unwrap();
        assert_eq!(queue.waiting(), (0, 0, dropped));
    }

    /// The SDK would drop what is beyond its own queue, and its weight would count for ever.
    #[test]
    fn what_is_too_many_is_dropped_before_the_sdk_does_it_in_silence() {
        let (provider, queue, begins, goes_on) = provider(10, 4);
        let tracer = provider.tracer("test");
        (0..4).for_each(|_| drop(tracer.start("first")));
        assert_eq!(begins.recv_timeout(PATIENCE), Ok(4));
        (0..25).for_each(|_| drop(tracer.start("later")));
        assert_eq!(queue.dropped(), 15);
        (0..100).for_each(|_| goes_on.send(()).unwrap());
        provider.force_flush().unwrap();
        let exported: usize = begins.try_iter().sum();
        assert_eq!(exported, 10);
        assert_eq!(queue.waiting(), (0, 0, 15));
    }
}
