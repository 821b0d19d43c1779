// Aggregates records with aws-kinesis-agg.
//
// stdin:  one line per user record, {"partition_key", "explicit_hash_key" or null, "data_base64"}
// stdout: one line, the Kinesis record that holds them all, of the same form
'use strict';

const { readFileSync } = require('node:fs');
const { RecordAggregator } = require('aws-kinesis-agg');

const aggregator = new RecordAggregator();
for (const line of readFileSync(0, 'utf8').trimEnd().split('\n')) {
  const record = JSON.parse(line);
  aggregator.addUserRecord({
    partitionKey: record.partition_key,
    explicitHashKey: record.explicit_hash_key ?? undefined,
    data: Buffer.from(record.data_base64, 'base64'),
  });
}

const { partitionKey, ExplicitHashKey, data } = aggregator.build();
console.log(
  JSON.stringify({
    partition_key: partitionKey,
    explicit_hash_key: ExplicitHashKey ?? null,
    data_base64: data.toString('base64'),
  }),
);
