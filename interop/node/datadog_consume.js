// A Lambda function in Datadog's wrapper: node datadog_consume.js
//
// stdin: one event of Kinesis per line, each of which is an invocation.
// stdout: what the library writes for Datadog's forwarder, where its extension is not there: lines {"traces": [[span, …], …]}
'use strict';

Object.assign(process.env, {
  AWS_LAMBDA_FUNCTION_NAME: 'peer',
  AWS_REGION: 'us-east-1',
  DD_COLD_START_TRACING: 'false',
  DD_ENHANCED_METRICS: 'false',
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  DD_TRACE_STARTUP_LOGS: 'false',
});

require('dd-trace').init();
const { datadog } = require('datadog-lambda-js');
const { createInterface } = require('node:readline');

const context = {
  awsRequestId: '1',
  functionName: 'peer',
  functionVersion: '$LATEST',
  getRemainingTimeInMillis: () => 1000,
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:peer',
  memoryLimitInMB: 128,
};

const handler = datadog(async () => {});

async function main() {
  for await (const line of createInterface({ input: process.stdin })) await handler(JSON.parse(line), context);
}

main();
