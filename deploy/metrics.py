"""The metrics that alarms and the dashboard are about, each with the one dimension that it is asked by.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
"""

import json

STREAM = ("StreamName", "Stream")
MAPPING = ("EventSourceMappingUUID", "Mapping")
CONSUMER = ("FunctionName", "ConsumerFunction")
PRODUCER = ("FunctionName", "ProducerFunction")
OF_FUNCTIONS = ["ConcurrentExecutions", "DestinationDeliveryFailures", "Duration", "Errors", "Invocations", "Throttles"]
OF_MAPPING = {
    name: [MAPPING]
    for name in (
        "DroppedEventCount",
        "FailedInvokeEventCount",
        "FilteredOutEventCount",
        "InvokedEventCount",
        "OnFailureDestinationDeliveredEventCount",
        "PolledEventCount",
    )
}
# By the template's file, which says what there is to be measured.
METRICS = {
    "template.yaml": {
        "AWS/Kinesis": {
            "GetRecords.IteratorAgeMilliseconds": [STREAM],
            "GetRecords.Success": [STREAM],
            "IncomingBytes": [STREAM],
            "IncomingRecords": [STREAM],
            "ReadProvisionedThroughputExceeded": [STREAM],
            "WriteProvisionedThroughputExceeded": [STREAM],
        },
        "AWS/Lambda": OF_MAPPING
        | {name: [CONSUMER, PRODUCER] for name in OF_FUNCTIONS}
        | {"AsyncEventsDropped": [PRODUCER], "IteratorAge": [CONSUMER]},
    },
    "template-kafka.yaml": {
        "AWS/Lambda": OF_MAPPING
        | {name: [CONSUMER] for name in OF_FUNCTIONS}
        | {"OffsetLag": [CONSUMER], "ProvisionedPollers": [MAPPING]},
    },
}


def of_alarm(alarm):
    """The (namespace, name, dimension) of each metric of an alarm."""
    stats = (it["MetricStat"]["Metric"] for it in alarm.get("Metrics", []) if "MetricStat" in it)
    for metric in stats if "Metrics" in alarm else [alarm]:
        dimensions = metric.get("Dimensions") or [{"Name": None, "Value": None}]
        yield from ((metric["Namespace"], metric["MetricName"], (it["Name"], it["Value"])) for it in dimensions)


def of_dashboard(body):
    """The same of a dashboard, where "." is what was there in the line above, and "..." all of that line."""
    for widget in json.loads(body)["widgets"]:
        above = []
        for line in widget["properties"].get("metrics", []):
            words = [word for word in line if isinstance(word, str)]
            words = above if words == ["..."] else [above[i] if word == "." else word for i, word in enumerate(words)]
            namespace, name, *dimension = above = words
            yield namespace, name, tuple(dimension)


def complaints(metrics, alarms, dashboards, filters):
    """`metrics` are those that there are."""
    made = {
        (it["MetricNamespace"], it["MetricName"], (None, None))
        for its in filters.values()
        for it in its["MetricTransformations"]
    }
    asked = [(name, metric) for name, alarm in alarms.items() for metric in of_alarm(alarm)]
    asked += ((name, metric) for name, its in dashboards.items() for metric in of_dashboard(its["DashboardBody"]))
    for place, (namespace, name, dimension) in asked:
        if dimension not in metrics.get(namespace, {}).get(name, []) and (namespace, name, dimension) not in made:
            yield f"{place}: there is no metric {namespace} {name} by {dimension}"
