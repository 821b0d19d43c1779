// Consumes from one topic and produces what it got to another, headers and all, as a program in the middle does.
//
// arguments: <bootstrap servers> <topic> <how many records> <topic to produce to>
// stdout:    as Produce, a line for each record that it produced

import io.opentelemetry.instrumentation.kafkaclients.v2_6.KafkaTelemetry;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

final class Forward {
  public static void main(String[] arguments) throws Exception {
    Spans spans = new Spans();
    KafkaTelemetry telemetry = KafkaTelemetry.create(spans.sdk());
    int left = Integer.parseInt(arguments[2]);
    try (KafkaConsumer<byte[], byte[]> consumer = Consume.consumer(arguments[0], telemetry);
        KafkaProducer<byte[], byte[]> producer = Produce.producer(arguments[0], telemetry)) {
      Consume.assign(consumer, arguments[1]);
      while (left > 0) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          RecordMetadata delivery = producer.send(forwarded(record, arguments[3])).get();
          Line line = Line.of(record, spans.written());
          new Line(
                  delivery.partition(), delivery.offset(), line.timestamp(), line.key(), line.value(), line.headers(),
                  line.traceId(), line.spanId(), null)
              .print();
          left--;
        }
      }
    }
  }

  private static ProducerRecord<byte[], byte[]> forwarded(ConsumerRecord<byte[], byte[]> record, String topic) {
    return new ProducerRecord<>(
        topic, record.partition(), record.timestamp(), record.key(), record.value(), record.headers());
  }
}
