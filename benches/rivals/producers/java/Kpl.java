import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.kinesis.producer.KinesisProducer;
import software.amazon.kinesis.producer.KinesisProducerConfiguration;
import software.amazon.kinesis.producer.UserRecordFailedException;
import software.amazon.kinesis.producer.UserRecordResult;

/**
 * The Kinesis Producer Library, with aggregation unless AGGREGATION is off, and without its limit of each shard:
 * java Kpl ENDPOINT STREAM KEYS RECORDS. How the driver talks to it is said in python/program.py.
 */
public final class Kpl {
  private static final int BYTES = 1024;
  /** The library leaves this limit to its caller: 32 MiB. */
  private static final int MOST_OUTSTANDING = 32 * 1024;
  private static final int WARM_UP = 500;

  public static void main(String[] args) throws Exception {
    URI endpoint = URI.create(args[0]);
    int keys = Integer.parseInt(args[2]);
    var driver = new BufferedReader(new InputStreamReader(System.in));
    var kpl = new KinesisProducer(configuration(endpoint));

    put(kpl, "warm-up", keys, WARM_UP);
    System.out.println("ready");
    if (driver.readLine() == null) throw new IllegalStateException("the driver ended");
    put(kpl, args[1], keys, Integer.parseInt(args[3]));
    System.out.println("done");
    driver.readLine();
    kpl.destroy();
    System.exit(0);
  }

  private static KinesisProducerConfiguration configuration(URI endpoint) {
    return new KinesisProducerConfiguration()
        .setRegion("us-east-1")
        .setCredentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("testbed", "testbed")))
        .setKinesisEndpoint(endpoint.getHost())
        .setKinesisPort(endpoint.getPort())
        .setStsEndpoint(endpoint.getHost())
        .setStsPort(endpoint.getPort())
        .setVerifyCertificate(false)
        .setTempDirectory(System.getenv("KPL_FOLDER"))
        .setMetricsLevel("none")
        .setLogLevel("warning")
        .setAggregationEnabled(!"off".equals(System.getenv("AGGREGATION")))
        .setRateLimit(Long.MAX_VALUE);
  }

  private static void put(KinesisProducer kpl, String stream, int keys, int records) throws InterruptedException {
    var room = new Semaphore(MOST_OUTSTANDING);
    var failure = new AtomicReference<Throwable>();
    var callback = new FutureCallback<UserRecordResult>() {
      @Override public void onSuccess(UserRecordResult result) {
        room.release();
      }

      @Override public void onFailure(Throwable cause) {
        failure.set(cause);
        room.release();
      }
    };
    long random = 1;
    for (int number = 0; number < records; number++) {
      random = random * 48271 % 2147483647;
      room.acquire();
      var future = kpl.addUserRecord(stream, "key-" + random % keys, data(number));
      Futures.addCallback(future, callback, MoreExecutors.directExecutor());
    }
    kpl.flush();
    room.acquire(MOST_OUTSTANDING);
    if (failure.get() != null) throw new IllegalStateException("a record was given up: " + reason(failure.get()));
  }

  private static String reason(Throwable failure) {
    return failure instanceof UserRecordFailedException failed
        ? String.valueOf(failed.getResult().getAttempts().get(failed.getResult().getAttempts().size() - 1).getErrorMessage()) : failure.toString();
  }

  private static ByteBuffer data(int number) {
    byte[] data = new byte[BYTES];
    Arrays.fill(data, (byte) 'x');
    byte[] begin = ("{\"number\":" + number + ",\"text\":\"").getBytes(UTF_8);
    System.arraycopy(begin, 0, data, 0, begin.length);
    data[BYTES - 2] = '"';
    data[BYTES - 1] = '}';
    return ByteBuffer.wrap(data);
  }
}
