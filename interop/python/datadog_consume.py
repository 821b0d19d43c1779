"""A Lambda function in Datadog's wrapper: python datadog_consume.py

stdin: one event of Kinesis per line, each of which is an invocation.
stdout: what the library writes for Datadog's forwarder, where its extension is not there: lines {"traces": [[span, …], …]}
"""

import json
import os
import sys

os.environ["AWS_LAMBDA_FUNCTION_NAME"] = "peer"
os.environ["AWS_REGION"] = "us-east-1"
os.environ["DD_COLD_START_TRACING"] = "false"
os.environ["DD_ENHANCED_METRICS"] = "false"
os.environ["DD_INSTRUMENTATION_TELEMETRY_ENABLED"] = "false"
os.environ["DD_REMOTE_CONFIGURATION_ENABLED"] = "false"
os.environ["DD_TRACE_STARTUP_LOGS"] = "false"

from datadog_lambda.wrapper import datadog_lambda_wrapper


class Context:
    aws_request_id = "1"
    client_context = None
    function_name = "peer"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:peer"
    memory_limit_in_mb = 128

    def get_remaining_time_in_millis(self):
        return 1000


@datadog_lambda_wrapper
def handler(event, context):
    pass


for line in sys.stdin:
    handler(json.loads(line), Context())
