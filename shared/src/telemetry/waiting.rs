//! How many spans have ended and were not sent yet.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

/// The number, and the one upon which the processor begins an export by itself. Cloning shares it.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    spans: Arc<AtomicUsize>,
    batch_size: usize,
}

impl Waiting {
    pub(super) fn new(batch_size: usize) -> Self {
        Self { spans: Arc::default(), batch_size }
    }

    pub(super) fn is_full_batch(&self) -> bool {
        self.spans.load(Ordering::Relaxed) >= self.batch_size
    }
}

/// Counts the spans that a processor is handed since its last flush began. Around the processor and not beside it, for the
/// SDK clones each span for each processor but one.
#[derive(Debug)]
pub(super) struct Counted<P> {
    processor: P,
    waiting: Waiting,
}

impl<P> Counted<P> {
    pub(super) fn new(processor: P, waiting: &Waiting) -> Self {
        Self { processor, waiting: waiting.clone() }
    }
}

impl<P: SpanProcessor> SpanProcessor for Counted<P> {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.processor.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        self.waiting.spans.fetch_add(1, Ordering::Relaxed);
        self.processor.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.waiting.spans.store(0, Ordering::Relaxed);
        self.processor.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.processor.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.processor.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::Tracer as _;
    use opentelemetry::trace::TracerProvider as _;
    use opentelemetry_sdk::trace::SdkTracerProvider;

    use super::*;

    /// Ends one more span while it flushes.
    #[derive(Debug)]
    struct Keeps(Waiting);

    impl SpanProcessor for Keeps {
        fn on_start(&self, _: &mut Span, _: &Context) {}
        fn on_end(&self, _: SpanData) {}
        fn force_flush(&self) -> OTelSdkResult {
            self.0.spans.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
        fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
            Ok(())
        }
    }

    #[test]
    fn spans_wait_from_their_end_until_a_flush_begins() {
        let waiting = Waiting::new(3);
        let processor = Counted::new(Keeps(waiting.clone()), &waiting);
        let provider = SdkTracerProvider::builder().with_span_processor(processor).build();
        let tracer = provider.tracer("test");
        let open = tracer.start("open");
        let number = || waiting.spans.load(Ordering::Relaxed);
        for ended in 1..=3 {
            drop(tracer.start("ended"));
            assert_eq!((number(), waiting.is_full_batch()), (ended, ended == 3));
        }
        provider.force_flush().unwrap();
        assert_eq!((number(), waiting.is_full_batch()), (1, false), "what ended during the flush");
        drop(open);
        assert_eq!(number(), 2);
    }
}
