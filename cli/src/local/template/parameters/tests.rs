//! Which values parameters get, and which are refused.

use serde_json::{Value, json};

use super::{Parameters, values};

fn of(section: &Value, chosen: &[(&str, &str)]) -> Result<Parameters, String> {
    let chosen: Vec<_> = chosen.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    values(section.as_object().unwrap(), &chosen).map_err(|error| error.to_string())
}

#[test]
fn a_parameter_has_the_value_that_was_chosen_or_its_default() {
    let table = [
        (json!({"Type": "String", "Default": "x"}), None, json!("x")),
        (json!({"Type": "String", "Default": "x"}), Some("y"), json!("y")),
        (json!({"Type": "String", "Default": ""}), None, json!("")),
        (json!({"Type": "String", "Default": true}), None, json!("true")),
        (json!({"Type": "Number", "Default": 3}), None, json!("3")),
        (json!({"Type": "Number", "Default": 3}), Some("-0.5"), json!("-0.5")),
        (json!({"Type": "CommaDelimitedList", "Default": "a, b,c"}), None, json!(["a", "b", "c"])),
        (json!({"Type": "CommaDelimitedList", "Default": ""}), None, json!([""])),
        (json!({"Type": "List<Number>", "Default": "1,2"}), None, json!(["1", "2"])),
        (json!({"Type": "AWS::EC2::VPC::Id"}), None, json!("P")),
        (json!({"Type": "List<AWS::EC2::Subnet::Id>"}), Some("subnet-1,subnet-2"), json!(["subnet-1", "subnet-2"])),
        (json!({"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/a/b"}), None, json!("/a/b")),
        (json!({"Type": "AWS::SSM::Parameter::Value<List<String>>"}), Some("a,b"), json!(["a", "b"])),
    ];
    for (declared, chosen, value) in table {
        let chosen: Vec<_> = chosen.map(|chosen| ("P", chosen)).into_iter().collect();
        let parameters = of(&json!({"P": declared}), &chosen).unwrap();
        assert_eq!(parameters.values["P"], value, "{declared}");
    }
}

#[test]
fn a_value_that_only_aws_knows_is_noted() {
    let section = json!({
        "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/orders/arn"},
        "Vpc": {"Type": "AWS::EC2::VPC::Id"},
        "Plain": {"Type": "String", "Default": "x"},
    });
    let notes = of(&section, &[]).unwrap().notes;
    assert_eq!(notes.keys().collect::<Vec<_>>(), ["Stored", "Vpc"]);
    assert!(notes["Stored"].contains("\"/orders/arn\""), "{notes:?}");
    assert_eq!(of(&section, &[("Stored", "a"), ("Vpc", "b")]).unwrap().notes.len(), 0);
}

#[test]
fn what_cloudformation_would_refuse_is_refused_with_the_reason() {
    let table = [
        (json!({"Type": "String", "AllowedValues": ["a", "b"]}), "c", "\"c\" is refused: it is one of a, b"),
        (json!({"Type": "Number", "AllowedValues": [1, 2]}), "3", "it is one of 1, 2"),
        (json!({"Type": "Number"}), "many", "it is a number"),
        (json!({"Type": "Number", "MinValue": 1}), "0", "it is 1 or more"),
        (json!({"Type": "Number", "MaxValue": 10}), "11", "it is 10 or less"),
        (json!({"Type": "String", "MinLength": 1}), "", "its length is 1 or more"),
        (json!({"Type": "String", "MaxLength": "2"}), "abc", "its length is 2 or less"),
        (json!({"Type": "String", "AllowedPattern": "[a-z]+"}), "abc1", "it has to match the pattern [a-z]+"),
        (
            json!({"Type": "String", "AllowedPattern": "^[a-z]+$", "ConstraintDescription": "must be letters"}),
            "1",
            "must be letters (it has to match",
        ),
        (json!({"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]}), "a,c", "it is one of a, b"),
        (json!({"Type": "String", "NoEcho": true, "MinLength": 9}), "secret", "its value is refused"),
    ];
    for (declared, chosen, why) in table {
        let error = of(&json!({"P": declared}), &[("P", chosen)]).unwrap_err();
        assert!(error.starts_with("parameter P: ") && error.contains(why), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
    // Java understands it, and it is CloudFormation's to say.
    assert!(of(&json!({"P": {"Type": "String", "AllowedPattern": "(?!aws).+"}}), &[("P", "x")]).is_ok());
}

#[test]
fn everything_that_is_wrong_is_told_at_once_with_what_to_type() {
    let section =
        json!({"Stage": {"Type": "String"}, "Owner": {"Type": "String"}, "Size": {"Type": "Number", "Default": 1}});
    let error = of(&section, &[("Sise", "2"), ("Size", "x")]).unwrap_err();
    assert_eq!(
        error,
        "parameter Size: \"x\" is refused: it is a number; the template has no parameter Sise; did you mean Size?; the \
         parameters Owner, Stage have no default: give them values with --parameter Owner=… --parameter Stage=…"
    );
}
