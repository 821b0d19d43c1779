//! `kinetrace local`, run as people run it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

mod commands;
mod ending;
mod events;
mod function;
mod kept;
mod lost;
mod own_producers;
mod ports;
mod running;
mod to_cloudwatch;
