// De-aggregates one record with aws-kinesis-agg.
//
// stdin:  one line, {"partition_key", "data_base64"}
// stdout: one line per user record, {"partition_key", "explicit_hash_key", "data_base64", "sub_sequence_number"}
'use strict';

const { readFileSync } = require('node:fs');
const { deaggregateSync } = require('aws-kinesis-agg');

const given = JSON.parse(readFileSync(0, 'utf8'));
const record = { partitionKey: given.partition_key, sequenceNumber: '1', data: given.data_base64 };
const verifyChecksum = true;
deaggregateSync(record, verifyChecksum, (error, records) => {
  if (error) throw error;
  for (const { partitionKey, explicitPartitionKey, data, subSequenceNumber } of records) {
    if (subSequenceNumber === undefined) throw new Error('aws-kinesis-agg does not take this for an aggregate');
    console.log(
      JSON.stringify({
        partition_key: partitionKey,
        explicit_hash_key: explicitPartitionKey ?? null,
        data_base64: data,
        sub_sequence_number: subSequenceNumber,
      }),
    );
  }
});
