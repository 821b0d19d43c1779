"""confluent-kafka with OpenTelemetry's instrumentation: see kafka_lines.py for what it does."""

import sys

from opentelemetry.instrumentation.confluent_kafka import ConfluentKafkaInstrumentor

import confluent_kafka
from kafka_lines import Spans, read, write

spans = Spans()
ConfluentKafkaInstrumentor().instrument()
command, bootstrap_servers, topic, *rest = sys.argv[1:]


def producer():
    # The partitioner that Java has, which is not this client's default.
    return confluent_kafka.Producer({"bootstrap.servers": bootstrap_servers, "partitioner": "murmur2_random"})


def produce(to, client, record, deliveries):
    """The record as it is once it is delivered, and the span that the instrumentation began."""
    place = {name: record[name] for name in ("partition", "timestamp") if record.get(name) is not None}
    headers = list(record["headers"])

    def delivered(error, message):
        if error is not None:
            raise SystemExit(str(error))
        deliveries.append((record, span, message))

    client.produce(to, record["value"], key=record["key"], headers=headers, on_delivery=delivered, **place)
    span = spans.written()


def report(deliveries):
    for record, span, message in deliveries:
        timestamp = message.timestamp()[1]
        write(message.partition(), message.offset(), timestamp, record["key"], record["value"], record["headers"], span)


def consumed(left):
    """All partitions from their beginning."""
    client = confluent_kafka.Consumer({"bootstrap.servers": bootstrap_servers, "group.id": "interop-confluent"})
    partitions = client.list_topics(topic).topics[topic].partitions
    client.assign([confluent_kafka.TopicPartition(topic, it, confluent_kafka.OFFSET_BEGINNING) for it in partitions])
    while left > 0:
        message = client.poll(1)
        if message is None:
            continue
        if message.error():
            raise SystemExit(str(message.error()))
        yield message
        left -= 1
    client.close()


def main():
    if command == "consume":
        for it in consumed(int(rest[0])):
            timestamp = it.timestamp()[1]
            write(it.partition(), it.offset(), timestamp, it.key(), it.value(), it.headers(), spans.seen())
        return
    client, deliveries = producer(), []
    if command == "produce":
        for record in read():
            produce(topic, client, record, deliveries)
    else:
        for it in consumed(int(rest[0])):
            record = {"partition": it.partition(), "timestamp": it.timestamp()[1], "headers": it.headers() or []}
            produce(rest[1], client, {**record, "key": it.key(), "value": it.value()}, deliveries)
    client.flush()
    report(deliveries)


main()
