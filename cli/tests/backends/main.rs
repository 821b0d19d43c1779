//! Where people look at traces and metrics, themselves: what is exported is asked back, and is whole.
//!
//! `interop/backends/run` gets the programs, in pinned versions, and runs these tests. In the order of the data:
//!
//! * `commands`, `functions`: what exports.
//! * `documented`: the configurations and expressions that the documentation prints.
//! * `process`, `requests`: a program, and questions to it.
//! * `otelcol`; `jaeger`, `zipkin`, `prometheus`: the programs.
//! * `trace`: what a store answers, and what is wrong with it.
//! * `traces`, `configurations`, `forms`, `certificates`, `metrics`: the tests.
#![allow(clippy::unwrap_used, clippy::panic)]

mod certificates;
mod commands;
mod configurations;
mod dashboard;
mod documented;
mod exposition;
mod forms;
mod functions;
mod jaeger;
mod metrics;
mod otelcol;
mod process;
mod prometheus;
mod requests;
mod stand_in;
mod trace;
mod traces;
mod zipkin;
