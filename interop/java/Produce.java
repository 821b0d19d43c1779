// Produces with kafka-clients and OpenTelemetry's interceptor, under a span for each record.
//
// arguments: <bootstrap servers> <topic>
// stdin:     one line per record, {"partition" or null, "timestamp" or null, "key", "value", "headers"}
// stdout:    the same lines with "partition", "offset" and the producer span's "trace_id" and "span_id"

import io.opentelemetry.instrumentation.kafkaclients.v2_6.KafkaTelemetry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

final class Produce {
  public static void main(String[] arguments) throws Exception {
    String topic = arguments[1];
    Spans spans = new Spans();
    List<Line> lines = Line.read();
    try (KafkaProducer<byte[], byte[]> producer = producer(arguments[0], KafkaTelemetry.create(spans.sdk()))) {
      List<Spans.Seen> written = new ArrayList<>();
      List<Future<RecordMetadata>> deliveries = new ArrayList<>();
      for (Line line : lines) {
        deliveries.add(producer.send(line.to(topic)));
        written.add(spans.written());
      }
      for (int i = 0; i < lines.size(); i++) {
        RecordMetadata delivery = deliveries.get(i).get();
        Spans.Seen span = written.get(i);
        Line line = lines.get(i);
        new Line(
                delivery.partition(), delivery.offset(), delivery.timestamp(), line.key(), line.value(), line.headers(),
                span.traceId(), span.spanId(), null)
            .print();
      }
    }
  }

  static KafkaProducer<byte[], byte[]> producer(String bootstrapServers, KafkaTelemetry telemetry) {
    Map<String, Object> settings = new HashMap<>(telemetry.producerInterceptorConfigProperties());
    settings.put("bootstrap.servers", bootstrapServers);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
