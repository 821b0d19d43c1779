import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.client.CustomResource;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads Strimzi's resources of manifests into its own model, and says what the model has no member for, or takes for nothing.
 * Arguments are the files; resources of others in them are passed over.
 */
final class Resources {
    private static final String GROUP = "kafka.strimzi.io/";
    /** Which version of the API is the newest, the first of each list says. */
    private static final Map<String, Class<? extends CustomResource<?, ?>>> KINDS =
            Map.of("Kafka", Kafka.class, "KafkaNodePool", KafkaNodePool.class, "KafkaTopic", KafkaTopic.class);
    private static final Map<String, List<String>> VERSIONS =
            Map.of("Kafka", Kafka.VERSIONS, "KafkaNodePool", KafkaNodePool.VERSIONS, "KafkaTopic", KafkaTopic.VERSIONS);

    private final YAMLMapper mapper = new YAMLMapper();
    /** Without those that two ways lead to. */
    private final Set<String> complaints = new LinkedHashSet<>();
    private int read;

    public static void main(String[] files) throws Exception {
        Resources resources = new Resources();
        for (String file : files) {
            resources.readFile(Path.of(file));
        }
        resources.complaints.forEach(complaint -> System.err.println("deploy: " + complaint));
        if (resources.read == 0) {
            System.err.println("deploy: there is no resource of Strimzi");
        }
        System.exit(resources.complaints.isEmpty() && resources.read > 0 ? 0 : 1);
    }

    private void readFile(Path file) throws Exception {
        try (var documents = mapper.readerFor(JsonNode.class).<JsonNode>readValues(Files.readString(file))) {
            while (documents.hasNext()) {
                JsonNode document = documents.next();
                if (document.path("apiVersion").asText().startsWith(GROUP)) {
                    readResource(file + ": " + document.path("kind").asText(), document);
                }
            }
        }
    }

    private void readResource(String place, JsonNode document) {
        read++;
        String kind = document.path("kind").asText();
        if (!KINDS.containsKey(kind)) {
            complaints.add(place + ": Strimzi has no such kind, or this check has not");
            return;
        }
        String version = document.path("apiVersion").asText().substring(GROUP.length());
        String newest = VERSIONS.get(kind).get(0);
        if (!version.equals(newest)) {
            complaints.add(place + ": apiVersion is " + GROUP + version + ", and the newest " + GROUP + newest);
        }
        try {
            Object resource = mapper.treeToValue(document, KINDS.get(kind));
            findUnknown(place, resource);
            compare(place + ".spec", document.path("spec"), mapper.<JsonNode>valueToTree(resource).path("spec"));
        } catch (Exception error) {
            complaints.add(place + ": " + error.getMessage().lines().findFirst().orElse(error.toString()));
        }
    }

    /** What the model keeps aside, because it has no member of that name. */
    private void findUnknown(String place, Object node) throws ReflectiveOperationException {
        if (node instanceof Collection<?> items) {
            int index = 0;
            for (Object item : items) {
                findUnknown(place + "[" + index++ + "]", item);
            }
        }
        if (node == null || !isOfModel(node.getClass())) {
            return;
        }
        for (Method method : node.getClass().getMethods()) {
            if (method.getParameterCount() > 0 || !method.getName().startsWith("get")) {
                continue;
            }
            if (method.getName().equals("getAdditionalProperties")) {
                for (Object name : ((Map<?, ?>) method.invoke(node)).keySet()) {
                    complaints.add(place + "." + name + ": Strimzi knows no such member");
                }
            } else {
                String name = method.getName().substring(3, 4).toLowerCase() + method.getName().substring(4);
                findUnknown(place + "." + name, method.invoke(node));
            }
        }
    }

    private static boolean isOfModel(Class<?> type) {
        return !type.isEnum()
                && (type.getName().startsWith("io.strimzi.api.") || type.getName().startsWith("io.fabric8.kubernetes.api.model."));
    }

    /** What the model takes for nothing, as an enumeration does with a name that it has not. */
    private void compare(String place, JsonNode written, JsonNode understood) {
        if (written.isObject()) {
            written.properties().forEach(member -> compare(
                    place + "." + member.getKey(), member.getValue(), understood.path(member.getKey())));
        } else if (written.isArray()) {
            for (int index = 0; index < written.size(); index++) {
                compare(place + "[" + index + "]", written.get(index), understood.path(index));
            }
        } else if (understood.isMissingNode() && written.isBoolean() && !written.asBoolean()) {
            // The model writes no member that is false.
            return;
        } else if (!written.asText().equals(understood.asText())) {
            complaints.add(place + ": Strimzi does not know " + written.asText());
        }
    }
}
