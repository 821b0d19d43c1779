//! The types of resources.

use super::Bearing::{self, Differs, None as Nothing, Used};

/// What resources of a type mean here, by the longest beginning that is known; `None` if the type is not known.
pub(in super::super) fn of_resource(kind: &str) -> Option<Bearing> {
    let known = RESOURCES.iter().filter(|(beginning, _)| kind.starts_with(beginning));
    known.max_by_key(|(beginning, _)| beginning.len()).map(|(_, bearing)| *bearing)
}

/// Types by how they begin.
const RESOURCES: &[(&str, Bearing)] = &[
    ("AWS::Kinesis::Stream", Used),
    ("AWS::Kinesis::StreamConsumer", Used),
    ("AWS::Kinesis::ResourcePolicy", Nothing),
    ("AWS::Serverless::Function", Used),
    ("AWS::Lambda::Function", Used),
    ("AWS::Lambda::EventSourceMapping", Used),
    ("AWS::Lambda::Url", Used),
    ("AWS::Lambda::Alias", Nothing),
    ("AWS::Lambda::Version", Nothing),
    ("AWS::Lambda::Permission", Nothing),
    ("AWS::Lambda::LayerVersion", Nothing),
    ("AWS::Lambda::CodeSigningConfig", Nothing),
    (
        "AWS::Lambda::EventInvokeConfig",
        Differs("an asynchronous request is tried once here, and its failure goes nowhere"),
    ),
    ("AWS::Serverless::LayerVersion", Nothing),
    ("AWS::Serverless::Connector", Nothing),
    (
        "AWS::Serverless::Application",
        Differs("another template is not read: name it with --template in a run of its own"),
    ),
    (
        "AWS::CloudFormation::Stack",
        Differs("another template is not read: name it with --template in a run of its own"),
    ),
    (
        "AWS::CloudFormation::CustomResource",
        Differs("a custom resource is not made here, and its function not asked for it"),
    ),
    ("AWS::CloudFormation::Macro", Differs("a macro is not run here")),
    ("AWS::CloudFormation::", Nothing),
    ("Custom::", Differs("a custom resource is not made here, and its function not asked for it")),
    ("AWS::S3::BucketPolicy", Nothing),
    ("AWS::SQS::QueuePolicy", Nothing),
    ("AWS::SQS::QueueInlinePolicy", Nothing),
    ("AWS::SNS::TopicPolicy", Nothing),
    ("AWS::SNS::TopicInlinePolicy", Nothing),
    ("AWS::ApiGateway::", Differs("there is no API here: a function is called by its function URL")),
    ("AWS::ApiGatewayV2::", Differs("there is no API here: a function is called by its function URL")),
    ("AWS::Serverless::Api", Differs("there is no API here: a function is called by its function URL")),
    ("AWS::Serverless::HttpApi", Differs("there is no API here: a function is called by its function URL")),
    ("AWS::Serverless::WebSocketApi", Differs("there is no API here: a function is called by its function URL")),
    ("AWS::Events::", Differs("nothing is scheduled or routed here: a function is called by its function URL")),
    ("AWS::Scheduler::", Differs("nothing is scheduled or routed here: a function is called by its function URL")),
    ("AWS::Pipes::", Differs("there are no pipes here")),
    ("AWS::KinesisFirehose::", Differs("there is no Firehose here: what it would read stays in the stream")),
    ("AWS::ApplicationAutoScaling::", Nothing),
    ("AWS::Backup::", Nothing),
    ("AWS::Budgets::", Nothing),
    ("AWS::CDK::Metadata", Nothing),
    ("AWS::CertificateManager::", Nothing),
    ("AWS::CloudTrail::", Nothing),
    ("AWS::CloudWatch::", Nothing),
    ("AWS::CodeDeploy::", Nothing),
    ("AWS::Config::", Nothing),
    ("AWS::EC2::", Nothing),
    ("AWS::IAM::", Nothing),
    ("AWS::KMS::", Nothing),
    ("AWS::Logs::", Nothing),
    ("AWS::Oam::", Nothing),
    ("AWS::ResourceGroups::", Nothing),
    ("AWS::Route53::", Nothing),
    ("AWS::ServiceCatalogAppRegistry::", Nothing),
    ("AWS::SSM::", Nothing),
    ("AWS::Synthetics::", Nothing),
    ("AWS::WAFv2::", Nothing),
    ("AWS::XRay::", Nothing),
    ("AWS::SecretsManager::", Differs("the secret is not made here; give functions what they need of it with --env")),
    (
        "AWS::DynamoDB::",
        Differs(
            "the table is not made here; a function that uses it needs one elsewhere, such as DynamoDB local with --env AWS_ENDPOINT_URL_DYNAMODB=…",
        ),
    ),
    (
        "AWS::Serverless::SimpleTable",
        Differs(
            "the table is not made here; a function that uses it needs one elsewhere, such as DynamoDB local with --env AWS_ENDPOINT_URL_DYNAMODB=…",
        ),
    ),
    ("AWS::", Differs("it is not made here; a function that uses it needs one elsewhere")),
];
