"""What holds records, or lines about them, is encrypted with one key, which those may use who have to."""

# Where each kind of resource names its key.
KEYS = {
    "AWS::Kinesis::Stream": ["StreamEncryption", "KeyId"],
    "AWS::S3::Bucket": [
        "BucketEncryption",
        "ServerSideEncryptionConfiguration",
        0,
        "ServerSideEncryptionByDefault",
        "KMSMasterKeyID",
    ],
    "AWS::Logs::LogGroup": ["KmsKeyId"],
}
# What CloudWatch Logs does with a key (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html).
OF_LOGS = {"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"}


def at(node, path):
    for step in path:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return None
    return node


def complaints(resources, keys, expected):
    """`resources` by kind and name, the keys that the stack makes, and the key that all should name."""
    for kind, path in KEYS.items():
        for name, properties in resources[kind].items():
            if (key := at(properties, path)) != expected:
                yield f"{name} is encrypted with {key}, and should be with {expected}"
    for name, properties in keys.items():
        statements = properties["KeyPolicy"]["Statement"]
        of_logs = [it for it in statements if str(at(it, ["Principal", "Service"])).startswith("logs.")]
        if not any(set(it["Action"]) >= OF_LOGS and "Condition" in it for it in of_logs):
            yield f"{name} does not let CloudWatch Logs encrypt, under a condition"
