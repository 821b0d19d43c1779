// Injects a context by hand, by the very code that the documentation shows: into the event, and into an envelope around it.
//
// stdout: one line for each, {"format", "trace_id", "span_id", "data_base64", "payload_base64"}
'use strict';

const { SpanKind, trace } = require('@opentelemetry/api');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');

const { block, load } = require('./document.js');

new NodeTracerProvider().register();

const flight = { tailnum: 'N14228', pilot: 'Zoë', delay: -4.5 };

const addMembers = load(block('docs/guides/other-languages.md', 'js', 'function member'), 'member');
const put = load(block('README.md', 'ts', 'function put'), 'put');

function member() {
  const data = addMembers(flight);
  return { data, payload: data };
}

function envelope() {
  const client = { send: (command) => command.input };
  const input = put(client, 'flights', 'N14228', flight);
  if (input.StreamName !== 'flights' || input.PartitionKey !== 'N14228') throw new Error(JSON.stringify(input));
  return { data: input.Data.toString(), payload: JSON.stringify(flight) };
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
