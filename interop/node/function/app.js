// A consumer function on AWS's own runtime client (`aws-lambda-ric app.handler`) and OpenTelemetry's SDK: it continues the trace
// of each record, and logs what it got, a line of JSON for each.
'use strict';

const { ROOT_CONTEXT, SpanKind, SpanStatusCode, propagation, trace } = require('@opentelemetry/api');
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto');
const { defaultResource, detectResources, envDetector } = require('@opentelemetry/resources');
const { BatchSpanProcessor, NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');

const provider = new NodeTracerProvider({
  // OTEL_SERVICE_NAME, which the SDK does not read of itself.
  resource: defaultResource().merge(detectResources({ detectors: [envDetector] })),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
const tracer = trace.getTracer('app');

/** The context in a record's data, as fields, and the payload without it. */
function opened(data) {
  let value;
  try {
    value = JSON.parse(data.toString('utf8'));
  } catch {
    return [{}, data];
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return [{}, value];
  }
  if (value._otel !== null && typeof value._otel === 'object') {
    return [value._otel, 'data_base64' in value ? Buffer.from(value.data_base64, 'base64') : value.data];
  }
  // Members of the payload itself.
  return [value, value];
}

/** What the function is for. */
async function book(kinesis, payload, span) {
  const { traceId, spanId } = span.spanContext();
  const { partitionKey, sequenceNumber } = kinesis;
  console.log(
    JSON.stringify({ key: partitionKey, sequence_number: sequenceNumber, payload, trace_id: traceId, span_id: spanId }),
  );
}

exports.handler = async (event) => {
  try {
    for (const { kinesis } of event.Records) {
      const [fields, payload] = opened(Buffer.from(kinesis.data, 'base64'));
      const parent = propagation.extract(ROOT_CONTEXT, fields);
      const isDone = await tracer.startActiveSpan('process flights', { kind: SpanKind.CONSUMER }, parent, async (span) => {
        try {
          await book(kinesis, payload, span);
          return true;
        } catch (error) {
          span.recordException(error);
          span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
          console.error(`${kinesis.sequenceNumber} failed:`, error);
          return false;
        } finally {
          span.end();
        }
      });
      if (!isDone) {
        // This record and those after it come again, so that none overtakes it.
        return { batchItemFailures: [{ itemIdentifier: kinesis.sequenceNumber }] };
      }
    }
    return { batchItemFailures: [] };
  } finally {
    // Once the answer is out, Lambda has the process stand still.
    await provider.forceFlush();
  }
};
