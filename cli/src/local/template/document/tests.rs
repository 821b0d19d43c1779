//! What texts are read as.

use serde_json::{Value, json};

use super::read;

#[test]
fn short_forms_become_long_forms_however_they_are_nested() {
    let table = [
        ("!Ref A", json!({"Ref": "A"})),
        ("!Condition A", json!({"Condition": "A"})),
        ("!GetAtt A.Arn", json!({"Fn::GetAtt": ["A", "Arn"]})),
        ("!GetAtt A.Outputs.Arn", json!({"Fn::GetAtt": ["A", "Outputs.Arn"]})),
        ("!GetAtt [A, Arn]", json!({"Fn::GetAtt": ["A", "Arn"]})),
        ("!Sub '${A}-x'", json!({"Fn::Sub": "${A}-x"})),
        ("!Sub ['${A}', {A: !Ref B}]", json!({"Fn::Sub": ["${A}", {"A": {"Ref": "B"}}]})),
        ("!Not [!Equals [!Ref A, 'x']]", json!({"Fn::Not": [{"Fn::Equals": [{"Ref": "A"}, "x"]}]})),
        ("!If\n- C\n- !Ref A\n- !Ref AWS::NoValue", json!({"Fn::If": ["C", {"Ref": "A"}, {"Ref": "AWS::NoValue"}]})),
        (
            "!Join ['', [a, !Select [0, !Split [',', !ImportValue b]]]]",
            json!({"Fn::Join": ["", ["a", {"Fn::Select": [0, {"Fn::Split": [",", {"Fn::ImportValue": "b"}]}]}]]}),
        ),
        ("!Base64\n  Fn::Sub: x", json!({"Fn::Base64": {"Fn::Sub": "x"}})),
        ("!GetAZs ''", json!({"Fn::GetAZs": ""})),
        ("!Transform {Name: AWS::Include}", json!({"Fn::Transform": {"Name": "AWS::Include"}})),
        ("!Base64 123", json!({"Fn::Base64": "123"})),
        ("a: !Sub |\n  x\n  y\n", json!({"a": {"Fn::Sub": "x\ny\n"}})),
    ];
    for (text, value) in table {
        assert_eq!(read(text), Ok(value), "{text}");
    }
}

#[test]
fn plain_scalars_are_those_of_yaml_1_1_but_digits_that_no_number_is_written_with() {
    let table = [
        ("2", json!(2)),
        ("-1", json!(-1)),
        ("0.1", json!(0.1)),
        ("'2'", json!("2")),
        ("yes", json!(true)),
        ("Off", json!(false)),
        ("'yes'", json!("yes")),
        ("~", Value::Null),
        ("", Value::Null),
        ("012345678901", json!("012345678901")),
        ("1.10", json!("1.10")),
        ("1_000", json!("1_000")),
        ("2012-10-17", json!("2012-10-17")),
        ("+1", json!("+1")),
        ("nan", json!("nan")),
        ("12:30", json!("12:30")),
        ("!!str 5", json!("5")),
        ("!!int '5'", json!(5)),
        ("! 5", json!("5")),
    ];
    for (text, value) in table {
        assert_eq!(read(text), Ok(value), "{text}");
    }
}

#[test]
fn anchors_aliases_and_merge_keys_stand_for_what_they_name() {
    let text = "
a: &a {x: 1, y: 2}
b: &b {y: 3, z: !Ref Q}
c: *a
d: {<<: *a, y: 9}
e:
  <<: [*b, *a]
f: [&s text, *s]
'<<': {kept: 1}
";
    let value = json!({
        "a": {"x": 1, "y": 2}, "b": {"y": 3, "z": {"Ref": "Q"}}, "c": {"x": 1, "y": 2}, "d": {"x": 1, "y": 9},
        "e": {"x": 1, "y": 3, "z": {"Ref": "Q"}}, "f": ["text", "text"], "<<": {"kept": 1},
    });
    assert_eq!(read(text), Ok(value));
}

#[test]
fn what_is_wrong_is_told_with_line_and_column() {
    let doubling = (0..40)
        .fold("a0: &a0 [x, x]\n".to_owned(), |text, n| format!("{text}a{}: &a{} [*a{n}, *a{n}]\n", n + 1, n + 1));
    let table = [
        ("a: 1\nb:\n  c: 1\n  c: 2\n", 4, 3, "the key \"c\" occurs a second time"),
        ("a:\n\tb: 1\n", 2, 2, "indent with spaces"),
        ("a: [1, 2\nb: 3\n", 2, 2, "this is not YAML"),
        ("a: *nowhere\n", 1, 4, "this is not YAML"),
        ("a: 1\n---\nb: 2\n", 2, 1, "a second document"),
        ("? [a]\n: 1\n", 1, 3, "the key of an entry is text"),
        ("<<: 1\na: 2\n", 0, 0, "`<<` takes a map"),
        ("a: !!set {b}\n", 1, 4, "the tag"),
        ("a: !!int x\n", 1, 4, "not of the type"),
        (&doubling, 0, 0, "too much"),
        (&"[".repeat(120), 1, 101, "100 levels"),
        ("{\"a\": 1,\n \"a\": 2}", 2, 0, "\"a\" occurs a second time"),
        ("{\"a\": 1,\n \"b\": }", 2, 0, "this is not JSON: expected value"),
        ("{\"a\": 1", 1, 0, "this is not JSON: EOF"),
    ];
    for (text, line, column, what) in table {
        let error = read(text).unwrap_err();
        assert!(error.what.contains(what), "{error} of {:.60}", text);
        assert!(line == 0 || error.line == line, "{error} of {:.60}", text);
        assert!(column == 0 || error.column == column, "{error} of {:.60}", text);
    }
}

#[test]
fn json_is_json_and_a_flow_map_is_yaml() {
    assert_eq!(
        read("\u{feff}{\n\t\"a\": [1, -2, 0.5, true, null, \"x\"]\n}"),
        Ok(json!({"a": [1, -2, 0.5, true, null, "x"]}))
    );
    assert_eq!(read("{a: !Ref B}"), Ok(json!({"a": {"Ref": "B"}})));
    assert_eq!(read("{}"), Ok(json!({})));
}
