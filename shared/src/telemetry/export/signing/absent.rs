//! A program that is built without signatures. Settings make no signal need one then, so that nothing here is ever made.

use std::convert::Infallible;

use opentelemetry_http::{Bytes, Request, Response};

use super::super::super::settings::Signing;
use super::super::answer::Refused;
use super::super::error::ExportError;

#[derive(Debug, Clone)]
pub(in super::super) struct Signer(Infallible);

#[derive(Debug)]
pub(in super::super) struct Seal(Infallible);

#[derive(Debug)]
pub(in super::super) struct Remedy(Infallible);

impl Signer {
    pub(in super::super) fn of(_: &Signing) -> Option<Self> {
        None
    }

    pub(in super::super) async fn sign(&self, _: Request<Bytes>) -> Result<(Request<Bytes>, Seal), ExportError> {
        match self.0 {}
    }

    pub(in super::super) async fn apply(&self, _: &Remedy) -> bool {
        match self.0 {}
    }
}

impl Seal {
    pub(in super::super) fn examine(&self, _: Refused, _: &Response<Bytes>) -> (Refused, Option<Remedy>) {
        match self.0 {}
    }
}

impl Remedy {
    pub(in super::super) fn is_like(&self, _: &Self) -> bool {
        match self.0 {}
    }
}
