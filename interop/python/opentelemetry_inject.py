"""Injects a context by hand, by the very code that the documentation shows: into the event, and into an envelope around it.

stdout: one line for each, {"format", "trace_id", "span_id", "data_base64", "payload_base64"}
"""

import base64
import json
import re
from pathlib import Path

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

REPOSITORY = Path(__file__).resolve().parent.parent.parent

trace.set_tracer_provider(TracerProvider())

flight = {"tailnum": "N14228", "pilot": "Zoë", "delay": -4.5}


def documented(page, function):
    """The function of this name in the one Python block of the page that defines it."""
    blocks = re.findall(r"^```python\n(.*?)^```$", (REPOSITORY / page).read_text(), re.MULTILINE | re.DOTALL)
    found = [block for block in blocks if f"def {function}(" in block]
    if len(found) != 1:
        raise SystemExit(f"{page} has {len(found)} Python blocks that define {function}")
    names = {}
    exec(found[0], names)
    return names[function]


class Kinesis:
    def put_record(self, StreamName, PartitionKey, Data):
        assert (StreamName, PartitionKey) == ("flights", "N14228")
        return Data


def member():
    data = documented("docs/guides/other-languages.md", "member")(flight)
    return data, data


def envelope():
    data = documented("README.md", "put")(Kinesis(), "flights", "N14228", flight)
    return data, json.dumps(flight)


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
