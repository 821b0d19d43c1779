//! The types of parameters.

use serde_json::Value;

/// What of a parameter's type is of interest here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) is_list: bool,
    pub(super) is_number: bool,
    /// A name of something in AWS, such as a subnet.
    pub(super) is_of_aws: bool,
    /// A name of a value in Parameter Store, which AWS puts in its place.
    pub(super) is_stored: bool,
}

impl Kind {
    pub(super) fn of(name: &str) -> Self {
        let stored = name.strip_prefix("AWS::SSM::Parameter::Value<").and_then(|rest| rest.strip_suffix('>'));
        let inner = stored.unwrap_or(name);
        let element = inner.strip_prefix("List<").and_then(|rest| rest.strip_suffix('>'));
        Self {
            is_list: element.is_some() || inner == "CommaDelimitedList",
            is_number: element.unwrap_or(inner) == "Number" && stored.is_none(),
            is_of_aws: element.unwrap_or(inner).starts_with("AWS::") && stored.is_none(),
            is_stored: stored.is_some(),
        }
    }

    /// What `Ref` of a parameter of this type comes to.
    pub(super) fn value(self, text: &str) -> Value {
        match self.is_list {
            // Also the empty text is a list of one, as in CloudFormation.
            true => text.split(',').map(|item| Value::from(item.trim())).collect(),
            false => text.into(),
        }
    }
}
