// Apache Kafka, a broker and its controller in one process, until its standard input is closed. Its data goes with it.
//
// arguments: <port of a proxy>, to which clients are sent that come through it
// stdout:    one line as soon as it answers, {"bootstrap_servers", "behind_proxy"}: the second is for the proxy to connect to

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.utils.Time;

final class Broker {
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("kinetrace-kafka-");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));

    List<Integer> ports = freePorts();
    Properties properties = properties(ports, arguments[0], folder.resolve("data"));
    format(properties, folder.resolve("server.properties"));
    // It returns when the broker has registered with the controller and answers. If it cannot, it ends the process.
    new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM).startup();
    System.out.printf(
        "{\"bootstrap_servers\":\"127.0.0.1:%d\",\"behind_proxy\":\"127.0.0.1:%d\"}%n", ports.get(0), ports.get(1));

    while (System.in.read() >= 0) {}
    // Kafka would first hand its partitions over, which there is no one to take.
    delete(folder);
    Runtime.getRuntime().halt(0);
  }

  /** A client is told the port that is configured, so the operating system cannot choose it as late as at the bind. */
  private static List<Integer> freePorts() throws IOException {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    try (ServerSocket broker = new ServerSocket(0, 1, loopback);
        ServerSocket behindProxy = new ServerSocket(0, 1, loopback);
        ServerSocket controller = new ServerSocket(0, 1, loopback)) {
      return List.of(broker.getLocalPort(), behindProxy.getLocalPort(), controller.getLocalPort());
    }
  }

  private static Properties properties(List<Integer> ports, String proxy, Path data) {
    String broker = "PLAINTEXT://127.0.0.1:" + ports.get(0);
    String behindProxy = "PROXIED://127.0.0.1:" + ports.get(1);
    String controller = "127.0.0.1:" + ports.get(2);
    Properties properties = new Properties();
    properties.putAll(
        Map.of(
            "process.roles", "broker,controller",
            "node.id", "1",
            "controller.quorum.voters", "1@" + controller,
            "listeners", broker + "," + behindProxy + ",CONTROLLER://" + controller,
            "advertised.listeners", broker + ",PROXIED://127.0.0.1:" + proxy,
            "controller.listener.names", "CONTROLLER",
            "listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT",
            "log.dirs", data.toString(),
            // Tests say which topics there are.
            "auto.create.topics.enable", "false",
            // By their own timestamps, records of tests are of long ago: they would be deleted half a minute from now.
            "log.retention.ms", "-1"));
    // There is one broker; and who joins a group need not wait for others.
    properties.putAll(
        Map.of(
            "offsets.topic.replication.factor", "1",
            "offsets.topic.num.partitions", "1",
            "transaction.state.log.replication.factor", "1",
            "transaction.state.log.min.isr", "1",
            "transaction.state.log.num.partitions", "1",
            "group.initial.rebalance.delay.ms", "0"));
    return properties;
  }

  private static void format(Properties properties, Path file) throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    String[] command = {"format", "--cluster-id", "kinetraceKinetraceKine", "--config", file.toString()};
    if (StorageTool.execute(command, new PrintStream(OutputStream.nullOutputStream())) != 0) {
      throw new IllegalStateException("cannot format " + file);
    }
  }

  private static void delete(Path folder) {
    // Kafka may write into it meanwhile.
    while (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      } catch (IOException | UncheckedIOException error) {
        // A file that was there is gone.
      }
    }
  }
}
