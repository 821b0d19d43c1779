//! The world around the handlers, embedded: on ephemeral ports, without Docker, without an account.
//!
//! The servers run in one process; every execution environment is a child process. In the order of the data:
//!
//! * [`kinesis`]: streams and shards; with the feature `kafka`, a broker, topics and partitions.
//! * [`event_source_mapping`]: what AWS does between a stream and a function.
//! * [`configuration`], [`function`]: what is deployed, and the environments that serve it.
//! * [`function_url`]: how programs call it over HTTP.
//! * [`environment`]: a child process and its log, and the [`runtime_api`] that it talks to.
//! * [`collector`]: where spans and metrics go.
//! * [`checker`]: whether the history kept what was promised.
//! * [`printable`]: text of others on a terminal; [`table`]: rows of our own; [`counted`]: numbers of things.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod checker;
pub mod collector;
pub mod configuration;
pub mod counted;
pub mod environment;
pub mod event_source_mapping;
pub mod function;
pub mod function_url;
#[cfg(feature = "kafka")]
#[cfg_attr(docsrs, doc(cfg(feature = "kafka")))]
pub mod kafka;
pub mod kinesis;
mod origin;
pub mod printable;
pub mod runtime_api;
mod server;
pub mod table;
mod utc;

pub use server::StartError;

/// What its README has is compiled, and run, like the examples here.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
