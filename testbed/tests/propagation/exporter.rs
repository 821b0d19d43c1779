//! An exporter that hangs, and a queue that is full.

use std::sync::Arc;

use kinetrace::{Carrier, Format, Propagators, Telemetry};
use kinetrace_producer::Propagation;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider, SpanData, SpanExporter};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::wire::PATIENCE;
use crate::world::{STREAM, World, entry};

#[derive(Debug)]
struct Hangs(Arc<Semaphore>);

impl SpanExporter for Hangs {
    async fn export(&self, _: Vec<SpanData>) -> OTelSdkResult {
        drop(self.0.acquire().await);
        Ok(())
    }
}

#[tokio::test]
async fn a_full_exporter_fails_no_put_and_holds_up_none() {
    let world = World::start([]).await;
    let released = Arc::new(Semaphore::new(0));
    let one = BatchConfigBuilder::default().with_max_queue_size(1).with_max_export_batch_size(1).build();
    let processor = BatchSpanProcessor::builder(Hangs(Arc::clone(&released))).with_batch_config(one).build();
    let provider = SdkTracerProvider::builder().with_span_processor(processor).build();
    let telemetry = Telemetry::new(Some(provider), Propagators::default());
    let client = world.client(Propagation::new(Carrier::Envelope).telemetry(&telemetry));
    for _ in 0..10 {
        let put = client.put_records().stream_name(STREAM).set_records(Some(vec![entry("a", "1"); 10]));
        timeout(PATIENCE, put.send()).await.unwrap().unwrap();
    }
    let sent = world.wire.puts();
    assert!(sent.iter().all(|put| put.entries().iter().all(|entry| entry.extraction().format == Format::Envelope)));
    // The provider waits for its exporter when it goes.
    released.close();
}
