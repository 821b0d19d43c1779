//! The publisher of `kinetrace-producer`.

use aws_sdk_kinesis::Client;
use kinetrace::{Propagators, Telemetry};
use kinetrace_producer::Publisher;
use opentelemetry_sdk::trace::SdkTracerProvider;

/// As `Telemetry::from_env` has it; a span links to every record of its request.
const LINKS: u32 = 10_000;

/// With tracing, every record has a span, whose context it carries in an envelope, and every request has one. All are
/// sampled, and none is exported: that is the collector's work.
pub(super) fn publisher(client: Client, stream: String, aggregated: bool, traced: bool) -> Publisher {
    let provider = traced.then(|| SdkTracerProvider::builder().with_max_links_per_span(LINKS).build());
    let telemetry = Telemetry::new(provider, Propagators::default());
    let builder = Publisher::builder(client, stream).telemetry(&telemetry).aggregation(aggregated);
    if traced { builder.build() } else { builder.carrier(None).create_spans(false).build() }
}
