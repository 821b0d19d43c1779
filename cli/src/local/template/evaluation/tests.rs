//! What intrinsic functions come to.

use serde_json::{Value, json};

use super::super::document;
use super::super::notes::Notes;
use super::super::parameters;
use super::super::scope::Scope;

fn scope() -> Scope {
    let template = document::read(
        "
Parameters:
  Stage: {Type: String, Default: dev}
  Count: {Type: Number, Default: 2}
  List: {Type: CommaDelimitedList, Default: 'a,b,c'}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /a}
Mappings:
  M: {dev: {n: 1, l: [x, y]}}
Conditions:
  Always: !Equals [!Ref Stage, dev]
  Never: !Not [!Condition Always]
  Loop: !Or [!Condition Never, !Condition Loop]
Resources:
  Stream: {Type: AWS::Kinesis::Stream, Properties: {Name: !Sub 'orders-${Stage}'}}
  Plain: {Type: AWS::Kinesis::Stream}
  Function: {Type: AWS::Serverless::Function, Properties: {FunctionName: named, AutoPublishAlias: live}}
  Alias: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Function, Name: live}}
  Reader: {Type: AWS::Kinesis::StreamConsumer, Properties: {StreamARN: !GetAtt Stream.Arn, ConsumerName: r}}
  Called: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref Alias}}
  Bucket: {Type: AWS::S3::Bucket}
  Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: items}}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
  Topic: {Type: AWS::SNS::Topic}
  Gone: {Type: AWS::S3::Bucket, Condition: Never}
",
    )
    .unwrap();
    let template = template.as_object().unwrap().clone();
    let parameters = parameters::values(template["Parameters"].as_object().unwrap(), &[]).unwrap();
    Scope::new(template, parameters, "app".to_owned())
}

fn value(text: &str) -> Result<Option<Value>, String> {
    let node = document::read(text).unwrap();
    scope().value(&node, "Here", &mut Notes::default()).map_err(|error| error.to_string())
}

#[test]
fn every_function_has_the_value_that_cloudformation_gives_it() {
    let arn = "arn:aws:kinesis:us-east-1:000000000000:stream/orders-dev";
    let table = [
        ("!Ref Stage", json!("dev")),
        ("!Ref Count", json!("2")),
        ("!Ref List", json!(["a", "b", "c"])),
        ("!Ref Stream", json!("orders-dev")),
        ("!Ref Plain", json!("Plain")),
        ("!Ref Function", json!("Function")),
        ("!Ref AWS::Region", json!("us-east-1")),
        ("!Ref AWS::StackName", json!("app")),
        ("!Ref AWS::NotificationARNs", json!([])),
        ("!GetAtt Stream.Arn", json!(arn)),
        ("Fn::GetAtt: Stream.Arn", json!(arn)),
        ("!GetAtt Function.Arn", json!("arn:aws:lambda:us-east-1:000000000000:function:Function")),
        ("!Ref Function.Alias", json!("arn:aws:lambda:us-east-1:000000000000:function:Function")),
        ("!Ref FunctionAliaslive", json!("arn:aws:lambda:us-east-1:000000000000:function:Function")),
        ("!Ref Alias", json!("arn:aws:lambda:us-east-1:000000000000:function:Function")),
        ("!Ref Reader", json!(format!("{arn}/consumer/r:1"))),
        ("!GetAtt Reader.ConsumerARN", json!(format!("{arn}/consumer/r:1"))),
        ("!Sub '${Stage}-${Stream.Arn}-${AWS::AccountId}'", json!(format!("dev-{arn}-000000000000"))),
        ("!Sub '${!Stage} $Stage {Stage} ${Stage'", json!("${Stage} $Stage {Stage} ${Stage")),
        ("!Sub ['${Stage}/${Mine}', {Stage: own, Mine: !Ref Count}]", json!("own/2")),
        ("!Sub '${List}'", json!("a,b,c")),
        ("!Join ['-', [a, !Ref Count, !Ref AWS::NoValue, true, 1]]", json!("a-2-true-1")),
        ("!Join [',', !Ref List]", json!("a,b,c")),
        ("!Split ['-', a-b-c]", json!(["a", "b", "c"])),
        ("!Select [1, !Ref List]", json!("b")),
        ("!Select ['2', !Split ['/', a/b/c]]", json!("c")),
        ("!Select [0, 'x, y']", json!("x")),
        ("!Base64 hello", json!("aGVsbG8=")),
        ("!FindInMap [M, !Ref Stage, n]", json!(1)),
        ("!FindInMap [M, dev, l]", json!(["x", "y"])),
        ("!FindInMap [M, prod, n, {DefaultValue: !Ref Count}]", json!("2")),
        ("!If [Always, [a, !If [Never, b, !Ref AWS::NoValue]], c]", json!(["a"])),
        ("!If [Never, a, {b: !Ref Stage, c: !Ref AWS::NoValue}]", json!({"b": "dev"})),
        ("!Equals [!Ref Count, 2]", json!(true)),
        ("!Equals [true, 'true']", json!(true)),
        ("!And [!Condition Always, !Not [!Condition Never]]", json!(true)),
        ("!Or [!Condition Never, !Equals [a, b]]", json!(false)),
        ("!Contains [!Ref List, b]", json!(true)),
        ("Fn::EachMemberEquals: [[a, a], a]", json!(true)),
        ("Fn::EachMemberIn: [[a, d], !Ref List]", json!(false)),
        ("!GetAZs eu-west-1", json!(["us-east-1a", "us-east-1b", "us-east-1c"])),
        ("!Length {Ref: List}", json!(3)),
        ("!ToJsonString {b: !Ref Stage, a: [1]}", json!("{\"a\":[1],\"b\":\"dev\"}")),
        ("!Cidr [10.1.2.3/16, 3, 8]", json!(["10.1.0.0/24", "10.1.1.0/24", "10.1.2.0/24"])),
        ("!Cidr ['2001:db8::/56', 2, 64]", json!(["2001:db8::/64", "2001:db8:0:1::/64"])),
        ("!ImportValue {'Fn::Sub': '${Stage}-arn'}", json!("dev-arn")),
        ("x{{resolve:ssm:/a:1}}y", json!("xy")),
        ("!Sub 'a {{resolve:secretsmanager:${Stage}:SecretString:k}} b'", json!("a  b")),
        ("{Statement: {Condition: {Bool: {a: b}}}}", json!({"Statement": {"Condition": {"Bool": {"a": "b"}}}})),
        ("[1, 0.5, null, no]", json!([1, 0.5, null, false])),
    ];
    for (text, expected) in table {
        assert_eq!(value(text), Ok(Some(expected)), "{text}");
    }
    assert_eq!(value("!Ref AWS::NoValue"), Ok(None));
}

#[test]
fn names_of_what_is_not_made_here_are_made_up_stable_and_noted() {
    let table = [
        ("!Ref Bucket", "app-bucket"),
        ("!GetAtt Bucket.Arn", "arn:aws:s3:::app-bucket"),
        ("!Ref Table", "items"),
        ("!GetAtt Table.Arn", "arn:aws:dynamodb:us-east-1:000000000000:table/items"),
        ("!Ref Queue", "https://sqs.us-east-1.amazonaws.com/000000000000/jobs"),
        ("!GetAtt Queue.QueueName", "jobs"),
        ("!GetAtt Queue.Arn", "arn:aws:sqs:us-east-1:000000000000:jobs"),
        ("!Ref Topic", "arn:aws:sns:us-east-1:000000000000:app-Topic"),
        ("!GetAtt FunctionRole.Arn", "arn:aws:iam:us-east-1:000000000000:app-FunctionRole"),
        ("!GetAtt FunctionUrl.FunctionUrl", "http://127.0.0.1:9000/lambda-url/Function/"),
        ("!GetAtt Called.FunctionUrl", "http://127.0.0.1:9000/lambda-url/Function/"),
        ("!Ref Stored", "/a"),
        ("!ImportValue there", "there"),
        ("!Sub '${Table}'", "items"),
    ];
    for (text, expected) in table {
        let mut notes = Notes::default();
        let found = scope().value(&document::read(text).unwrap(), "Here", &mut notes).unwrap();
        assert_eq!(found, Some(json!(expected)), "{text}");
        let notes = notes.into_list();
        assert!(notes.len() == 1 && notes[0].place == "Here" && notes[0].text.contains(expected), "{text}: {notes:?}");
    }
}

#[test]
fn what_cloudformation_would_refuse_is_an_error_with_the_name_that_was_meant() {
    let table = [
        ("!Ref Stge", "Here: there is no parameter or resource Stge; did you mean Stage?"),
        ("!Ref Gone", "Gone is not made, because its condition Never does not hold"),
        ("!GetAtt Strem.Arn", "did you mean Stream?"),
        ("!GetAtt Stream", "takes a list of 2"),
        ("!Sub '${Nope}'", "Fn::Sub: there is no parameter or resource Nope"),
        ("!Sub {a: b}", "Fn::Sub takes a text"),
        ("!If [Alway, 1, 2]", "there is no condition Alway; did you mean Always?"),
        ("!If [Always, 1]", "Fn::If takes a list of 3"),
        ("!If [Loop, 1, 2]", "the condition Loop needs itself"),
        ("!FindInMap [M, prod, n]", "mapping M has no prod"),
        ("!FindInMap [N, prod, n]", "there is no mapping N"),
        ("!FindInMap [M, dev, nn]", "dev of mapping M has no nn"),
        ("!Select [3, !Ref List]", "Fn::Select asks for number 3 of 3"),
        ("!Select [-1, !Ref List]", "number -1 of 3"),
        ("!Join [',', abc]", "abc"),
        ("!Split ['', abc]", "empty separator"),
        ("!Cidr [10.0.0.0/28, 9, 2]", "cannot make 9 blocks"),
        ("!Equals [a]", "Fn::Equals takes a list of 2"),
        ("!Not [maybe]", "neither true nor false"),
    ];
    for (text, what) in table {
        match value(text) {
            Err(error) => assert!(error.contains(what), "{error} of {text}"),
            // A text with commas stands for a list.
            Ok(found) => assert_eq!(found, Some(json!(what)), "{text}"),
        }
    }
}

#[test]
fn a_function_that_is_not_understood_is_noted_and_left_out() {
    let mut notes = Notes::default();
    let node = document::read("{a: !Foo [1], b: {'Fn::Transform': {Name: X}}, c: 1}").unwrap();
    assert_eq!(scope().value(&node, "Here", &mut notes).unwrap(), Some(json!({"c": 1})));
    let texts: Vec<_> = notes.into_list().into_iter().map(|note| note.text).collect();
    assert!(texts[0].contains("Fn::Foo is not understood") && texts[1].contains("Fn::Transform"), "{texts:?}");
}
