//! Which spans there are, how much of them, and when they leave.

use crate::row::{Row, row};

pub(crate) const ROWS: [Row; 41] = [
    row(&[("OTEL_TRACES_SAMPLER", "always_off")], &[("targets", "/v1/metrics")], &[]),
    row(&[("OTEL_TRACES_SAMPLER", " ALWAYS_OFF\n")], &[("targets", "/v1/metrics")], &[]),
    row(
        &[("OTEL_TRACES_SAMPLER", "xray")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_TRACES_SAMPLER=\"xray\" is not understood, so parentbased_always_on is used"],
    ),
    row(
        &[("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0.0")],
        &[("targets", "/v1/metrics")],
        &[],
    ),
    row(
        &[("OTEL_TRACES_SAMPLER_ARG", "0.1")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_TRACES_SAMPLER_ARG=\"0.1\" has no effect"],
    ),
    row(
        &[("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "10%")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_TRACES_SAMPLER_ARG=\"10%\" is not understood, so 1.0 is used"],
    ),
    row(&[("OTEL_BSP_SCHEDULE_DELAY", "10"), ("WITHOUT_FLUSH", "/v1/traces")], &[], &[]),
    row(
        &[("OTEL_BSP_SCHEDULE_DELAY", "0")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_BSP_SCHEDULE_DELAY=\"0\" is not understood, so 5000 is used"],
    ),
    row(
        &[("OTEL_BSP_SCHEDULE_DELAY", "5s")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_BSP_SCHEDULE_DELAY=\"5s\" is not understood, so 5000 is used"],
    ),
    row(
        &[("OTEL_BSP_EXPORT_TIMEOUT", "50"), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "{hanging}")],
        &[("flush", "short")],
        &[],
    ),
    row(&[("OTEL_BSP_EXPORT_TIMEOUT", "0")], &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")], &[]),
    row(
        &[("OTEL_BSP_EXPORT_TIMEOUT", "x")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_BSP_EXPORT_TIMEOUT=\"x\" is not understood"],
    ),
    row(&[("OTEL_BSP_MAX_QUEUE_SIZE", "100")], &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")], &[]),
    // As much memory as for all of them there is not.
    row(&[("OTEL_BSP_MAX_QUEUE_SIZE", "2147483647")], &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")], &[]),
    row(
        &[("OTEL_BSP_MAX_QUEUE_SIZE", "0")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_BSP_MAX_QUEUE_SIZE=\"0\" is not understood, so none is used"],
    ),
    row(&[("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1")], &[("spans", "2"), ("largest batch", "1")], &[]),
    row(
        &[("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "2000"), ("OTEL_BSP_MAX_QUEUE_SIZE", "1000")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_BSP_MAX_EXPORT_BATCH_SIZE=2000 is more than OTEL_BSP_MAX_QUEUE_SIZE allows, so 1000 is used"],
    ),
    row(
        &[("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "many")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_BSP_MAX_EXPORT_BATCH_SIZE=\"many\" is not understood, so 512 is used"],
    ),
    row(
        &[("OTEL_ATTRIBUTE_COUNT_LIMIT", "2")],
        &[("attributes", "2"), ("events", "3"), ("links", "3"), ("event attributes", "2"), ("link attributes", "2")],
        &[],
    ),
    row(
        &[("OTEL_ATTRIBUTE_COUNT_LIMIT", " 2\n")],
        &[("attributes", "2"), ("events", "3"), ("links", "3"), ("event attributes", "2"), ("link attributes", "2")],
        &[],
    ),
    row(
        &[("OTEL_ATTRIBUTE_COUNT_LIMIT", "many")],
        &[("attributes", "3"), ("events", "3"), ("links", "3"), ("event attributes", "3"), ("link attributes", "3")],
        &["OTEL_ATTRIBUTE_COUNT_LIMIT=\"many\" is not understood, so 128 is used"],
    ),
    row(
        &[("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "2")],
        &[("attributes", "2"), ("events", "3"), ("links", "3"), ("event attributes", "3"), ("link attributes", "3")],
        &[],
    ),
    row(
        &[("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", " 2\n")],
        &[("attributes", "2"), ("events", "3"), ("links", "3"), ("event attributes", "3"), ("link attributes", "3")],
        &[],
    ),
    row(
        &[("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "many")],
        &[("attributes", "3"), ("events", "3"), ("links", "3"), ("event attributes", "3"), ("link attributes", "3")],
        &["OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=\"many\" is not understood, so 128 is used"],
    ),
    row(
        &[("OTEL_SPAN_EVENT_COUNT_LIMIT", "2")],
        &[("attributes", "3"), ("events", "2"), ("links", "3"), ("event attributes", "3"), ("link attributes", "3")],
        &[],
    ),
    row(
        &[("OTEL_SPAN_EVENT_COUNT_LIMIT", " 2\n")],
        &[("attributes", "3"), ("events", "2"), ("links", "3"), ("event attributes", "3"), ("link attributes", "3")],
        &[],
    ),
    row(
        &[("OTEL_SPAN_EVENT_COUNT_LIMIT", "many")],
        &[("attributes", "3"), ("events", "3"), ("links", "3"), ("event attributes", "3"), ("link attributes", "3")],
        &["OTEL_SPAN_EVENT_COUNT_LIMIT=\"many\" is not understood, so 128 is used"],
    ),
    row(
        &[("OTEL_SPAN_LINK_COUNT_LIMIT", "2")],
        &[("attributes", "3"), ("events", "3"), ("links", "2"), ("event attributes", "3"), ("link attributes", "3")],
        &[],
    ),
    row(
        &[("OTEL_SPAN_LINK_COUNT_LIMIT", " 2\n")],
        &[("attributes", "3"), ("events", "3"), ("links", "2"), ("event attributes", "3"), ("link attributes", "3")],
        &[],
    ),
    row(
        &[("OTEL_SPAN_LINK_COUNT_LIMIT", "many")],
        &[("attributes", "3"), ("events", "3"), ("links", "3"), ("event attributes", "3"), ("link attributes", "3")],
        &["OTEL_SPAN_LINK_COUNT_LIMIT=\"many\" is not understood, so 10000 is used"],
    ),
    row(
        &[("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "2")],
        &[("attributes", "3"), ("events", "3"), ("links", "3"), ("event attributes", "2"), ("link attributes", "3")],
        &[],
    ),
    row(
        &[("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", " 2\n")],
        &[("attributes", "3"), ("events", "3"), ("links", "3"), ("event attributes", "2"), ("link attributes", "3")],
        &[],
    ),
    row(
        &[("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "many")],
        &[("attributes", "3"), ("events", "3"), ("links", "3"), ("event attributes", "3"), ("link attributes", "3")],
        &["OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT=\"many\" is not understood, so 128 is used"],
    ),
    row(
        &[("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "2")],
        &[("attributes", "3"), ("events", "3"), ("links", "3"), ("event attributes", "3"), ("link attributes", "2")],
        &[],
    ),
    row(
        &[("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", " 2\n")],
        &[("attributes", "3"), ("events", "3"), ("links", "3"), ("event attributes", "3"), ("link attributes", "2")],
        &[],
    ),
    row(
        &[("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "many")],
        &[("attributes", "3"), ("events", "3"), ("links", "3"), ("event attributes", "3"), ("link attributes", "3")],
        &["OTEL_LINK_ATTRIBUTE_COUNT_LIMIT=\"many\" is not understood, so 128 is used"],
    ),
    row(
        &[("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "1")],
        &[("attributes", "3"), ("events", "3"), ("links", "3"), ("event attributes", "3"), ("link attributes", "3")],
        &["OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT=\"1\" has no effect"],
    ),
    row(
        &[("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "1")],
        &[("attributes", "3"), ("events", "3"), ("links", "3"), ("event attributes", "3"), ("link attributes", "3")],
        &["OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT=\"1\" has no effect"],
    ),
    row(
        &[("KINETRACE_FLUSH_INVOCATIONS", "20"), ("KINETRACE_FLUSH_SECONDS", "30")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[],
    ),
    row(
        &[("KINETRACE_FLUSH_INVOCATIONS", "0")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["KINETRACE_FLUSH_INVOCATIONS=\"0\" is not understood, so 1 is used"],
    ),
    row(
        &[("KINETRACE_FLUSH_SECONDS", "1m")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["KINETRACE_FLUSH_SECONDS=\"1m\" is not understood, so none is used"],
    ),
];
