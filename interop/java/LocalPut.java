import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.*;
import software.amazon.awssdk.services.kinesis.model.Record;

/**
 * Puts records with both clients of the AWS SDK v2, as they come (CBOR; the asynchronous one over HTTP/2), in a span of
 * OpenTelemetry that is exported as protobuf with gzip, and reads them back: java LocalPut STREAM
 *
 * <p>Everything else comes from the variables that any program has: AWS_ENDPOINT_URL_KINESIS, OTEL_EXPORTER_OTLP_ENDPOINT, …
 * stdout: one line per record, {"client", "partition_key", "explicit_hash_key", "data_base64", "shard", "sequence_number", "trace_id"}
 */
public final class LocalPut {
  private static final ObjectMapper JSON = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private record Row(String key, String hashKey, byte[] data) {
    PutRecordsRequestEntry entry() {
      return PutRecordsRequestEntry.builder().partitionKey(key).explicitHashKey(hashKey)
          .data(SdkBytes.fromByteArray(data)).build();
    }

    PutRecordRequest request(String stream) {
      return PutRecordRequest.builder().streamName(stream).partitionKey(key).explicitHashKey(hashKey)
          .data(SdkBytes.fromByteArray(data)).build();
    }
  }

  private static final List<Row> ROWS = List.of(
      new Row("Zoë", null, new byte[] {0, -1}),
      new Row("N14228", "0", "{\"tailnum\":\"N14228\",\"to\":\"東京\"}".getBytes(UTF_8)),
      new Row("N24211", null, new byte[300_000]));

  public static void main(String[] args) throws Exception {
    String stream = args[0];
    var exporter = OtlpHttpSpanExporter.builder()
        .setEndpoint(System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT") + "/v1/traces").setCompression("gzip").build();
    var provider = SdkTracerProvider.builder().addSpanProcessor(BatchSpanProcessor.builder(exporter).build()).build();
    Span span = provider.get("interop").spanBuilder("put flights").setSpanKind(SpanKind.PRODUCER).startSpan();
    span.addEvent("begins", Attributes.of(AttributeKey.longKey("records"), 8L));

    try (var sync = KinesisClient.create(); var async = KinesisAsyncClient.create()) {
      var description = sync.describeStream(it -> it.streamName(stream)).streamDescription();
      String arn = description.streamARN();
      var batch = PutRecordsRequest.builder().streamARN(arn).records(ROWS.stream().map(Row::entry).toList()).build();

      report("synchronous", span, ROWS.get(0), sync.putRecord(ROWS.get(0).request(stream)));
      report("synchronous", span, sync.putRecords(batch));
      report("asynchronous", span, ROWS.get(0), async.putRecord(ROWS.get(0).request(stream)).get());
      report("asynchronous", span, async.putRecords(batch).get());
      span.end();
      provider.shutdown().join(30, TimeUnit.SECONDS);

      String consumer = sync.registerStreamConsumer(it -> it.streamARN(arn).consumerName("java")).consumer().consumerARN();
      while (sync.describeStreamConsumer(it -> it.consumerARN(consumer)).consumerDescription().consumerStatus()
          != ConsumerStatus.ACTIVE) {
        Thread.sleep(50);
      }
      var polled = new ArrayList<String>();
      var pushed = new ArrayList<String>();
      for (Shard shard : async.listShards(it -> it.streamName(stream)).get().shards()) {
        List<String> records = read(sync, stream, shard.shardId());
        polled.addAll(records);
        pushed.addAll(subscribed(async, consumer, shard.shardId(), records.size()));
      }
      if (polled.size() != 2 * (ROWS.size() + 1)) throw new IllegalStateException(polled.size() + " records were read");
      polled.sort(null);
      pushed.sort(null);
      if (!polled.equals(pushed)) throw new IllegalStateException(pushed.size() + " records came by a subscription");
    }
  }

  private static List<String> read(KinesisClient kinesis, String stream, String shard) {
    var position = kinesis.getShardIterator(
        it -> it.streamName(stream).shardId(shard).shardIteratorType(ShardIteratorType.TRIM_HORIZON));
    return texts(kinesis.getRecords(it -> it.shardIterator(position.shardIterator())).records());
  }

  private static List<String> subscribed(KinesisAsyncClient kinesis, String consumer, String shard, int count)
      throws Exception {
    var records = new ArrayList<Record>();
    var complete = new CountDownLatch(count);
    var handler = SubscribeToShardResponseHandler.builder()
        .onEventStream((SdkPublisher<SubscribeToShardEventStream> events) ->
            events.filter(SubscribeToShardEvent.class).subscribe(event -> {
              synchronized (records) {
                records.addAll(event.records());
              }
              event.records().forEach(record -> complete.countDown());
            }))
        .onError(Throwable::printStackTrace)
        .build();
    var subscription = kinesis.subscribeToShard(
        it -> it.consumerARN(consumer).shardId(shard).startingPosition(at -> at.type(ShardIteratorType.TRIM_HORIZON)), handler);
    if (!complete.await(30, TimeUnit.SECONDS)) throw new IllegalStateException("a subscription brings nothing");
    subscription.cancel(true);
    synchronized (records) {
      return texts(records);
    }
  }

  private static List<String> texts(List<Record> records) {
    return records.stream().map(record -> Base64.getEncoder().encodeToString(record.data().asByteArray())).toList();
  }

  private static void report(String client, Span span, PutRecordsResponse answer) throws Exception {
    for (int index = 0; index < ROWS.size(); index++) {
      var entry = answer.records().get(index);
      print(client, span, ROWS.get(index), entry.shardId(), entry.sequenceNumber());
    }
  }

  private static void report(String client, Span span, Row row, PutRecordResponse answer) throws Exception {
    print(client, span, row, answer.shardId(), answer.sequenceNumber());
  }

  private static void print(String client, Span span, Row row, String shard, String number) throws Exception {
    var line = new LinkedHashMap<String, Object>();
    line.put("client", client);
    line.put("partition_key", row.key());
    line.put("explicit_hash_key", row.hashKey());
    line.put("data_base64", Base64.getEncoder().encodeToString(row.data()));
    line.put("shard", shard);
    line.put("sequence_number", number);
    line.put("trace_id", span.getSpanContext().getTraceId());
    System.out.println(JSON.writeValueAsString(line));
  }
}
