"""Reads a stream with boto3, as ddtrace instruments it, one record at a time: python datadog_get.py ENDPOINT STREAM COUNT

stdout: what the library writes for Datadog's forwarder in a Lambda function: lines {"traces": [[span, …], …]}
"""

import os
import sys

os.environ["AWS_LAMBDA_FUNCTION_NAME"] = "peer"
# Without it the context of a record is passed over.
os.environ["DD_BOTOCORE_PROPAGATION_ENABLED"] = "true"
os.environ["DD_INSTRUMENTATION_TELEMETRY_ENABLED"] = "false"
os.environ["DD_REMOTE_CONFIGURATION_ENABLED"] = "false"
os.environ["DD_TRACE_STARTUP_LOGS"] = "false"

from ddtrace import patch

patch(botocore=True)

import boto3

endpoint, stream, count = sys.argv[1:]
kinesis = boto3.client(
    "kinesis",
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id="none",
    aws_secret_access_key="none",
)
shard = kinesis.list_shards(StreamName=stream)["Shards"][0]["ShardId"]
iterator = kinesis.get_shard_iterator(StreamName=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
for _ in range(int(count)):
    iterator = kinesis.get_records(ShardIterator=iterator, Limit=1)["NextShardIterator"]
