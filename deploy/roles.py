"""What each role may do, and on what: with the template's defaults, no more and no less."""

LOGGING = ["logs:CreateLogStream", "logs:PutLogEvents"]
# The mapping does what it does with the consumer's role
# (https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html).
PERMISSIONS = {
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


def permitted(role):
    """The pairs of an action and what it may be done to."""
    statements = (statement for policy in role["Policies"] for statement in policy["PolicyDocument"]["Statement"])
    return {
        (action, resource)
        for statement in statements
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
        if statement["Effect"] == "Allow"
    }


def listed(one_or_more):
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]


def complaints(roles):
    for name in roles.keys() ^ PERMISSIONS.keys():
        yield f"{name} is a role here or there only: see deploy/roles.py"
    for name in roles.keys() & PERMISSIONS.keys():
        needed = {(action, resource) for resource, actions in PERMISSIONS[name].items() for action in actions}
        has = permitted(roles[name])
        yield from (f"{name} lacks {action} on {resource}" for action, resource in sorted(needed - has))
        yield from (f"{name} does not need {action} on {resource}" for action, resource in sorted(has - needed))
