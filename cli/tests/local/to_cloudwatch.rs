//! The template of this repository, whose functions would send their spans straight to CloudWatch.

use crate::events;
use crate::running::{PATH, Running};

#[test]
fn spans_and_metrics_that_a_template_sends_to_cloudwatch_come_here_and_none_are_lost() {
    let (_directory, input) = events::file(20, 5);
    let template = concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml");
    let [producer, consumer] = [("Producer", "producer"), ("Consumer", "consumer")]
        .map(|(name, function)| format!("{name}Function='{PATH}' bootstrap {function}"));
    let programs = ["--template", template, "--command", &producer, "--command", &consumer];
    let parameters = ["TraceDestination=cloudwatch", "MetricsExporter=cloudwatch", "GroupField=plane"];
    let parameters = parameters.map(|parameter| ["--parameter", parameter]);
    let input = ["--input", &input, "--group-by", "plane", "--rate", "200", "--once"];
    let finished = Running::start(&[&programs[..], parameters.as_flattened(), &input].concat()).finish();
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    assert!(finished.stdout.contains("20 records of 5 keys: 20 acknowledged"), "{finished:#?}");
    let told = "ConsumerFunction.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: is not set, because spans come here";
    assert!(finished.stdout.contains(told), "{finished:#?}");
    // What a function says of an endpoint that it does not reach, or that refuses what is not signed.
    for line in ["spans are being lost", "metrics cannot be exported"] {
        assert!(![&finished.stdout, &finished.stderr].iter().any(|said| said.contains(line)), "{finished:#?}");
    }
}
