"""Injects a context by hand, as docs/wire-formats.md shows it: into the event, and into an envelope around it.

stdout: one line for each, {"format", "trace_id", "span_id", "data_base64", "payload_base64"}
"""

import base64
import json

from opentelemetry import trace
from opentelemetry.propagate import inject
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())

flight = {"tailnum": "N14228", "pilot": "Zoë", "delay": -4.5}


def member():
    event = dict(flight)
    inject(event)
    data = json.dumps(event)
    return data, data


def envelope():
    fields = {}
    inject(fields)
    return json.dumps({"_otel": fields, "data": flight}), json.dumps(flight)


def encoded(text):
    return base64.b64encode(text.encode()).decode()


for form, write in (("w3c_member", member), ("envelope", envelope)):
    with trace.get_tracer("interop").start_as_current_span("create flights", kind=trace.SpanKind.PRODUCER) as span:
        data, payload = write()
        ids = span.get_span_context()
        line = {
            "format": form,
            "trace_id": trace.format_trace_id(ids.trace_id),
            "span_id": trace.format_span_id(ids.span_id),
            "data_base64": encoded(data),
            "payload_base64": encoded(payload),
        }
        print(json.dumps(line))
