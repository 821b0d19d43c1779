// Puts records with the AWS SDK v3, as dd-trace instruments it: node datadog_put.js ENDPOINT STREAM
//
// Without an agent, so the spans go nowhere. DD_TRACE_PROPAGATION_STYLE_INJECT has its usual meaning.
// stdout: one line per record, {"sequence_number", "trace_id" (128 bits, hex), "injected", "payload_base64"}
'use strict';

Object.assign(process.env, {
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  DD_TRACE_STARTUP_LOGS: 'false',
  // An agent that cannot be there, whatever else runs on this machine.
  DD_TRACE_AGENT_URL: 'unix:///dev/null/apm.socket',
  // Without it only the first record of a PutRecords gets the context.
  DD_TRACE_AWS_SDK_KINESIS_BATCH_PROPAGATION_ENABLED: 'true',
});

const tracer = require('dd-trace').init();
const { KinesisClient, PutRecordCommand, PutRecordsCommand } = require('@aws-sdk/client-kinesis');
const { NodeHttpHandler } = require('@smithy/node-http-handler');

const [endpoint, StreamName] = process.argv.slice(2);
const kinesis = new KinesisClient({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  // Over HTTP/1.1; by itself the client speaks HTTP/2, as in local_put.js.
  requestHandler: new NodeHttpHandler(),
});

function report(acknowledged, span, payload, injected = true) {
  console.log(
    JSON.stringify({
      sequence_number: acknowledged.SequenceNumber,
      trace_id: span.context().toTraceId(true),
      injected,
      payload_base64: Buffer.from(payload).toString('base64'),
    }),
  );
}

async function one(span) {
  const payload = '{"tailnum":"N14228","pilot":"Zoë","route":{"from":"EWR","to":"IAH"}}';
  const record = { PartitionKey: 'N14228', Data: Buffer.from(payload) };
  report(await kinesis.send(new PutRecordCommand({ StreamName, ...record })), span, payload);
}

// Whether the context gets into each: into JSON objects, but not into text.
const several = [
  ['{"tailnum":"N24211","legs":[{"to":"IAH"},{"to":"東京"}]}', true],
  ['{"tailnum":"N24211","delay":-4.5}', true],
  ['departed', false],
];

async function many(span) {
  const Records = several.map(([payload]) => ({ PartitionKey: 'N24211', Data: Buffer.from(payload) }));
  const acknowledged = await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
  several.forEach(([payload, injected], index) => report(acknowledged.Records[index], span, payload, injected));
}

async function main() {
  await tracer.trace('one flight', one);
  await tracer.trace('several flights', many);
}

main();
