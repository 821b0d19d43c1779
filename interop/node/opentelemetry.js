// Injects a context by hand, as docs/wire-formats.md shows it: into the event, and into an envelope around it.
//
// stdout: one line for each, {"format", "trace_id", "span_id", "data_base64", "payload_base64"}
'use strict';

const { SpanKind, context, propagation, trace } = require('@opentelemetry/api');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');

new NodeTracerProvider().register();

const flight = { tailnum: 'N14228', pilot: 'Zoë', delay: -4.5 };

function member() {
  const event = { ...flight };
  propagation.inject(context.active(), event);
  const data = JSON.stringify(event);
  return { data, payload: data };
}

function envelope() {
  const fields = {};
  propagation.inject(context.active(), fields);
  return { data: JSON.stringify({ _otel: fields, data: flight }), payload: JSON.stringify(flight) };
}

const base64 = (text) => Buffer.from(text).toString('base64');

for (const [format, inject] of [['w3c_member', member], ['envelope', envelope]]) {
  trace.getTracer('interop').startActiveSpan('create flights', { kind: SpanKind.PRODUCER }, (span) => {
    const { data, payload } = inject();
    const { traceId: trace_id, spanId: span_id } = span.spanContext();
    console.log(
      JSON.stringify({ format, trace_id, span_id, data_base64: base64(data), payload_base64: base64(payload) }),
    );
    span.end();
  });
}
