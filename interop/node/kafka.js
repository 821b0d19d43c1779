// kafkajs with OpenTelemetry's instrumentation.
//
// arguments: produce <bootstrap servers> <topic>
//            consume <bootstrap servers> <topic> <how many records>
//            forward <bootstrap servers> <topic> <how many records> <topic to produce to>
// stdin and stdout: records as lines of JSON, as ../python/kafka_lines.py describes them
'use strict';

const { randomUUID } = require('node:crypto');
const { readFile } = require('node:fs/promises');

const { KafkaJsInstrumentation } = require('@opentelemetry/instrumentation-kafkajs');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');

/** Keeps no more than the span that began last. */
let last;
const processor = {
  onStart: (span) => (last = span),
  onEnd: () => {},
  forceFlush: async () => {},
  shutdown: async () => {},
};
const provider = new NodeTracerProvider({ spanProcessors: [processor] });
provider.register();
new KafkaJsInstrumentation().setTracerProvider(provider);
// Only now, so that the instrumentation meets it.
const { Kafka, logLevel } = require('kafkajs');

const [command, bootstrapServers, topic, count, destination] = process.argv.slice(2);
const kafka = new Kafka({ brokers: [bootstrapServers], logLevel: logLevel.ERROR });

const encoded = (data) => (data == null ? null : Buffer.from(data).toString('base64'));
const decoded = (text) => (text == null ? null : Buffer.from(text, 'base64'));

/** kafkajs has an object of headers, with a list for a name that is repeated. */
function toHeaders(list) {
  const headers = {};
  for (const { name, value } of list) {
    const data = decoded(value);
    headers[name] = name in headers ? [headers[name], data].flat() : data;
  }
  return headers;
}

function fromHeaders(headers) {
  return Object.entries(headers ?? {}).flatMap(([name, value]) =>
    [value].flat().map((it) => ({ name, value: encoded(it) })),
  );
}

function ids({ traceId, spanId }) {
  return { trace_id: traceId, span_id: spanId };
}

/** What the span that began last belongs to. */
function seen() {
  if (last.parentSpanContext) return { ...ids(last.parentSpanContext), relation: 'parent' };
  if (last.links.length > 0) return { ...ids(last.links[0].context), relation: 'link' };
  return {};
}

/** One after the other, because kafkajs tells the offset of the first record of a request only. */
async function produce(producer, to, message) {
  const sent = producer.send({ topic: to, messages: [message] });
  const span = ids(last.spanContext());
  const [{ partition, baseOffset }] = await sent;
  print(message, { partition, offset: Number(baseOffset), ...span });
}

function print({ key, value, timestamp, headers }, rest) {
  const record = { timestamp: timestamp == null ? null : Number(timestamp), key: encoded(key), value: encoded(value) };
  console.log(JSON.stringify({ ...record, headers: fromHeaders(headers), ...rest }));
}

async function read() {
  const lines = (await readFile('/dev/stdin', 'utf8')).split('\n').filter(Boolean);
  return lines.map((line) => {
    const { partition, timestamp, key, value, headers } = JSON.parse(line);
    return {
      partition: partition ?? undefined,
      timestamp: timestamp == null ? undefined : String(timestamp),
      key: decoded(key),
      value: decoded(value),
      headers: toHeaders(headers),
    };
  });
}

/** All partitions from their beginning. */
async function consume(each) {
  const consumer = kafka.consumer({ groupId: randomUUID() });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  let left = Number(count);
  await new Promise((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    const eachMessage = async ({ partition, message }) => {
      if (left === 0) return;
      await each(partition, message);
      if (--left === 0) resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.disconnect();
}

async function main() {
  if (command === 'consume') {
    await consume(async (partition, message) =>
      print(message, { partition, offset: Number(message.offset), ...seen() }),
    );
    return;
  }
  const producer = kafka.producer();
  await producer.connect();
  if (command === 'produce') {
    for (const message of await read()) await produce(producer, topic, message);
  } else {
    await consume((partition, { key, value, timestamp, headers }) =>
      produce(producer, destination, { partition, key, value, timestamp, headers }),
    );
  }
  await producer.disconnect();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
