//! The program `kinetrace`, run as people run it; and its two functions, run as Lambda runs them.
#![allow(clippy::unwrap_used, clippy::panic)]

mod bootstrap;
mod demo;
mod forwarding;
mod hashed_keys;
mod inspect;
mod kafka;
mod killed_environment;
mod malformed_command;
mod malformed_event;
mod malformed_variable;
mod ordering;
mod producer_function;
mod producer_lines;
mod program;
mod report;
mod retried_request;
mod sample_events;
mod unreachable_kinesis;
mod verify;
