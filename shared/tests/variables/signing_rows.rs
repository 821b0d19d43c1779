//! Which requests are signed.

use crate::row::{Row, row};

#[cfg(feature = "sigv4")]
pub(crate) const ROWS: [Row; 6] = [
    row(
        &[
            ("KINETRACE_OTLP_SIGV4", " osis/eu-central-1\n"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "s3cr3t"),
            ("AWS_SESSION_TOKEN", "t0k3n"),
        ],
        &[
            ("spans", "2"),
            ("traces header x-amz-security-token", "t0k3n"),
            ("metrics header x-amz-security-token", "t0k3n"),
        ],
        &[],
    ),
    row(
        &[
            ("KINETRACE_OTLP_SIGV4", "osis"),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "s3cr3t"),
            ("AWS_SESSION_TOKEN", "t0k3n"),
        ],
        &[("spans", "2"), ("traces header x-amz-security-token", "t0k3n")],
        &[],
    ),
    row(
        &[
            ("KINETRACE_OTLP_TRACES_SIGV4", "osis/eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "s3cr3t"),
            ("AWS_SESSION_TOKEN", "t0k3n"),
        ],
        &[("spans", "2"), ("traces header x-amz-security-token", "t0k3n"), ("metrics header x-amz-security-token", "")],
        &[],
    ),
    row(
        &[
            ("KINETRACE_OTLP_SIGV4", "osis/eu-central-1"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20s3cr3t"),
        ],
        &[("spans", "2"), ("traces header authorization", "Bearer s3cr3t")],
        &["KINETRACE_OTLP_SIGV4=\"osis/eu-central-1\" has no effect"],
    ),
    row(
        &[("KINETRACE_OTLP_SIGV4", "osis")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2"), ("traces header authorization", "")],
        &["KINETRACE_OTLP_SIGV4=\"osis\" is not understood"],
    ),
    row(
        &[
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://xray.eu-central-1.amazonaws.com/v1/traces"),
            ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "20000"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ],
        &[("spans", "0")],
        &["OTEL_BSP_MAX_EXPORT_BATCH_SIZE=20000 is more than CloudWatch takes, so 10000 is used"],
    ),
];

#[cfg(not(feature = "sigv4"))]
pub(crate) const ROWS: [Row; 2] = [
    row(
        &[("KINETRACE_OTLP_SIGV4", "osis/eu-central-1")],
        &[("targets", "")],
        &["no traces are exported", "no metrics are exported"],
    ),
    row(
        &[("KINETRACE_OTLP_SIGV4", "osis")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["KINETRACE_OTLP_SIGV4=\"osis\" is not understood"],
    ),
];
