//! What names in a template stand for.

use serde_json::{Map, Value};

use super::parameters::Parameters;

/// The region that everything here claims to be in, and the account.
pub(super) const REGION: &str = "us-east-1";
pub(super) const ACCOUNT: &str = "000000000000";

/// A template with the values of its parameters.
#[derive(Debug)]
pub(super) struct Scope {
    template: Map<String, Value>,
    pub(super) parameters: Parameters,
    pub(super) stack: String,
}

impl Scope {
    pub(super) fn new(template: Map<String, Value>, parameters: Parameters, stack: String) -> Self {
        Self { template, parameters, stack }
    }

    /// A section such as `Resources`; `None` also if it is not a map.
    pub(super) fn section(&self, name: &str) -> Option<&Map<String, Value>> {
        self.template.get(name)?.as_object()
    }

    /// A section, whatever it is.
    pub(super) fn whole_section(&self, name: &str) -> Option<&Value> {
        self.template.get(name)
    }

    pub(super) fn names_of_sections(&self) -> impl Iterator<Item = &str> {
        self.template.keys().map(String::as_str)
    }

    /// An entry of a section.
    pub(super) fn entry(&self, section: &str, name: &str) -> Option<&Value> {
        self.section(section)?.get(name)
    }

    pub(super) fn resource(&self, name: &str) -> Option<&Map<String, Value>> {
        self.entry("Resources", name)?.as_object()
    }

    /// The type of a resource.
    pub(super) fn resource_type(&self, name: &str) -> Option<&str> {
        self.resource(name)?.get("Type")?.as_str()
    }

    /// The value of a pseudo parameter but `AWS::NoValue`.
    pub(super) fn pseudo(&self, name: &str) -> Option<Value> {
        let stack = &self.stack;
        Some(match name {
            "AWS::Region" => REGION.into(),
            "AWS::AccountId" => ACCOUNT.into(),
            "AWS::Partition" => "aws".into(),
            "AWS::URLSuffix" => "amazonaws.com".into(),
            "AWS::StackName" => stack.as_str().into(),
            "AWS::StackId" => {
                format!("arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{stack}/00000000-0000-0000-0000-000000000000")
                    .into()
            }
            "AWS::NotificationARNs" => Value::Array(Vec::new()),
            _ => return None,
        })
    }

    /// Everything that `Ref` may name, for those who mistyped it.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let resources = self.section("Resources").into_iter().flat_map(Map::keys);
        self.parameters.values.keys().chain(&self.parameters.missing).chain(resources).map(String::as_str)
    }
}
