"""Puts records with boto3, as ddtrace instruments it: python datadog_put.py ENDPOINT STREAM

Without an agent, so the spans go nowhere. DD_TRACE_PROPAGATION_STYLE_INJECT has its usual meaning.
stdout: one line per record, {"sequence_number", "trace_id" (128 bits, hex), "injected", "payload_base64"}
"""

import base64
import json
import os
import sys

os.environ["DD_INSTRUMENTATION_TELEMETRY_ENABLED"] = "false"
os.environ["DD_REMOTE_CONFIGURATION_ENABLED"] = "false"
os.environ["DD_TRACE_STARTUP_LOGS"] = "false"
# An agent that cannot be there, whatever else runs on this machine.
os.environ["DD_TRACE_AGENT_URL"] = "unix:///dev/null/apm.socket"

from ddtrace import patch
from ddtrace.trace import TraceFilter, tracer

patch(botocore=True)

import boto3


class Drop(TraceFilter):
    """Without it the tracer would try for seconds to reach the agent, when the program is over."""

    def process_trace(self, trace):
        return None


tracer.configure(trace_processors=[Drop()])

endpoint, stream = sys.argv[1:]
kinesis = boto3.client(
    "kinesis",
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id="none",
    aws_secret_access_key="none",
)


def report(acknowledged, span, payload, injected=True):
    line = {
        "sequence_number": acknowledged["SequenceNumber"],
        "trace_id": f"{span.trace_id:032x}",
        "injected": injected,
        "payload_base64": base64.b64encode(payload.encode()).decode(),
    }
    print(json.dumps(line))


single = '{"tailnum":"N14228","pilot":"Zoë","route":{"from":"EWR","to":"IAH"}}'
with tracer.trace("one flight") as span:
    report(kinesis.put_record(StreamName=stream, PartitionKey="N14228", Data=single), span, single)

# Whether the context gets into each: into JSON objects in text, but not into other text, nor into bytes with anything
# but ASCII in them.
several = [
    ('{"tailnum":"N24211","legs":[{"to":"IAH"},{"to":"東京"}]}', True),
    (b'{"tailnum":"N24211","delay":-4.0}', True),
    ("departed", False),
    ('{"tailnum":"N24211","pilot":"Zoë"}'.encode(), False),
]
with tracer.trace("several flights") as span:
    records = [{"PartitionKey": "N24211", "Data": payload} for payload, _ in several]
    acknowledged = kinesis.put_records(StreamName=stream, Records=records)["Records"]
    for answer, (payload, injected) in zip(acknowledged, several, strict=True):
        report(answer, span, payload if isinstance(payload, str) else payload.decode(), injected)
