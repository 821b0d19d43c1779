// Consumes with kafka-clients and OpenTelemetry's interceptor, all partitions from their beginning.
//
// arguments: <bootstrap servers> <topic> <how many records>
// stdout:    one line per record, {"partition", "offset", "timestamp", "key", "value", "headers", "trace_id", "span_id",
//            "relation"}: the context that the instrumentation's span belongs to, as its "parent" or by a "link"

import io.opentelemetry.instrumentation.kafkaclients.v2_6.KafkaTelemetry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

final class Consume {
  public static void main(String[] arguments) throws Exception {
    Spans spans = new Spans();
    int left = Integer.parseInt(arguments[2]);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(arguments[0], KafkaTelemetry.create(spans.sdk()))) {
      assign(consumer, arguments[1]);
      while (left > 0) {
        // A span begins when the loop takes a record, and ends when it takes the next.
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          Line.of(record, spans.seen()).print();
          left--;
        }
      }
    }
  }

  static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers, KafkaTelemetry telemetry) {
    Map<String, Object> settings = new HashMap<>(telemetry.consumerInterceptorConfigProperties());
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("group.id", "interop-java");
    settings.put("enable.auto.commit", "false");
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  static void assign(KafkaConsumer<byte[], byte[]> consumer, String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream().map(it -> new TopicPartition(topic, it.partition())).toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }
}
