"""Puts records with boto3 in a span of OpenTelemetry, and reads them back: python local_put.py STREAM

Everything else comes from the variables that any program has: AWS_ENDPOINT_URL_KINESIS, OTEL_EXPORTER_OTLP_ENDPOINT, …
stdout: one line per record, {"client", "partition_key", "explicit_hash_key", "data_base64", "shard", "sequence_number", "trace_id"}
"""

import base64
import json
import sys

import boto3
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)

(stream,) = sys.argv[1:]
kinesis = boto3.client("kinesis")


def report(span, record, answer):
    line = {
        "client": "boto3",
        "partition_key": record["PartitionKey"],
        "explicit_hash_key": record.get("ExplicitHashKey"),
        "data_base64": base64.b64encode(record["Data"]).decode(),
        "shard": answer["ShardId"],
        "sequence_number": answer["SequenceNumber"],
        "trace_id": trace.format_trace_id(span.get_span_context().trace_id),
    }
    print(json.dumps(line))


records = [
    {"PartitionKey": "Zoë", "Data": b"\x00\xff"},
    {"PartitionKey": "N14228", "Data": '{"tailnum":"N14228","to":"東京"}'.encode(), "ExplicitHashKey": "0"},
    {"PartitionKey": "N24211", "Data": bytes(300_000)},
]
with trace.get_tracer("interop").start_as_current_span("put flights", kind=trace.SpanKind.PRODUCER) as span:
    span.add_event("begins", {"records": 4})
    first = records[0]
    report(span, first, kinesis.put_record(StreamName=stream, **first))
    arn = kinesis.describe_stream(StreamName=stream)["StreamDescription"]["StreamARN"]
    answers = kinesis.put_records(StreamARN=arn, Records=records)["Records"]
    for record, answer in zip(records, answers, strict=True):
        report(span, record, answer)
provider.shutdown()

read = []
for shard in kinesis.list_shards(StreamName=stream)["Shards"]:
    position = {"StreamName": stream, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    iterator = kinesis.get_shard_iterator(**position)["ShardIterator"]
    read += [record["Data"] for record in kinesis.get_records(ShardIterator=iterator)["Records"]]
expected = [record["Data"] for record in [records[0], *records]]
if sorted(read) != sorted(expected):
    raise SystemExit(f"{len(read)} records were read, not the {len(expected)} that were put")
