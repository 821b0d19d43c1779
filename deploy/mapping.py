"""What a mapping reads of the function's answer has to fit what the function answers.

An answer that reports failures counts as a success where the mapping does not read it: each of those records is lost
(https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html).
"""

# Parameters that choose the answer or the pollers. Each combination of their values must be safe.
CHOICES = ("Pollers", "Answer")
# What only provisioned pollers know of Kafka.
OF_PROVISIONED = {
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "FunctionResponseTypes",
    "LoggingConfig",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "MetricsConfig",
}
# Lambda's limit of a function's time-out, in seconds, for Kafka
# (https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html).
KAFKA_SECONDS = 840


def complaints(mappings, functions):
    """Of the mappings and the functions that a template makes."""
    for name, its in mappings.items():
        function = functions[its["FunctionName"]]
        reads_items = "ReportBatchItemFailures" in its.get("FunctionResponseTypes", [])
        if "Topics" not in its:
            if not reads_items:
                yield f"{name} ignores which records failed, and loses them"
            continue
        answer = function["Environment"]["Variables"].get("KINETRACE_KAFKA_ANSWER", "error")
        is_provisioned = "ProvisionedPollerConfig" in its
        if answer == "items" and not (reads_items and is_provisioned):
            yield f"{name} ignores which records failed, and loses them, because the function answers items"
        if is_provisioned:
            yield from (f"{name} has provisioned pollers and no {it}" for it in sorted(OF_PROVISIONED - its.keys()))
        else:
            yield from (f"{name} has no provisioned pollers, and so no {it}" for it in sorted(OF_PROVISIONED & its.keys()))
        # Kafka's share groups have no order.
        if its.get("SelfManagedKafkaEventSourceConfig", {}).get("ConsumptionMode", "Stream") != "Stream":
            yield f"{name} takes the topic for a queue"
        if int(function["Timeout"]) > KAFKA_SECONDS:
            yield f"{its['FunctionName']} may take {function['Timeout']} s; of Kafka Lambda allows {KAFKA_SECONDS}"
