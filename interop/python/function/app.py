"""A consumer function on AWS's own runtime client (`python3 -m awslambdaric app.handler`) and OpenTelemetry's SDK: it continues
the trace of each record, and prints what it got, a line of JSON for each.
"""

import base64
import json

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import extract
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("app")


def opened(data):
    """The context in a record's data, as fields, and the payload without it."""
    try:
        value = json.loads(data)
    except ValueError:
        return {}, data
    if not isinstance(value, dict):
        return {}, value
    if isinstance(value.get("_otel"), dict):
        if "data_base64" in value:
            return value["_otel"], base64.b64decode(value["data_base64"])
        return value["_otel"], value.get("data")
    # Members of the payload itself.
    return value, value


def book(kinesis, payload, span):
    """What the function is for."""
    ids = span.get_span_context()
    line = {
        "key": kinesis["partitionKey"],
        "sequence_number": kinesis["sequenceNumber"],
        "payload": payload,
        "trace_id": trace.format_trace_id(ids.trace_id),
        "span_id": trace.format_span_id(ids.span_id),
    }
    print(json.dumps(line), flush=True)


def handler(event, context):
    try:
        for record in event["Records"]:
            kinesis = record["kinesis"]
            fields, payload = opened(base64.b64decode(kinesis["data"]))
            try:
                name, kind = "process flights", trace.SpanKind.CONSUMER
                with tracer.start_as_current_span(name, context=extract(fields), kind=kind) as span:
                    book(kinesis, payload, span)
            except Exception as error:
                print(f"{kinesis['sequenceNumber']} failed: {error}", flush=True)
                # This record and those after it come again, so that none overtakes it.
                return {"batchItemFailures": [{"itemIdentifier": kinesis["sequenceNumber"]}]}
        return {"batchItemFailures": []}
    finally:
        # Once the answer is out, Lambda has the process stand still.
        provider.force_flush()
