// A record as a line of JSON, in both directions; all programs here that know Kafka have the same.

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Bytes are in base64. */
record Line(
    Integer partition,
    Long offset,
    Long timestamp,
    byte[] key,
    byte[] value,
    List<NamedValue> headers,
    @JsonProperty("trace_id") String traceId,
    @JsonProperty("span_id") String spanId,
    String relation) {

  record NamedValue(String name, byte[] value) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  static List<Line> read() throws Exception {
    List<Line> lines = new ArrayList<>();
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = input.readLine()) != null; ) {
      lines.add(JSON.readValue(line, Line.class));
    }
    return lines;
  }

  static Line of(ConsumerRecord<byte[], byte[]> record, Spans.Seen seen) {
    List<NamedValue> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      headers.add(new NamedValue(header.key(), header.value()));
    }
    return new Line(
        record.partition(), record.offset(), record.timestamp(), record.key(), record.value(), headers,
        seen.traceId(), seen.spanId(), seen.relation());
  }

  ProducerRecord<byte[], byte[]> to(String topic) {
    List<Header> pairs = new ArrayList<>();
    for (NamedValue header : headers) {
      pairs.add(new RecordHeader(header.name(), header.value()));
    }
    return new ProducerRecord<>(topic, partition, timestamp, key, value, pairs);
  }

  void print() throws Exception {
    System.out.println(JSON.writeValueAsString(this));
  }
}
