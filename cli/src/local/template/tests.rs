//! Whole templates, and the deployments that they are.
//!
//! The templates are in `tests/templates`, each with the deployment that is expected of it. `KINETRACE_WRITE_EXPECTED=1` writes what it is
//! now, for those who read the difference.

mod lines;

use std::path::{Path, PathBuf};

use kinetrace_testbed::event_source_mapping::Settings;

use super::super::deployment::Deployment;
use super::super::program::{Override, Overrides};
use super::super::variables::{Surroundings, variables};
use super::deployment;
use lines::lines;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/templates")
}

/// Every function of these is this program, which this machine runs.
fn programs(functions: &[&str]) -> Overrides {
    let program = Override::Path(std::env::current_exe().unwrap());
    Overrides::new(functions.iter().map(|name| ((*name).to_owned(), program.clone())).collect())
}

fn read(
    path: &Path,
    parameters: &[(&str, &str)],
    config_env: Option<&str>,
    own: &[&str],
) -> Result<Deployment, String> {
    let parameters: Vec<_> = parameters.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    deployment(path, &parameters, config_env, &programs(own)).map_err(|error| error.to_string())
}

#[test]
fn other_peoples_templates_are_the_deployments_that_they_describe() {
    /// A file, values of parameters, functions that flags name the program of, and what is expected.
    type Row = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str], &'static str);
    let table: [Row; 9] = [
        ("sam-python.yaml", &[], &[], "sam-python"),
        ("sam-python.yaml", &[("Stage", "prod"), ("LogLevel", "DEBUG")], &[], "sam-python-prod"),
        ("lambda-node.json", &[], &[], "lambda-node"),
        ("anchors.yaml", &[], &[], "anchors"),
        ("conditions.yaml", &[], &[], "conditions-dev"),
        (
            "conditions.yaml",
            &[("Stage", "prod"), ("Capacity", "on-demand"), ("Shards", "2"), ("Window", "30")],
            &[],
            "conditions-prod",
        ),
        ("fan-out.yaml", &[], &[], "fan-out"),
        ("cdk.out/App.template.json", &[], &[], "cdk"),
        ("others.yaml", &[], &["Mapped"], "others"),
    ];
    let mut differences = Vec::new();
    for (template, parameters, own, expected) in table {
        let found = lines(&read(&folder().join(template), parameters, None, own).unwrap());
        let path = folder().join(format!("{expected}.expected"));
        if std::env::var_os("KINETRACE_WRITE_EXPECTED").is_some() {
            std::fs::write(&path, &found).unwrap();
        }
        let wanted = std::fs::read_to_string(&path).unwrap();
        let changed = found.lines().zip(wanted.lines()).find(|(found, wanted)| found != wanted);
        differences.extend((found != wanted).then(|| format!("{expected}: {changed:?}, or one is shorter")));
    }
    assert!(differences.is_empty(), "{differences:#?}");
}

#[test]
fn the_own_template_runs_as_it_is_and_with_the_values_of_samconfig() {
    let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml");
    let own = ["ProducerFunction", "ConsumerFunction"];
    let as_it_is = read(&template, &[], None, &own).unwrap();
    let [mapping] = as_it_is.mappings.as_slice() else { panic!("{as_it_is:?}") };
    assert_eq!((mapping.stream.as_str(), mapping.function.as_str()), ("Stream", "ConsumerFunction"));
    let a_second = std::time::Duration::from_secs(1);
    assert_eq!(mapping.settings, Settings { poll_interval: a_second, ..Settings::of_template() });
    assert_eq!(as_it_is.streams[0].shards, 2);

    let of = |deployment: &Deployment, variable: &str| {
        let consumer = deployment.functions.iter().find(|it| it.name == "ConsumerFunction").unwrap();
        consumer.env.iter().find(|(name, _)| name == variable).map(|(_, value)| value.clone())
    };
    let dev = read(&template, &[("ShardCount", "3")], Some("dev"), &own).unwrap();
    assert_eq!(dev.streams[0].shards, 3, "a flag wins over samconfig");
    assert_eq!(dev.mappings[0].settings.maximum_retry_attempts, Some(3));
    assert_eq!(of(&dev, "RUST_LOG").as_deref(), Some("debug"));
    assert_eq!(of(&as_it_is, "RUST_LOG").as_deref(), Some("info"));
    assert_eq!(of(&as_it_is, "OPENTELEMETRY_COLLECTOR_CONFIG_URI"), None, "AWS::NoValue leaves the variable out");

    let error = read(&template, &[], Some("dve"), &own).unwrap_err();
    assert!(
        error.contains("no such environment; it has default, dev, kafka, kafka-own, prod; did you mean dev?"),
        "{error}"
    );
    let error =
        read(&template, &[("Carrier", "partition-key"), ("ParallelizationFactor", "2")], None, &own).unwrap_err();
    assert!(
        error.contains("rule PartitionKeyCarrierNeedsFactorOne: Carrier=partition-key keeps order only"),
        "{error}"
    );
}

/// A laptop has no role to sign with, and what is tried there is nobody else's to see.
#[test]
fn with_traces_to_cloudwatch_nothing_of_a_local_run_is_meant_for_aws() {
    let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml");
    let ways = [("TraceDestination", "cloudwatch"), ("MetricsExporter", "cloudwatch")];
    let deployed = read(&template, &ways, None, &["ProducerFunction", "ConsumerFunction"]).unwrap();
    let around = Surroundings { kinesis: "http://k".to_owned(), collector: "http://c".to_owned() };
    for function in &deployed.functions {
        let of = |pairs: &[(String, String)], name: &str| {
            pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let (given, changed) = variables(&function.name, &function.env, &around, &|_| false);
        let endpoints = [
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://xray.us-east-1.amazonaws.com/v1/traces"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "https://monitoring.us-east-1.amazonaws.com/v1/metrics"),
        ];
        for (name, endpoint) in endpoints {
            assert_eq!(of(&function.env, name), endpoint, "{}", function.name);
            assert!(of(&changed, name).starts_with("is not set"), "{}: {changed:?}", function.name);
        }
        assert_eq!(of(&given, "OTEL_TRACES_EXPORTER"), "otlp");
        assert_eq!(of(&given, "OTEL_EXPORTER_OTLP_ENDPOINT"), "http://c");
        let abroad: Vec<_> = given.iter().filter(|(_, value)| value.contains("amazonaws")).collect();
        assert!(abroad.is_empty(), "{}: {abroad:?}", function.name);
    }
    let error = read(&template, &[ways[0], ("OtlpEndpoint", "http://c")], None, &[]).unwrap_err();
    assert!(error.contains("rule CollectorsAreForOtlp: OtlpEndpoint, OtlpHeadersSecret"), "{error}");
}

#[test]
fn what_cannot_be_run_is_told_with_its_place() {
    let table = [
        ("", "this is not a template"),
        ("a: 1", "there are no Resources"),
        ("Resources: {S: {Type: AWS::Kinesis::Stream}}", "none of its resources is a function that runs here"),
        ("Resources: {", "line 2, column 1: this is not YAML"),
        (
            "Resources: {S: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: many}}}",
            "Resources.S.Properties.ShardCount: it takes a number",
        ),
        (
            "Resources: {S: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: !Ref Shards}}}",
            "S.Properties.ShardCount: there is no parameter or resource Shards",
        ),
        (
            "Resources: {S: {Type: AWS::Kinesis::Stream, Properties: {Name: a/b}}}",
            "Resources.S.Properties.Name: \"a/b\" is not a name of a stream",
        ),
        (
            "Resources: {F: {Type: AWS::Lambda::Function, Properties: {Timeout: 901}}}",
            "F.Properties.Timeout: it takes 1 to 900 seconds",
        ),
        ("Resources: {S: {Type: AWS::Kinesis::Stream, Condition: Nope}}", "Resources.S: there is no condition Nope"),
        (
            "Conditions: {A: !Condition B, B: !Not [!Condition A]}\nResources: {S: {Type: AWS::Kinesis::Stream, Condition: A}}",
            "the condition A needs itself",
        ),
        (
            "Parameters: {P: {Type: String}, Q: {Type: String}}\nResources: {S: {Type: AWS::Kinesis::Stream, Properties: {Name: !Sub '${P}'}}}",
            "the parameters P, Q have no default: give them values with --parameter P=… --parameter Q=…",
        ),
        (
            "Resources: {M: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: f}}}",
            "M.Properties.EventSourceArn: it is missing",
        ),
        ("Resources: {S: {Type: AWS::Kinesis::Stream, Properties: {Name: !GetAtt S.Arn}}}", "this needs itself"),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (text, what) in table {
        let path = folder.path().join("template.yaml");
        std::fs::write(&path, text).unwrap();
        let error = read(&path, &[], None, &[]).unwrap_err();
        assert!(error.contains(what), "{error}\n{text}");
    }
}

#[test]
fn a_parameter_that_nothing_here_asks_for_needs_no_value_and_is_noted() {
    let text = "Parameters: {Bucket: {Type: String}}\nResources:\n  F: {Type: AWS::Lambda::Function}\n  \
                R: {Type: AWS::IAM::Role, Properties: {Path: !Ref Bucket}}";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("template.yaml");
    std::fs::write(&path, text).unwrap();
    let notes = read(&path, &[], None, &["F"]).unwrap().notes;
    let note = notes.iter().find(|note| note.place == "Parameters.Bucket");
    assert!(note.is_some_and(|note| note.text.contains("nothing that runs here asks for it")), "{notes:?}");
}
