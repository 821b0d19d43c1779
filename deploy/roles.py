"""What each role may do, and on what, in each scenario of a template: no more and no less."""

from scenarios import CLUSTER, ROOT_CA, SECRETS, SECRETS_KEY, WAYS

LOGGING = ["logs:CreateLogStream", "logs:PutLogEvents"]
# The mapping does what it does with the consumer's role
# (https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html).
OF_KINESIS = {
    "ProducerRole": {
        "Stream.Arn": ["kinesis:PutRecords", "kinesis:DescribeStreamSummary"],
        "DataKey.Arn": ["kms:GenerateDataKey"],
        # Lambda keeps asynchronous requests with the function's role
        # (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
        "DiscardedRecords.Arn": ["s3:ListBucket"],
        "DiscardedRecords.Arn/*": ["s3:PutObject"],
        "ProducerLogs.Arn": LOGGING,
    },
    "ConsumerRole": {
        "Stream.Arn": [
            "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
        ],
        "DataKey.Arn": ["kms:Decrypt", "kms:GenerateDataKey"],
        "DiscardedRecords.Arn": ["s3:ListBucket"],
        "DiscardedRecords.Arn/aws/lambda/*": ["s3:PutObject"],
        "ConsumerLogs.Arn": LOGGING,
    },
}

# The same for Kafka, by what a scenario has (https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html,
# https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-permissions.html).
ALWAYS = {"ConsumerLogs.Arn": LOGGING}
DESTINATION = {
    "DataKey.Arn": ["kms:GenerateDataKey"],
    "DiscardedRecords.Arn": ["s3:ListBucket"],
    "DiscardedRecords.Arn/aws/lambda/*": ["s3:PutObject"],
}
MSK = {CLUSTER: ["kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers"]}
MSK_BY_ROLE = {
    CLUSTER: MSK[CLUSTER] + ["kafka-cluster:Connect", "kafka-cluster:DescribeClusterDynamicConfiguration"],
    CLUSTER.replace(":cluster/", ":topic/") + "/flights": ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"],
    CLUSTER.replace(":cluster/", ":group/") + "/AWS::StackName": ["kafka-cluster:DescribeGroup", "kafka-cluster:AlterGroup"],
}
NETWORK = {
    "*": [
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
    ],
}
SECRET = {SECRETS: ["secretsmanager:GetSecretValue"]}
OF_KAFKA = {
    "msk": ALWAYS | DESTINATION | MSK_BY_ROLE | NETWORK,
    "msk on demand": ALWAYS | MSK_BY_ROLE | NETWORK,
    "msk with items": ALWAYS | DESTINATION | MSK_BY_ROLE | NETWORK,
    "msk with a secret": ALWAYS | DESTINATION | MSK | NETWORK | SECRET | {SECRETS_KEY: ["kms:Decrypt"]},
    "own": ALWAYS | DESTINATION | NETWORK,
    "own on the internet": ALWAYS | DESTINATION | SECRET | {ROOT_CA: ["secretsmanager:GetSecretValue"]},
    "own on demand": ALWAYS | NETWORK,
}

# What spans and metrics that go straight to CloudWatch take. The template says which pages of AWS have it.
SPANS_TO_CLOUDWATCH = ["xray:PutSpans", "xray:PutSpansForIndexing", "xray:PutTraceSegments"]
METRICS_TO_CLOUDWATCH = ["cloudwatch:PutMetricData"]
# By the scenario, what it adds to every role.
ADDED = dict.fromkeys(WAYS, {}) | {
    # A collector in a layer may have the exporter awsxray, or send to CloudWatch's endpoint.
    "to a layer": {"*": SPANS_TO_CLOUDWATCH + ["xray:PutTelemetryRecords"]},
    "spans to cloudwatch": {"*": SPANS_TO_CLOUDWATCH},
    "all to cloudwatch": {"*": SPANS_TO_CLOUDWATCH + METRICS_TO_CLOUDWATCH},
    "metrics to cloudwatch": {"*": METRICS_TO_CLOUDWATCH},
    # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    "in a network": {
        "*": [
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:UnassignPrivateIpAddresses",
        ],
    },
    "with a configuration in s3": {"arn:AWS::Partition:s3:::configurations/*": ["s3:GetObject"]},
    # https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
    "with lambda's own tracing": {"*": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]},
}


def with_more(roles):
    """The permissions of these roles in each scenario that adds some."""
    return {
        scenario: {name: its | {on: its.get(on, []) + more[on] for on in more} for name, its in roles.items()}
        for scenario, more in ADDED.items()
    }


PERMISSIONS = {
    "template.yaml": {"as it comes": OF_KINESIS} | with_more(OF_KINESIS),
    "template-kafka.yaml": {scenario: {"ConsumerRole": its} for scenario, its in OF_KAFKA.items()}
    | with_more({"ConsumerRole": OF_KAFKA["msk"]}),
}


def permitted(role, managed):
    """The pairs of an action and what it may be done to. `managed` are the template's policies by name."""
    policies = role["Policies"] + [managed[name] for name in role.get("ManagedPolicyArns", [])]
    statements = (statement for policy in policies for statement in policy["PolicyDocument"]["Statement"])
    return {
        (action, resource)
        for statement in statements
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
        if statement["Effect"] == "Allow"
    }


def listed(one_or_more):
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]


def complaints(roles, managed, permissions):
    """`permissions` are those that each role should have: by role and resource, the actions."""
    for name in roles.keys() ^ permissions.keys():
        yield f"{name} is a role here or there only: see deploy/roles.py"
    for name in roles.keys() & permissions.keys():
        needed = {(action, resource) for resource, actions in permissions[name].items() for action in actions}
        has = permitted(roles[name], managed)
        yield from (f"{name} lacks {action} on {resource}" for action, resource in sorted(needed - has))
        yield from (f"{name} does not need {action} on {resource}" for action, resource in sorted(has - needed))
