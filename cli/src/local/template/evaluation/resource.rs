//! What `Ref` and `Fn::GetAtt` of resources come to.

use super::super::arn;
use super::super::scalar_text::as_text;
use super::super::scope::{ACCOUNT, REGION};
use super::super::streams::STREAM;
use super::values::Values;
use crate::local::nearest::did_you_mean;

/// Properties that give a resource its name, of the types that functions are told about.
const NAMES: [&str; 10] = [
    "BucketName",
    "TableName",
    "QueueName",
    "TopicName",
    "RoleName",
    "LogGroupName",
    "StateMachineName",
    "DomainName",
    "FunctionName",
    "Name",
];

impl dyn Values<'_> + '_ {
    /// `Ref`.
    pub(super) fn name_of(&mut self, resource: &str) -> Result<String, String> {
        // SAM's own: `!Ref Function.Alias`.
        if let Some((function, name @ ("Alias" | "Version"))) = resource.split_once('.') {
            return self.attribute_of(function, name);
        }
        if let Some(function) = self.function_of_alias(resource) {
            return Ok(arn::function(&function));
        }
        match self.type_of(resource)?.as_str() {
            STREAM => Ok(self.stream_name(resource)?),
            "AWS::Lambda::Function" | "AWS::Serverless::Function" => Ok(resource.to_owned()),
            "AWS::Lambda::Alias" | "AWS::Lambda::Version" => self.qualified_function(resource),
            "AWS::Kinesis::StreamConsumer" => self.consumer(resource),
            kind => self.made_up(resource, kind, None),
        }
    }

    /// `Fn::GetAtt`.
    pub(super) fn attribute_of(&mut self, resource: &str, name: &str) -> Result<String, String> {
        // SAM's own: `Function.Alias`, `Function.Version`, and `Function.Arn`.
        match (self.type_of(resource)?.as_str(), name) {
            (STREAM, "Arn") => Ok(arn::stream(&self.stream_name(resource)?)),
            ("AWS::Lambda::Function" | "AWS::Serverless::Function", "Arn" | "Alias" | "Version") => {
                Ok(arn::function(resource))
            }
            ("AWS::Kinesis::StreamConsumer", "ConsumerARN" | "StreamARN") => self.consumer(resource),
            ("AWS::Lambda::Alias" | "AWS::Lambda::Version", "FunctionArn" | "AliasArn") => {
                self.qualified_function(resource)
            }
            ("AWS::Lambda::Url", "FunctionUrl") => self.function_url(resource),
            (kind, name) => self.made_up(resource, kind, Some(name)),
        }
    }

    /// The type of a resource that is made.
    fn type_of(&mut self, resource: &str) -> Result<String, String> {
        let scope = self.scope();
        let Some(its) = scope.resource(resource) else {
            let made_by_sam = self.made_by_sam(resource);
            let missing = || {
                let hint = did_you_mean(resource, scope.names());
                format!("there is no parameter or resource {resource}{hint}")
            };
            return made_by_sam.map(str::to_owned).ok_or_else(missing);
        };
        if let Some(condition) = its.get("Condition").and_then(as_text)
            && !self.named_condition(&condition)?
        {
            return Err(format!("{resource} is not made, because its condition {condition} does not hold"));
        }
        Ok(scope.resource_type(resource).unwrap_or_default().to_owned())
    }

    /// The function whose alias SAM makes under this name, as `FunctionAliaslive` of `AutoPublishAlias: live`.
    fn function_of_alias(&self, resource: &str) -> Option<String> {
        let scope = self.scope();
        let (function, _) = resource.split_once("Alias").filter(|_| scope.resource(resource).is_none())?;
        let its = scope.resource(function)?;
        its.get("Properties")?.get("AutoPublishAlias").map(|_| function.to_owned())
    }

    /// Resources that SAM makes for a function: its role, its URL, its version, alias and log group.
    fn made_by_sam(&self, resource: &str) -> Option<&'static str> {
        const MADE: [(&str, &str); 3] =
            [("Role", "AWS::IAM::Role"), ("Url", "AWS::Lambda::Url"), ("LogGroup", "AWS::Logs::LogGroup")];
        MADE.into_iter().find_map(|(suffix, kind)| {
            let function = resource.strip_suffix(suffix)?;
            (self.scope().resource_type(function)? == "AWS::Serverless::Function").then_some(kind)
        })
    }

    pub(super) fn stream_name(&mut self, resource: &str) -> Result<String, String> {
        let name = self.property(resource, "Name")?;
        Ok(name.filter(|name| !name.is_empty()).unwrap_or_else(|| resource.to_owned()))
    }

    /// Where a function is called over HTTP, unless another port was chosen.
    fn function_url(&mut self, resource: &str) -> Result<String, String> {
        let target = self.property(resource, "TargetFunctionArn")?;
        let of_sam = || resource.strip_suffix("Url").unwrap_or(resource).to_owned();
        let function = target.map_or_else(of_sam, |target| arn::function_name(&target).unwrap_or(&target).to_owned());
        let url = format!("http://127.0.0.1:9000/lambda-url/{function}/");
        self.found(format!("the URL {resource} is {url:?} here, unless --url-port says otherwise"));
        Ok(url)
    }

    fn property(&mut self, resource: &str, name: &str) -> Result<Option<String>, String> {
        let node = self.scope().resource(resource).and_then(|its| its.get("Properties")?.get(name));
        let Some(node) = node else { return Ok(None) };
        Ok(self.value(node)?.as_ref().and_then(as_text))
    }

    /// The ARN of an alias or version is that of its function: there are no others here.
    fn qualified_function(&mut self, resource: &str) -> Result<String, String> {
        let name = self.property(resource, "FunctionName")?.unwrap_or_default();
        Ok(arn::function(arn::function_name(&name).unwrap_or(&name)))
    }

    /// The ARN of a consumer of enhanced fan-out, in which the name of its stream is.
    fn consumer(&mut self, resource: &str) -> Result<String, String> {
        let stream = self.property(resource, "StreamARN")?.unwrap_or_default();
        let name = self.property(resource, "ConsumerName")?.unwrap_or_else(|| resource.to_owned());
        Ok(format!("{stream}/consumer/{name}:1"))
    }

    /// A name or an attribute of something that is not made here: always the same, and of the right form.
    fn made_up(&mut self, resource: &str, kind: &str, attribute: Option<&str>) -> Result<String, String> {
        let mut name = None;
        for property in NAMES {
            name = name.or(self.property(resource, property)?);
        }
        let name = name.unwrap_or_else(|| format!("{}-{resource}", self.scope().stack));
        let text = match (kind, attribute) {
            ("AWS::S3::Bucket", None) => name.to_lowercase(),
            ("AWS::S3::Bucket", Some("Arn")) => format!("arn:aws:s3:::{}", name.to_lowercase()),
            ("AWS::SQS::Queue", None | Some("QueueUrl")) => {
                format!("https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}")
            }
            ("AWS::SNS::Topic", None) => format!("arn:aws:sns:{REGION}:{ACCOUNT}:{name}"),
            (
                "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" | "AWS::Serverless::SimpleTable",
                Some("StreamArn"),
            ) => {
                format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}/stream/2000-01-01T00:00:00.000")
            }
            ("AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" | "AWS::Serverless::SimpleTable", Some("Arn")) => {
                format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}")
            }
            (_, None) => name,
            (kind, Some(attribute)) if attribute.ends_with("Arn") || attribute.ends_with("ARN") => {
                let service = kind.split("::").nth(1).unwrap_or("aws").to_lowercase();
                format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{name}")
            }
            (_, Some("QueueName" | "TopicName")) => name,
            (_, Some(attribute)) => format!("{name}.{attribute}"),
        };
        let what = attribute.map_or_else(|| resource.to_owned(), |attribute| format!("{resource}.{attribute}"));
        self.found(format!("{what} is of a resource that is not made here ({kind}): it is the text {text:?}"));
        Ok(text)
    }
}
