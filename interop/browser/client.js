// An ordinary client of Kinesis: the AWS SDK, which knows nothing of kinetrace.
'use strict';

const { readFileSync } = require('node:fs');
const { KinesisClient, PutRecordsCommand } = require('@aws-sdk/client-kinesis');
const { NodeHttpHandler } = require('@smithy/node-http-handler');
const { FLIGHTS } = require('./local.js');

function client(endpoint) {
  return new KinesisClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'browser', secretAccessKey: 'none' },
    // The client would speak HTTP/2; the embedded Kinesis has HTTP/1.1.
    requestHandler: new NodeHttpHandler(),
  });
}

/** The first flights of the file, as records. */
function flights(count) {
  const lines = readFileSync(FLIGHTS, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => record(JSON.parse(line).tailnum, line)).filter((it) => it.PartitionKey).slice(0, count);
}

function record(key, data) {
  return { PartitionKey: key, Data: Buffer.from(data) };
}

/** Puts records, in order. */
async function put(kinesis, StreamName, records) {
  for (let from = 0; from < records.length; from += 500) {
    const answer = await kinesis.send(new PutRecordsCommand({ StreamName, Records: records.slice(from, from + 500) }));
    if (answer.FailedRecordCount) throw new Error(`${answer.FailedRecordCount} records were refused`);
  }
}

module.exports = { client, flights, put, record };
