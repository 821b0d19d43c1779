//! What spans and metrics say of the program, and what travels.

use crate::row::{Row, row};

pub(crate) const ROWS: [Row; 21] = [
    row(
        &[("OTEL_RESOURCE_ATTRIBUTES", "team=a%2Cb, service.name = svc ")],
        &[("resource team", "a,b"), ("resource service.name", "svc"), ("resource telemetry.sdk.language", "rust")],
        &[],
    ),
    row(
        &[("AWS_LAMBDA_FUNCTION_NAME", "f"), ("OTEL_RESOURCE_ATTRIBUTES", "peer.service.name=db,team=x")],
        &[("resource service.name", "f"), ("resource peer.service.name", "db"), ("resource team", "x")],
        &[],
    ),
    row(
        &[("AWS_LAMBDA_FUNCTION_NAME", "f"), ("OTEL_RESOURCE_ATTRIBUTES", "service.name=")],
        &[("resource service.name", "f")],
        &[],
    ),
    // The user wins over the detector.
    row(
        &[
            ("AWS_LAMBDA_FUNCTION_NAME", "f"),
            ("AWS_REGION", "us-east-1"),
            ("OTEL_RESOURCE_ATTRIBUTES", "cloud.region=eu-west-1,faas.name=mine"),
        ],
        &[("resource cloud.region", "eu-west-1"), ("resource faas.name", "mine"), ("resource cloud.provider", "aws")],
        &[],
    ),
    row(
        &[("OTEL_RESOURCE_ATTRIBUTES", "team=x,a=%ZZ")],
        &[("resource team", ""), ("spans", "2")],
        &["OTEL_RESOURCE_ATTRIBUTES=\"team=x,a=%ZZ\" is not understood, so none of it is used"],
    ),
    row(
        &[("AWS_LAMBDA_FUNCTION_NAME", "f"), ("OTEL_RESOURCE_ATTRIBUTES", "foo")],
        &[("resource service.name", "f")],
        &["OTEL_RESOURCE_ATTRIBUTES=\"foo\" is not understood"],
    ),
    row(
        &[
            ("OTEL_SERVICE_NAME", "mine"),
            ("AWS_LAMBDA_FUNCTION_NAME", "f"),
            ("OTEL_RESOURCE_ATTRIBUTES", "service.name=other"),
        ],
        &[("resource service.name", "mine")],
        &[],
    ),
    row(
        &[("DD_ENV", "prod"), ("DD_SERVICE", "flights"), ("DD_VERSION", "1.2"), ("AWS_LAMBDA_FUNCTION_NAME", "f")],
        &[
            ("resource service.name", "flights"),
            ("resource deployment.environment.name", "prod"),
            ("resource service.version", "1.2"),
        ],
        &[],
    ),
    row(
        &[
            ("DD_ENV", "prod"),
            ("DD_SERVICE", "flights"),
            ("OTEL_SERVICE_NAME", "mine"),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test"),
        ],
        &[("resource service.name", "mine"), ("resource deployment.environment.name", "test")],
        &[
            "DD_ENV=\"prod\" has no effect: OTEL_RESOURCE_ATTRIBUTES takes precedence, with \"test\"",
            "DD_SERVICE=\"flights\" has no effect: OTEL_SERVICE_NAME takes precedence, with \"mine\"",
        ],
    ),
    row(&[("OTEL_SERVICE_NAME", " mine\n")], &[("resource service.name", "mine")], &[]),
    row(&[("OTEL_SERVICE_NAME", " "), ("AWS_LAMBDA_FUNCTION_NAME", "f")], &[("resource service.name", "f")], &[]),
    row(&[("OTEL_PROPAGATORS", "none")], &[("fields", "{}")], &[]),
    row(&[("OTEL_PROPAGATORS", " None ")], &[("fields", "{}")], &[]),
    row(
        &[("OTEL_PROPAGATORS", "none,xray-lambda")],
        &[("fields", "{}")],
        &["OTEL_PROPAGATORS=\"none,xray-lambda\" is not understood, so none is used"],
    ),
    row(
        &[("OTEL_PROPAGATORS", "jaeger,ottrace")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_PROPAGATORS=\"jaeger,ottrace\" is not understood, so tracecontext,baggage is used"],
    ),
    row(
        &[("KINETRACE_BAGGAGE_KEYS", "tenant"), ("OTEL_PROPAGATORS", "baggage")],
        &[("fields", "{\"baggage\":\"tenant=7\"}")],
        &[],
    ),
    row(
        &[("KINETRACE_BAGGAGE_KEYS", "tenant,no te"), ("OTEL_PROPAGATORS", "baggage")],
        &[("fields", "{\"baggage\":\"tenant=7\"}")],
        &["KINETRACE_BAGGAGE_KEYS=\"tenant,no te\" is not understood, so only these travel: tenant"],
    ),
    row(
        &[("KINETRACE_BAGGAGE_KEYS", "tenant=7"), ("OTEL_PROPAGATORS", "baggage")],
        &[("fields", "{}")],
        &["KINETRACE_BAGGAGE_KEYS=\"tenant=7\" is not understood, so no baggage travels"],
    ),
    row(&[("KINETRACE_MAX_BAGGAGE_BYTES", "0"), ("OTEL_PROPAGATORS", "baggage")], &[("fields", "{}")], &[]),
    row(
        &[("KINETRACE_MAX_BAGGAGE_BYTES", " 6 "), ("OTEL_PROPAGATORS", "baggage")],
        &[("fields", "{\"baggage\":\"note=8\"}")],
        &[],
    ),
    row(
        &[("KINETRACE_MAX_BAGGAGE_BYTES", "1 KiB")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["KINETRACE_MAX_BAGGAGE_BYTES=\"1 KiB\" is not understood, so 1024 is used"],
    ),
];
