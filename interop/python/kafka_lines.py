"""What the programs with a Kafka client have in common: records as lines of JSON, bytes in base64, and OpenTelemetry's SDK.

    <program> produce <bootstrap servers> <topic>
    <program> consume <bootstrap servers> <topic> <how many records>
    <program> forward <bootstrap servers> <topic> <how many records> <topic to produce to>

A line has "partition", "offset", "timestamp", "key", "value", "headers", "trace_id", "span_id" and "relation". For a record that
was produced, the ids are of the span whose context the instrumentation wrote; for one that was consumed, of the context that its
span belongs to, as "parent" or by a "link".
"""

import base64
import json
import sys

from opentelemetry import trace
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider


class Spans(SpanProcessor):
    """Keeps no more than the span that began last."""

    def __init__(self):
        self.last = None
        provider = TracerProvider()
        provider.add_span_processor(self)
        trace.set_tracer_provider(provider)

    def on_start(self, span, parent_context=None):
        self.last = span

    def take(self):
        span, self.last = self.last, None
        return span

    def written(self):
        """The context of the span that has begun since the last call."""
        return ids(self.take().get_span_context())

    def seen(self):
        """What the span that has begun since the last call belongs to, if one has."""
        span = self.take()
        if span is None:
            return {}
        if span.links:
            return {**ids(span.links[0].context), "relation": "link"}
        return {} if span.parent is None else {**ids(span.parent), "relation": "parent"}


def ids(context):
    return {"trace_id": trace.format_trace_id(context.trace_id), "span_id": trace.format_span_id(context.span_id)}


def read():
    """The records to produce, with bytes in place of their base64."""
    for line in sys.stdin:
        record = json.loads(line)
        headers = [(header["name"], decoded(header["value"])) for header in record["headers"]]
        yield {**record, "key": decoded(record["key"]), "value": decoded(record["value"]), "headers": headers}


def write(partition, offset, timestamp, key, value, headers, span):
    headers = [{"name": name, "value": encoded(data)} for name, data in headers or []]
    record = {"partition": partition, "offset": offset, "timestamp": timestamp, "headers": headers}
    print(json.dumps({**record, "key": encoded(key), "value": encoded(value), **span}))


def encoded(data):
    return None if data is None else base64.b64encode(data).decode()


def decoded(text):
    return None if text is None else base64.b64decode(text)
