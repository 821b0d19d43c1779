//! Requests that are signed, for endpoints of AWS: from the credentials of the process to what a refusal means.
//!
//! * `signer`: signs a request; without the feature `sigv4` there is none (`absent`).
//! * `credentials`: loads them when they are needed, and again before they expire. From the `environment` and the `container`; or,
//!   with the feature `aws-config`, from the AWS SDK's `chain`.
//! * `clock`: the time of signatures, corrected if the endpoint says that it is wrong.
//! * `refusal`: what an answer says about a signature, and the way out. Pure.

#[cfg(not(feature = "sigv4"))]
mod absent;
#[cfg(not(feature = "sigv4"))]
pub(super) use absent::{Remedy, Seal, Signer};

#[cfg(feature = "sigv4")]
mod clock;

#[cfg(feature = "sigv4")]
mod credentials;

#[cfg(feature = "sigv4")]
#[cfg_attr(feature = "aws-config", allow(dead_code))]
mod environment;

#[cfg(feature = "sigv4")]
#[cfg_attr(feature = "aws-config", allow(dead_code))]
mod container;

#[cfg(feature = "aws-config")]
mod chain;

#[cfg(feature = "aws-config")]
use chain::Provider;
#[cfg(all(feature = "sigv4", not(feature = "aws-config")))]
use container::Provider;

#[cfg(feature = "sigv4")]
mod signer;
#[cfg(feature = "sigv4")]
pub(super) use signer::{Remedy, Seal, Signer};

mod refusal;
pub(super) use refusal::way_out;
