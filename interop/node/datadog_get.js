// Reads a stream with the AWS SDK v3, as dd-trace instruments it, one record at a time:
// node datadog_get.js ENDPOINT STREAM COUNT
//
// stdout: what the library writes for Datadog's forwarder in a Lambda function: lines {"traces": [[span, …], …]}
'use strict';

Object.assign(process.env, {
  AWS_LAMBDA_FUNCTION_NAME: 'peer',
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  DD_TRACE_STARTUP_LOGS: 'false',
});

require('dd-trace').init();
const {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
} = require('@aws-sdk/client-kinesis');
const { NodeHttpHandler } = require('@smithy/node-http-handler');

const [endpoint, StreamName, count] = process.argv.slice(2);
const kinesis = new KinesisClient({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  // Over HTTP/1.1; by itself the client speaks HTTP/2, as in local_put.js.
  requestHandler: new NodeHttpHandler(),
});

async function main() {
  const { Shards } = await kinesis.send(new ListShardsCommand({ StreamName }));
  const first = { StreamName, ShardId: Shards[0].ShardId, ShardIteratorType: 'TRIM_HORIZON' };
  let { ShardIterator } = await kinesis.send(new GetShardIteratorCommand(first));
  for (let read = 0; read < Number(count); read++) {
    // It looks for a context only where one record was asked for.
    const answer = await kinesis.send(new GetRecordsCommand({ ShardIterator, Limit: 1 }));
    ShardIterator = answer.NextShardIterator;
  }
}

main();
