//! The properties of what is run here, as AWS lists them.

use super::Bearing::{self, Differs, None as Nothing, Used};

/// Of `AWS::Serverless::Function` and `AWS::Lambda::Function`.
pub(in super::super) const FUNCTION: &[(&str, Bearing)] = &[
    ("Architectures", Used),
    ("AssumeRolePolicyDocument", Nothing),
    ("AutoPublishAlias", Differs("no version is published here: the alias is the function itself")),
    ("AutoPublishAliasAllProperties", Nothing),
    ("AutoPublishCodeSha256", Nothing),
    (
        "CapacityProviderConfig",
        Differs("every environment has one invocation at a time here, and no instances to manage"),
    ),
    ("Code", Used),
    ("CodeSigningConfigArn", Nothing),
    ("CodeUri", Used),
    ("DeadLetterConfig", Differs("asynchronous requests that fail are not kept here")),
    ("DeadLetterQueue", Differs("asynchronous requests that fail are not kept here")),
    ("DeploymentPreference", Nothing),
    ("Description", Nothing),
    ("DurableConfig", Differs("there are no durable executions here")),
    ("Environment", Used),
    ("EphemeralStorage", Differs("the function has this machine's /tmp, without a limit")),
    ("EventInvokeConfig", Differs("an asynchronous request is tried once here, and its failure goes nowhere")),
    ("Events", Used),
    ("FileSystemConfigs", Differs("no file system is mounted here")),
    ("FunctionName", Used),
    ("FunctionScalingConfig", Differs("environments are started when they are needed here")),
    ("FunctionUrlConfig", Used),
    ("Handler", Used),
    ("ImageConfig", Used),
    ("ImageUri", Used),
    ("InlineCode", Used),
    ("KmsKeyArn", Nothing),
    (
        "Layers",
        Differs(
            "layers are not there: what they hold has to be in the function's folder, or installed on this machine",
        ),
    ),
    ("LoggingConfig", Nothing),
    ("MemorySize", Used),
    ("PackageType", Used),
    ("PermissionsBoundary", Nothing),
    ("Policies", Nothing),
    ("PropagateTags", Nothing),
    ("ProvisionedConcurrencyConfig", Differs("environments are started when they are needed here")),
    ("PublishToLatestPublished", Nothing),
    ("RecursiveLoop", Nothing),
    ("ReservedConcurrentExecutions", Used),
    ("Role", Nothing),
    ("RolePath", Nothing),
    ("Runtime", Used),
    ("RuntimeManagementConfig", Nothing),
    ("SnapStart", Differs("environments are started without snapshots here")),
    ("SourceKMSKeyArn", Nothing),
    ("Tags", Nothing),
    ("TenancyConfig", Differs("the tenants of the function share its environments here")),
    ("Timeout", Used),
    ("Tracing", Used),
    ("TracingConfig", Used),
    ("VersionDeletionPolicy", Nothing),
    ("VersionDescription", Nothing),
    ("VpcConfig", Differs("the function has this machine's network")),
];

/// Of `AWS::Kinesis::Stream`.
pub(in super::super) const STREAM: &[(&str, Bearing)] = &[
    ("DesiredShardLevelMetrics", Nothing),
    ("MaxRecordSizeInKiB", Used),
    ("Name", Used),
    ("RetentionPeriodHours", Differs("records are kept as long as the run lasts and memory allows")),
    ("ShardCount", Used),
    ("StreamEncryption", Nothing),
    ("StreamModeDetails", Used),
    ("Tags", Nothing),
    ("WarmThroughputMiBps", Differs("a stream on demand has 4 shards here")),
];

/// Of `AWS::Lambda::EventSourceMapping` and SAM's events of type `Kinesis`.
pub(in super::super) const MAPPING: &[(&str, Bearing)] = &[
    ("BatchSize", Used),
    ("BisectBatchOnFunctionError", Used),
    ("DestinationConfig", Used),
    ("Enabled", Used),
    ("EventSourceArn", Used),
    ("FilterCriteria", Used),
    ("FunctionName", Used),
    ("FunctionResponseTypes", Used),
    ("KmsKeyArn", Nothing),
    ("LoggingConfig", Nothing),
    ("MaximumBatchingWindowInSeconds", Used),
    ("MaximumRecordAgeInSeconds", Used),
    ("MaximumRetryAttempts", Used),
    ("MetricsConfig", Nothing),
    ("ParallelizationFactor", Used),
    ("ProvisionedPollerConfig", Differs("pollers are for queues and topics: AWS refuses them for a stream")),
    ("StartingPosition", Used),
    ("StartingPositionTimestamp", Used),
    ("Stream", Used),
    ("Tags", Nothing),
    ("TumblingWindowInSeconds", Used),
];

/// Of a function's URL.
pub(in super::super) const URL: &[(&str, Bearing)] = &[
    ("AuthType", Used),
    ("Cors", Differs("the URL adds no headers of CORS here")),
    ("InvokeMode", Used),
    ("Qualifier", Nothing),
    ("TargetFunctionArn", Used),
];
