//! The testbed's own parts, one by one, over real sockets and with real child processes.
#![allow(clippy::unwrap_used, clippy::panic)]

mod backlog;
mod bootstrap;
mod builds;
mod collector;
mod environment;
mod event;
mod faults;
mod flushes;
mod forwarding;
mod function;
mod function_url;
mod kinesis;
#[cfg(target_os = "linux")]
mod line;
mod log;
mod modes;
mod put_request;
mod puts;
mod receiver;
mod receiver_answers;
mod runtime;
mod runtime_api;
#[cfg(target_os = "linux")]
mod standstill;
mod strangers;
mod throttle;
mod trace_layer;
mod watched;
mod written;
