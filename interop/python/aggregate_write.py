"""Aggregates records with aws-kinesis-agg.

stdin:  one line per user record, {"partition_key", "explicit_hash_key" or null, "data_base64"}
stdout: one line, the Kinesis record that holds them all, of the same form
"""

import base64
import json
import sys

from aws_kinesis_agg.aggregator import RecordAggregator

aggregator = RecordAggregator()
for line in sys.stdin:
    record = json.loads(line)
    full = aggregator.add_user_record(
        record["partition_key"], base64.b64decode(record["data_base64"]), record["explicit_hash_key"]
    )
    if full is not None:
        sys.exit("more than one aggregate is needed")

partition_key, explicit_hash_key, data = aggregator.clear_and_get().get_contents()
print(
    json.dumps(
        {
            "partition_key": partition_key,
            "explicit_hash_key": explicit_hash_key,
            "data_base64": base64.b64encode(data).decode(),
        }
    )
)
