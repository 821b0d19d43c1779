// Puts records with the AWS SDK v3, with the client as it comes, in a span of OpenTelemetry that is exported as JSON, and reads
// them back: node local_put.js STREAM
//
// Everything else comes from the variables that any program has: AWS_ENDPOINT_URL_KINESIS, OTEL_EXPORTER_OTLP_ENDPOINT, …
// stdout: one line per record, {"client", "partition_key", "explicit_hash_key", "data_base64", "shard", "sequence_number", "trace_id"}
'use strict';

const { SpanKind, trace } = require('@opentelemetry/api');
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http');
const { BatchSpanProcessor, NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
const {
  KinesisClient,
  DescribeStreamCommand,
  DescribeStreamConsumerCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
} = require('@aws-sdk/client-kinesis');

const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
provider.register();

const [StreamName] = process.argv.slice(2);
const kinesis = new KinesisClient();
const ask = (command) => kinesis.send(command);

function report(span, record, answer) {
  console.log(
    JSON.stringify({
      client: 'sdk v3',
      partition_key: record.PartitionKey,
      explicit_hash_key: record.ExplicitHashKey ?? null,
      data_base64: Buffer.from(record.Data).toString('base64'),
      shard: answer.ShardId,
      sequence_number: answer.SequenceNumber,
      trace_id: span.spanContext().traceId,
    }),
  );
}

const records = [
  { PartitionKey: 'Zoë', Data: Buffer.from([0, 255]) },
  { PartitionKey: 'N14228', Data: Buffer.from('{"tailnum":"N14228","to":"東京"}'), ExplicitHashKey: '0' },
  { PartitionKey: 'N24211', Data: Buffer.alloc(300000) },
];

async function put(span) {
  span.addEvent('begins', { records: 4 });
  report(span, records[0], await ask(new PutRecordCommand({ StreamName, ...records[0] })));
  const { StreamARN } = (await ask(new DescribeStreamCommand({ StreamName }))).StreamDescription;
  const answers = (await ask(new PutRecordsCommand({ StreamARN, Records: records }))).Records;
  records.forEach((record, index) => report(span, record, answers[index]));
  span.end();
  return StreamARN;
}

async function read(shard) {
  const position = { StreamName, ShardId: shard, ShardIteratorType: 'TRIM_HORIZON' };
  const { ShardIterator } = await ask(new GetShardIteratorCommand(position));
  return (await ask(new GetRecordsCommand({ ShardIterator }))).Records;
}

async function subscribed(ConsumerARN, shard, count) {
  const position = { ConsumerARN, ShardId: shard, StartingPosition: { Type: 'TRIM_HORIZON' } };
  const { EventStream } = await ask(new SubscribeToShardCommand(position));
  const read = [];
  for await (const event of EventStream) {
    read.push(...event.SubscribeToShardEvent.Records);
    if (read.length >= count) break;
  }
  return read;
}

async function registered(StreamARN) {
  const { ConsumerARN } = (await ask(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'node' }))).Consumer;
  const status = async () =>
    (await ask(new DescribeStreamConsumerCommand({ ConsumerARN }))).ConsumerDescription.ConsumerStatus;
  while ((await status()) !== 'ACTIVE') await new Promise((resolve) => setTimeout(resolve, 50));
  return ConsumerARN;
}

const texts = (records) => records.map(({ Data }) => Buffer.from(Data).toString('base64')).sort().join();

async function main() {
  const tracer = trace.getTracer('interop');
  const StreamARN = await tracer.startActiveSpan('put flights', { kind: SpanKind.PRODUCER }, put);
  await provider.shutdown();
  const consumer = await registered(StreamARN);
  const shards = (await ask(new ListShardsCommand({ StreamName }))).Shards.map(({ ShardId }) => ShardId);
  const [polled, pushed] = [[], []];
  for (const shard of shards) {
    const records = await read(shard);
    polled.push(...records);
    pushed.push(...(await subscribed(consumer, shard, records.length)));
  }
  const expected = texts([records[0], ...records]);
  if (texts(polled) !== expected) throw new Error(`${polled.length} records were read, and not those that were put`);
  if (texts(pushed) !== expected) throw new Error(`${pushed.length} records came by a subscription, and not those that were put`);
  kinesis.destroy();
}

main().then(() => process.exit(), (error) => {
  console.error(error);
  process.exit(1);
});
