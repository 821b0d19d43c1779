"""De-aggregates one record with aws-kinesis-agg.

stdin:  one line, {"partition_key", "data_base64"}
stdout: one line per user record, {"partition_key", "explicit_hash_key", "data_base64", "sub_sequence_number"}
"""

import json
import sys

from aws_kinesis_agg.deaggregator import deaggregate_records

given = json.load(sys.stdin)
# The form in which Lambda hands a record to a function.
event = {
    "kinesis": {
        "kinesisSchemaVersion": "1.0",
        "partitionKey": given["partition_key"],
        "sequenceNumber": "1",
        "data": given["data_base64"],
        "approximateArrivalTimestamp": 0.0,
    }
}
for record in deaggregate_records([event]):
    record = record["kinesis"]
    if not record.get("aggregated"):
        sys.exit("aws-kinesis-agg does not take this for an aggregate")
    print(
        json.dumps(
            {
                "partition_key": record["partitionKey"],
                "explicit_hash_key": record["explicitHashKey"],
                "data_base64": record["data"].decode(),
                "sub_sequence_number": record["subSequenceNumber"],
            }
        )
    )
