"""Where each function sends spans and metrics, by the way that the parameters choose (scenarios.py).

What is no way sends nothing, as a template that is deployed as it comes. An endpoint of CloudWatch is the whole switch: the
function signs what goes to one, with its role's credentials, and a header of another backend must not go along.
"""

NOWHERE = {
    "OTEL_TRACES_EXPORTER": "none",
    "OTEL_METRICS_EXPORTER": "none",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "",
    "OTEL_EXPORTER_OTLP_HEADERS": "",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "",
    "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION": "",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "",
    "OTEL_EXPORTER_OTLP_METRICS_COMPRESSION": "",
}
SPANS = {"OTEL_TRACES_EXPORTER": "otlp"}
METRICS = {"OTEL_METRICS_EXPORTER": "otlp"}
COLLECTOR = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector.internal:4318"}
KEY = {"OTEL_EXPORTER_OTLP_HEADERS": "{{resolve:secretsmanager:otlp-headers}}"}
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html
SPANS_TO_CLOUDWATCH = SPANS | {
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://xray.AWS::Region.AWS::URLSuffix/v1/traces",
    "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION": "gzip",
}
METRICS_TO_CLOUDWATCH = METRICS | {
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "https://monitoring.AWS::Region.AWS::URLSuffix/v1/metrics",
    "OTEL_EXPORTER_OTLP_METRICS_COMPRESSION": "gzip",
}
WAYS = {
    "to a collector": SPANS | METRICS | COLLECTOR | KEY,
    "spans to a collector": SPANS | COLLECTOR,
    # Its address is the one that functions without an endpoint send to.
    "to a layer": SPANS | METRICS,
    "spans to cloudwatch": SPANS_TO_CLOUDWATCH,
    "all to cloudwatch": SPANS_TO_CLOUDWATCH | METRICS_TO_CLOUDWATCH,
    "metrics to cloudwatch": METRICS_TO_CLOUDWATCH,
    "to nobody": {},
}


def complaints(scenario, functions):
    """`functions` are the variables of each, by its executable."""
    for function, variables in functions.items():
        for name, wanted in (NOWHERE | WAYS.get(scenario, {})).items():
            if variables.get(name) != wanted:
                yield f"{function} has {name}={variables.get(name)}, and not {wanted or 'nothing'}"
