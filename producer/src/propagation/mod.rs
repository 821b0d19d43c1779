//! The interceptor that gives every record of an existing client a context.

mod entry;
mod outcome;
mod put;
mod request;

use aws_sdk_kinesis::config::interceptors::{
    BeforeSerializationInterceptorContextMut, BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_sdk_kinesis::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_kinesis::error::BoxError;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use kinetrace::__private::warn;
use kinetrace::{Carrier, InjectionCounts, KeyNames, Telemetry};

use crate::limits::MAX_REQUEST_BYTES;
use crate::trace_settings::TraceSettings;
use put::Put;
use request::Request;

/// An interceptor of the Kinesis client: its `PutRecord`s, and every record of its `PutRecords`, carry context.
///
/// Each record gets a span `create <stream>`, a child of the caller's current span, and carries that span's context.
/// Around them is one span `send <stream>`, linked to each; it lasts as long as the operation, the SDK's retries
/// included, and a record that is sent again carries what it carried before. The answer tells each create span the
/// shard and the sequence number, or the error.
///
/// ```no_run
/// use kinetrace_producer::{Carrier, Propagation};
///
/// # fn example(sdk_config: &aws_config::SdkConfig) -> aws_sdk_kinesis::Client {
/// let config = aws_sdk_kinesis::config::Builder::from(sdk_config)
///     .interceptor(Propagation::new(Carrier::Envelope))
///     .build();
/// aws_sdk_kinesis::Client::from_conf(config)
/// # }
/// ```
///
/// # What it leaves alone
///
/// Which records there are, their order, partition keys, batches, and which of them are sent again: all of that stays
/// the caller's, and so does the outcome. It gives no order: `PutRecords` promises none. That is what the [`Publisher`]
/// is for.
///
/// A record that has no room for the context, or cannot carry it, or carries one already, goes byte for byte as it was
/// handed in. `kinetrace.injection` on its create span says which, and [`counts`](Self::counts) counts it. Room is what
/// [`max_record_bytes`](Self::max_record_bytes) leaves to the record and [`max_request_bytes`](Self::max_request_bytes)
/// to the request; the first records get it first.
///
/// A put without a stream, records or data is left to Kinesis to refuse, and so is a dry run, which produces nothing.
///
/// Tracing never fails a put: a sampler, a span processor or a propagator that panics costs spans, or the context.
///
/// # With a [`Publisher`]
///
/// A publisher injects by itself. When its client has a `Propagation`, that one stands back from the publisher's puts:
/// the publisher's carrier and telemetry hold, and there is one context and one create span per record. Of two
/// `Propagation`s in one client, the first acts.
///
/// [`Publisher`]: crate::Publisher
#[derive(Debug, Clone)]
#[must_use = "it does nothing until it is an interceptor of a client"]
pub struct Propagation {
    settings: TraceSettings,
    max_request_bytes: usize,
    counts: InjectionCounts,
}

impl Propagation {
    /// Context travels as `carrier` says; `None` sends none, and leaves the spans.
    ///
    /// [`Carrier::PartitionKey`] changes the partition key, which is its purpose, and keeps order only where every
    /// mapping has a ParallelizationFactor of 1.
    pub fn new(carrier: impl Into<Option<Carrier>>) -> Self {
        Self {
            settings: TraceSettings::new(carrier.into()),
            max_request_bytes: MAX_REQUEST_BYTES,
            counts: InjectionCounts::default(),
        }
    }

    /// Tracer and propagators. Default: OpenTelemetry's global tracer provider as it is at the first put, and W3C trace
    /// context with baggage.
    ///
    /// The send span links to each record, up to 500. A provider of your own, the global one included, drops those
    /// beyond its limit, which is 128 unless `OTEL_SPAN_LINK_COUNT_LIMIT` or its builder's `with_max_links_per_span`
    /// says otherwise. [`Telemetry::from_env`] raises it.
    pub fn telemetry(mut self, telemetry: &Telemetry) -> Self {
        self.settings.set_telemetry(telemetry);
        self.settings.carries_nothing().into_iter().for_each(warn);
        self
    }

    /// Whether each record has a span `create <stream>` of its own, whose context it carries. Otherwise it carries that
    /// of the caller's current span; without one, none. Default: true.
    pub fn create_spans(mut self, create_spans: bool) -> Self {
        self.settings.create_spans = create_spans;
        self
    }

    /// Whether the span `create <stream>` of a record names its partition key (`kinetrace.record.key`), as
    /// [`key_names`](Self::key_names) has it, so that a record can be found by its key in a store of traces. With
    /// [`Carrier::PartitionKey`] it is the key that was handed in. Default: true.
    ///
    /// Where keys are personal data, and stores of traces are not for such: false.
    pub fn key_attribute(mut self, key_attribute: bool) -> Self {
        self.settings.key_attribute = key_attribute;
        self
    }

    /// How spans name partition keys. Default: as they are.
    pub fn key_names(mut self, key_names: KeyNames) -> Self {
        self.settings.key_names = key_names;
        self
    }

    /// The stream's limit for data and partition key together, in bytes. Default: 1 MiB.
    pub fn max_record_bytes(mut self, bytes: usize) -> Self {
        self.settings.max_record_bytes = bytes;
        self
    }

    /// The limit for data and partition keys of one `PutRecords`, in bytes. Default: 10 MiB, as
    /// [AWS says](https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html). Emulators may take less.
    pub fn max_request_bytes(mut self, bytes: usize) -> Self {
        self.max_request_bytes = bytes;
        self
    }

    /// The counts so far, and of records to come. Clones of this interceptor count together. A record whose put failed, or of which
    /// nobody knows, is in none of them: it may not be in the stream.
    ///
    /// ```
    /// use kinetrace_producer::{Carrier, Propagation};
    /// use kinetrace::Injection;
    ///
    /// let propagation = Propagation::new(Carrier::Envelope);
    /// let counts = propagation.counts();
    /// // … the client is built with it, and used …
    /// assert_eq!(counts.of(Injection::Injected), 0);
    /// ```
    pub fn counts(&self) -> InjectionCounts {
        self.counts.clone()
    }
}

/// The put between its serialization and its answer. If its future is dropped, so is this, and the spans end.
/// `None`: its fate has been reported, or will be.
#[derive(Debug)]
struct UnderWay(Option<Put>);

impl Storable for UnderWay {
    type Storer = StoreReplace<Self>;
}

impl Intercept for Propagation {
    fn name(&self) -> &'static str {
        "Propagation"
    }

    /// Once per operation, and not per attempt: a retry sends the same bytes.
    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        state: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if state.load::<UnderWay>().is_some() {
            return Ok(());
        }
        if let Some(request) = Request::of(context.input_mut()) {
            let put = Put::start(request, &self.settings, self.max_request_bytes);
            state.interceptor_state().store_put(UnderWay(Some(put)));
        }
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        state: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(UnderWay(put)) = state.get_mut_from_interceptor_state()
            && let Some(put) = put.take()
        {
            put.end(context.output_or_error(), &self.counts);
        }
        Ok(())
    }
}

/// For puts whose records carry what they should already: a [`Propagation`] of the same client leaves them alone.
#[derive(Debug)]
pub(crate) struct StandBack;

impl Intercept for StandBack {
    fn name(&self) -> &'static str {
        "StandBack"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        state: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        state.interceptor_state().store_put(UnderWay(None));
        Ok(())
    }
}
