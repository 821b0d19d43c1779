"""Sample events through `sam local invoke`, which runs the consumer in a container.

The answers have to be those of events/expected/, by value: the SAM CLI writes their JSON anew. And the function's spans have
to arrive where OtlpEndpoint says, at an address of this machine that containers reach.

    sam_local.py <architecture> kinesis|kafka <template> [<option of sam local invoke>]…
"""

import http.server
import ipaddress
import json
import pathlib
import subprocess
import sys
import threading

EVENTS = pathlib.Path(__file__).parent.parent / "events"
SAMPLES = {
    "kinesis": ["kinesis-envelope", "kinesis-batch", "kinesis-kpl", "kinesis-cloudevents"],
    "kafka": ["kafka-headers", "kafka-batch", "kafka-tombstones"],
}
# With an image to be pulled before the first one.
INVOCATION_SECONDS = 600
# For what is on its way when the container has ended.
ARRIVAL_SECONDS = 10


class Collector(http.server.ThreadingHTTPServer):
    """Takes whatever is exported, and remembers that there were spans."""

    def __init__(self, address):
        super().__init__((address, 0), Export)
        self.has_spans = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://{self.server_address[0]}:{self.server_port}"


class Export(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/v1/traces":
            self.server.has_spans.set()
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def own_address():
    """This machine's, as containers see it. Some engines do not tell it: it is the first one of their bridge's network."""
    inspected = subprocess.run(["docker", "network", "inspect", "bridge"], stdout=subprocess.PIPE, check=True).stdout
    network = json.loads(inspected)[0]["IPAM"]["Config"][0]
    return network.get("Gateway") or str(next(ipaddress.ip_network(network["Subnet"]).hosts()))


def invoke(event, template, parameters, options):
    command = ["sam", "local", "invoke", "ConsumerFunction", "--template", template, "--event", EVENTS / f"{event}.json"]
    command += ["--parameter-overrides", *parameters, *options]
    answer = subprocess.run(command, stdout=subprocess.PIPE, timeout=INVOCATION_SECONDS, check=True, text=True).stdout
    try:
        return json.loads(answer)
    except json.JSONDecodeError:
        return answer


def main(architecture, transport, template, *options):
    complaints, address = [], own_address()
    for event in SAMPLES[transport]:
        collector = Collector(address)
        parameters = [f"Architecture={architecture}", f"OtlpEndpoint={collector.url}"]
        answer = invoke(event, template, parameters, options)
        expected = json.loads((EVENTS / "expected" / f"{event}.json").read_text())["answer"]
        if answer != expected:
            complaints.append(f"{event}: sam local invoke answers {answer!r} and not {expected!r}")
        if not collector.has_spans.wait(ARRIVAL_SECONDS):
            complaints.append(f"{event}: no spans arrive at OtlpEndpoint={collector.url}")
        collector.shutdown()
    if complaints:
        sys.exit("\n".join(f"deploy: {complaint}" for complaint in complaints))


main(*sys.argv[1:])
