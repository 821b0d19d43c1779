//! In which form OTLP is sent.

use super::endpoint::Endpoint;
use super::reading::Reading;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::telemetry) enum Form {
    Protobuf,
    Json,
}

const DEFAULT: &str = "http/protobuf";

/// By the signal's own variable, or the one for all; `endpoint` is where it is sent to.
pub(super) fn form(reading: &mut Reading<'_>, [own, general]: &[String; 2], endpoint: &str) -> Form {
    let parse = |value: &str| match value.to_ascii_lowercase().as_str() {
        DEFAULT => Some(Form::Protobuf),
        "http/json" => Some(Form::Json),
        _ => None,
    };
    let hint = format!("use {DEFAULT} or http/json, as collectors take them at port 4318; grpc is not built in");
    let hint = match Endpoint::parse(endpoint) {
        Ok(endpoint) if endpoint.port() == 4317 => {
            format!("{hint}, and the endpoint's port, 4317, is for grpc as a rule: change it to 4318")
        }
        _ => hint,
    };
    reading.first(&[own, general], parse, (Form::Protobuf, DEFAULT), &hint)
}
