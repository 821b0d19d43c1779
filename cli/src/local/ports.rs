//! Where the servers listen.

use kinetrace_testbed::StartError;

use crate::port_error::PortError;

/// The ports of the servers, all of them on 127.0.0.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Args)]
#[group(skip)]
pub(super) struct Ports {
    /// The port of Kinesis, for AWS_ENDPOINT_URL_KINESIS; 0 takes a free one, here and below
    #[arg(long, value_name = "PORT", default_value_t = 4567)]
    pub(super) kinesis_port: u16,
    /// The port that takes spans over OTLP/HTTP
    #[arg(long, value_name = "PORT", default_value_t = 4318)]
    pub(super) otlp_port: u16,
    /// The port of the functions' URLs, and of Lambda's Invoke API
    #[arg(long, value_name = "PORT", default_value_t = 9000)]
    pub(super) url_port: u16,
    /// The port of the page
    #[arg(long, value_name = "PORT", default_value_t = 8877)]
    pub(super) page_port: u16,
}

/// The error of a server of the testbed, with the flag that chooses its port.
pub(super) fn refused(what: &'static str, flag: &'static str, port: u16) -> impl FnOnce(StartError) -> PortError {
    move |error| match error {
        // It says the same but for the flag.
        StartError::Port { source, .. } => PortError::of(what, flag, port)(source),
        other => PortError::of(what, flag, port)(other),
    }
}
