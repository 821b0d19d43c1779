"""kafka-python with OpenTelemetry's instrumentation: see kafka_lines.py for what it does."""

import sys

from opentelemetry.instrumentation.kafka import KafkaInstrumentor

import kafka
from kafka_lines import Spans, read, write

spans = Spans()
KafkaInstrumentor().instrument()
command, bootstrap_servers, topic, *rest = sys.argv[1:]


def produce(to, client, record):
    headers = list(record["headers"])
    place = {"partition": record.get("partition"), "timestamp_ms": record.get("timestamp")}
    future = client.send(to, value=record["value"], key=record["key"], headers=headers, **place)
    return record, spans.written(), future


def report(deliveries):
    for record, span, future in deliveries:
        it = future.get()
        write(it.partition, it.offset, it.timestamp, record["key"], record["value"], record["headers"], span)


def consumed(left):
    """All partitions from their beginning."""
    client = kafka.KafkaConsumer(bootstrap_servers=bootstrap_servers, group_id=None, auto_offset_reset="earliest")
    client.assign([kafka.TopicPartition(topic, it) for it in client.partitions_for_topic(topic)])
    for record in client:
        yield record
        left -= 1
        if left == 0:
            break
    client.close()


def main():
    if command == "consume":
        for it in consumed(int(rest[0])):
            write(it.partition, it.offset, it.timestamp, it.key, it.value, it.headers, spans.seen())
        return
    client = kafka.KafkaProducer(bootstrap_servers=bootstrap_servers)
    if command == "produce":
        deliveries = [produce(topic, client, record) for record in read()]
    else:
        deliveries = []
        for it in consumed(int(rest[0])):
            record = {"partition": it.partition, "timestamp": it.timestamp, "headers": it.headers}
            deliveries.append(produce(rest[1], client, {**record, "key": it.key, "value": it.value}))
    report(deliveries)
    client.close()


main()
