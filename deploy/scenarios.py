"""The deployments that each template is read with: one for every shape that it can take."""

ACCOUNT = "eu-central-1:123456789012"
CLUSTER = f"arn:aws:kafka:{ACCOUNT}:cluster/flights/5cd0aff2-8c4b-4d8f-9c3a-1d2e3f405162-4"
SECRETS = f"arn:aws:secretsmanager:{ACCOUNT}:secret:AmazonMSK_consumer-AbCdEf"
ROOT_CA = f"arn:aws:secretsmanager:{ACCOUNT}:secret:root-ca-AbCdEf"
SECRETS_KEY = f"arn:aws:kms:{ACCOUNT}:key/secrets"
BROKERS = {"BootstrapServers": "b1.example.com:9094,b2.example.com:9094"}
NETWORK = {"ClusterSubnetA": "subnet-0a", "ClusterSubnetB": "subnet-0b", "ClusterSecurityGroup": "sg-0c"}
ON_DEMAND = {"Pollers": "ON_DEMAND"}
LAYER = "arn:aws:lambda:eu-central-1:901920570463:layer:aws-otel-collector-arm64-ver-0-117-0:1"
# Where spans and metrics go, by the name of the way: what telemetry.py and roles.py expect of each.
TO_CLOUDWATCH = {"TraceDestination": "cloudwatch"}
WAYS = {
    "to a collector": {"OtlpEndpoint": "http://collector.internal:4318", "OtlpHeadersSecret": "otlp-headers"},
    "spans to a collector": {"OtlpEndpoint": "http://collector.internal:4318", "MetricsExporter": "none"},
    "to a layer": {"CollectorLayerArn": LAYER, "AllowXRayExport": "true"},
    "spans to cloudwatch": TO_CLOUDWATCH,
    "all to cloudwatch": TO_CLOUDWATCH | {"MetricsExporter": "cloudwatch"},
    "metrics to cloudwatch": {"TraceDestination": "none", "MetricsExporter": "cloudwatch"},
    "to nobody": {"TraceDestination": "none"},
}
# What else gives every role more than it has as it comes.
FURTHER = {
    "in a network": {"SubnetIds": "subnet-0a", "SecurityGroupIds": "sg-0b"},
    "with a configuration in s3": {"CollectorConfigBucket": "configurations"},
    "with lambda's own tracing": {"XRayTracing": "on"},
}
# What a collector is there for, each by itself, and what must not get past a rule that `sam local` does not know.
OF_COLLECTORS = [
    {"OtlpEndpoint": "http://collector.internal:4318"},
    {"OtlpHeadersSecret": "otlp-headers"},
    {"CollectorLayerArn": LAYER},
    {"CollectorConfigUri": "/var/task/collector.yaml"},
    {"CollectorConfigBucket": "configurations"},
    {"AllowXRayExport": "true"},
]

# By the template's file and the scenario's name: the parameters. The first one is what emulators run the functions with.
SCENARIOS = {
    "template.yaml": {"as it comes": {}} | WAYS | FURTHER,
    "template-kafka.yaml": {
        "msk": {"ClusterArn": CLUSTER},
        "msk on demand": {"ClusterArn": CLUSTER} | ON_DEMAND,
        "msk with items": {"ClusterArn": CLUSTER, "Answer": "items"},
        "msk with a secret": {
            "ClusterArn": CLUSTER,
            "CredentialsSecretArn": SECRETS,
            "SecretsKeyArn": SECRETS_KEY,
        },
        "own": BROKERS | NETWORK,
        "own on the internet": BROKERS | {
            "CredentialsSecretArn": SECRETS,
            "CredentialsType": "BASIC_AUTH",
            "RootCaSecretArn": ROOT_CA,
        },
        "own on demand": BROKERS | NETWORK | ON_DEMAND,
    }
    | {name: {"ClusterArn": CLUSTER} | its for name, its in (WAYS | FURTHER).items()},
}


def of_ways(parameters):
    """What both templates refuse of where spans and metrics go, each in addition to these parameters."""
    for destination in ("cloudwatch", "none"):
        for its in OF_COLLECTORS:
            yield "CollectorsAreForOtlp", parameters | {"TraceDestination": destination} | its
    yield "MetricsGoToCloudWatchAlone", parameters | {"MetricsExporter": "cloudwatch"}


# Parameters that would lose records, their order or the deployment, with the rule or the parameter that has to refuse them.
REFUSED = {
    "template.yaml": [
        ("PartitionKeyCarrierNeedsFactorOne", {"Carrier": "partition-key", "ParallelizationFactor": "2"}),
        ("AggregatesCannotBeFiltered", {"Carrier": "aggregate", "FilterPattern": "{}"}),
        ("EnvelopesNeedBothPatterns", {"FilterPattern": "{}"}),
        ("EnvelopesAreNotAll", {"EnvelopeFilterPattern": "{}"}),
        ("TimestampsBelongTogether", {"StartingPosition": "AT_TIMESTAMP"}),
        ("SecretsAreForHashes", {"HashKeysSecret": "hashes"}),
        ("SubnetsNeedSecurityGroups", {"SubnetIds": "subnet-0a"}),
        *of_ways({}),
    ],
    "template-kafka.yaml": [
        ("ItemsNeedProvisionedPollers", {"ClusterArn": CLUSTER, "Pollers": "ON_DEMAND", "Answer": "items"}),
        ("OneCluster", {}),
        ("OneCluster", {"ClusterArn": CLUSTER} | BROKERS),
        (
            "MskKnowsTwoKindsOfSecrets",
            {"ClusterArn": CLUSTER, "CredentialsSecretArn": SECRETS, "CredentialsType": "BASIC_AUTH"},
        ),
        ("LambdaKnowsTheNetworkOfMsk", {"ClusterArn": CLUSTER} | NETWORK),
        ("LambdaKnowsTheNetworkOfMsk", {"ClusterArn": CLUSTER, "RootCaSecretArn": ROOT_CA}),
        ("SubnetsFromTheFirst", BROKERS | {"CredentialsSecretArn": SECRETS, "ClusterSubnetB": "subnet-0b"}),
        ("ClusterSubnetsNeedASecurityGroup", BROKERS | {"ClusterSubnetA": "subnet-0a"}),
        ("StrangersOnlyWithinANetwork", BROKERS),
        ("TimestampsBelongTogether", {"ClusterArn": CLUSTER, "StartingPosition": "AT_TIMESTAMP"}),
        ("SecretsAreForHashes", {"ClusterArn": CLUSTER, "HashKeysSecret": "hashes"}),
        ("SubnetsNeedSecurityGroups", {"ClusterArn": CLUSTER, "SubnetIds": "subnet-0a"}),
        *of_ways({"ClusterArn": CLUSTER}),
        # Lambda takes no function of more than 14 minutes for Kafka.
        ("ConsumerTimeout", {"ClusterArn": CLUSTER, "ConsumerTimeout": "841"}),
        # In the role, it would stand for any.
        ("ConsumerGroup", {"ClusterArn": CLUSTER, "ConsumerGroup": "*"}),
        ("Topic", {"ClusterArn": CLUSTER, "Topic": "*"}),
    ],
}
