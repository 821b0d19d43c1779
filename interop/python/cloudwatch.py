"""Stands in for CloudWatch's endpoints of OTLP, and for a container's endpoint of credentials, until stdin ends.

botocore's signer computes each signature anew, so that nothing here knows how ours are made. Limits are those of AWS's page.

argv[1]: JSON, all optional: {"ahead": seconds that this clock is ahead, "life": seconds until credentials expire, "uses": requests
that they are good for, "denied": true, "destination": "XRay", "hangs": true (credentials), "forward": URL of a collector that
is sent what was taken}
stdout: one line when it can be asked, {"endpoint"}
GET /report: {"credentials": how many were given, "requests": [{"path", "status", "key", "scope", "encoding", "names"}]}
"""

import datetime
import gzip
import json
import re
import sys
import threading
import urllib.request
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

OPTIONS = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
SERVICES = {"/v1/traces": "xray", "/v1/metrics": "monitoring", "/v1/logs": "logs"}
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(\w+)/(\d{8})/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request, SignedHeaders=([a-z0-9;-]+), "
    r"Signature=([0-9a-f]{64})"
)
# What a program must show to be given credentials.
CONTAINER_TOKEN = "container-t0k3n"
MAX_BYTES, MAX_SPANS, MAX_SPAN_BYTES = 5_000_000, 10_000, 200_000
FIVE_MINUTES = datetime.timedelta(minutes=5)


class Refused(Exception):
    def __init__(self, status, error, message):
        self.status, self.error, self.message = status, error, message


def refuse(error, message, status=403):
    raise Refused(status, error, message)


def now():
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=OPTIONS.get("ahead", 0))


def stamp(time):
    return time.strftime("%Y%m%dT%H%M%SZ")


class Account:
    """Who may sign, and until when."""

    def __init__(self):
        self.lock, self.given, self.requests, self.used = threading.Lock(), 0, [], {}
        self.keys = {"AKIDENVIRONMENT": ("environment-s3cr3t/+", "environment-t0k3n+/=", None)}

    def give(self):
        with self.lock:
            self.given += 1
            expiry = now() + datetime.timedelta(seconds=OPTIONS.get("life", 3600))
            key = f"AKIDCONTAINER{self.given}"
            self.keys[key] = (f"s3cr3t-{self.given}", f"t0k3n-{self.given}", expiry)
            secret, token, _ = self.keys[key]
        return {"AccessKeyId": key, "SecretAccessKey": secret, "Token": token, "Expiration": expiry.strftime("%FT%TZ")}

    def is_expired(self, key, expiry):
        with self.lock:
            self.used[key] = self.used.get(key, 0) + 1
            is_used_up = expiry is not None and self.used[key] > OPTIONS.get("uses", sys.maxsize)
        return is_used_up or (expiry is not None and now() > expiry)


ACCOUNT = Account()


def verify(request, body):
    """The key and the scope, if the signature is the one that botocore computes."""
    match = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if not match:
        refuse("MissingAuthenticationTokenException", "Missing Authentication Token")
    key, day, region, service, signed, signature = match.groups()
    if key not in ACCOUNT.keys:
        refuse("UnrecognizedClientException", "The security token included in the request is invalid.")
    secret, token, expiry = ACCOUNT.keys[key]
    if request.headers.get("x-amz-security-token") != token:
        refuse("UnrecognizedClientException", "The security token included in the request is invalid.")
    check_time(request.headers["x-amz-date"], day)
    own = [name.lower() for name in request.headers if name.lower().startswith("x-amz-")]
    unsigned = {"host", *own} - set(signed.split(";"))
    if unsigned or service != SERVICES[request.path]:
        refuse("InvalidSignatureException", f"Credential should be scoped to {SERVICES[request.path]}; unsigned: {unsigned}")
    headers = {name: request.headers[name] for name in signed.split(";")}
    copy = AWSRequest("POST", f"http://{request.headers['host']}{request.path}", data=body, headers=headers)
    copy.context["timestamp"] = request.headers["x-amz-date"]
    signer = SigV4Auth(Credentials(key, secret, token), service, region)
    canonical = signer.canonical_request(copy)
    if signer.signature(signer.string_to_sign(copy, canonical), copy) != signature:
        message = "The request signature we calculated does not match the signature you provided."
        refuse("InvalidSignatureException", f"{message}\nThe Canonical String for this request should have been '{canonical}'")
    if ACCOUNT.is_expired(key, expiry):
        refuse("ExpiredTokenException", "The security token included in the request is expired")
    return key, f"{service}/{region}"


def check_time(date, day):
    time = datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    if day != date[:8]:
        refuse("InvalidSignatureException", "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date")
    if time < now() - FIVE_MINUTES:
        edge = f"{stamp(now() - FIVE_MINUTES)} ({stamp(now())} - 5 min.)"
        refuse("InvalidSignatureException", f"Signature expired: {date} is now earlier than {edge}")
    if time > now() + FIVE_MINUTES:
        edge = f"{stamp(now() + FIVE_MINUTES)} ({stamp(now())} + 5 min.)"
        refuse("InvalidSignatureException", f"Signature not yet current: {date} is still later than {edge}")


def names(request, body):
    """Of spans, metrics or logs, within the limits of their endpoint."""
    if len(body) > MAX_BYTES:
        refuse("RequestEntityTooLarge", f"{len(body)} bytes", 413)
    if OPTIONS.get("denied"):
        refuse("AccessDeniedException", "User: arn:aws:sts::123456789012:assumed-role/r/f is not authorized to perform this")
    if request.path == "/v1/metrics":
        scopes = [s for r in ExportMetricsServiceRequest.FromString(body).resource_metrics for s in r.scope_metrics]
        return [metric.name for scope in scopes for metric in scope.metrics]
    if request.path == "/v1/logs":
        if not request.headers.get("x-aws-log-group") or not request.headers.get("x-aws-log-stream"):
            refuse("InvalidRequestException", "x-aws-log-group and x-aws-log-stream are required", 400)
        scopes = [s for r in ExportLogsServiceRequest.FromString(body).resource_logs for s in r.scope_logs]
        return [record.body.string_value for scope in scopes for record in scope.log_records]
    if OPTIONS.get("destination") == "XRay":
        message = "The OTLP API is supported with CloudWatch Logs as a Trace Segment Destination."
        refuse("InvalidRequestException", message, 400)
    scopes = [s for r in ExportTraceServiceRequest.FromString(body).resource_spans for s in r.scope_spans]
    spans = [span for scope in scopes for span in scope.spans]
    if len(spans) > MAX_SPANS or any(span.ByteSize() > MAX_SPAN_BYTES for span in spans):
        refuse("InvalidRequestException", f"{len(spans)} spans, or one of them is too large", 400)
    return [span.name for span in spans]


def forward(path, body):
    headers = {"content-type": "application/x-protobuf"}
    with urllib.request.urlopen(urllib.request.Request(OPTIONS["forward"] + path, body, headers)) as answer:
        answer.read()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/report":
            with ACCOUNT.lock:
                return self.answer(200, {"credentials": ACCOUNT.given, "requests": ACCOUNT.requests})
        if OPTIONS.get("hangs"):
            threading.Event().wait()
        is_known = self.headers.get("authorization") == CONTAINER_TOKEN
        self.answer(200, ACCOUNT.give()) if is_known else self.answer(401, {"code": "Unauthorized", "message": "no token"})

    def do_POST(self):
        sent = self.rfile.read(int(self.headers["content-length"]))
        encoding = self.headers.get("content-encoding", "")
        seen = {"path": self.path, "encoding": encoding, "key": None, "scope": None, "names": []}
        try:
            seen["key"], seen["scope"] = verify(self, sent)
            body = gzip.decompress(sent) if encoding == "gzip" else sent
            seen["names"], seen["status"] = names(self, body), 200
            if OPTIONS.get("forward"):
                forward(self.path, body)
        except Refused as refused:
            seen["status"], seen["error"], message = refused.status, refused.error, refused.message
        with ACCOUNT.lock:
            ACCOUNT.requests.append(seen)
        if seen["status"] == 200:
            self.answer(200, None)
        else:
            self.answer(seen["status"], {"message": message}, seen["error"])

    def answer(self, status, document, error=None):
        body = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/x-protobuf" if document is None else "application/json")
        self.send_header("content-length", str(len(body)))
        if error:
            self.send_header("x-amzn-ErrorType", error)
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp=None):
        return format_datetime(now(), usegmt=True)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print(json.dumps({"endpoint": f"http://127.0.0.1:{server.server_port}"}), flush=True)
sys.stdin.read()
