//! The folder that stands for on-failure destinations.

use std::io;
use std::path::{Path, PathBuf};

use kinetrace_testbed::event_source_mapping::{Discard, Stream};
use serde_json::Value;

use super::deployment::{Deployment, MappingPlan, OnFailure};
use crate::outcome::Failure;

/// A folder with a document for each batch that was given up.
#[derive(Debug)]
pub(super) struct OnFailureFolder {
    path: PathBuf,
    /// By place.
    mappings: Vec<MappingPlan>,
}

impl OnFailureFolder {
    /// Made if it is not there: a run should not end in batches that cannot be kept.
    pub(super) fn create(path: &Path, deployment: &Deployment) -> Result<Self, Failure> {
        std::fs::create_dir_all(path)
            .map_err(|error| format!("cannot write --on-failure-folder {}: {error}", path.display()))?;
        Ok(Self { path: path.to_owned(), mappings: deployment.mappings.clone() })
    }

    /// Keeps what the destination of a mapping gets, and returns where. `request_id` is that of the last invocation, if there
    /// was one.
    pub(super) fn keep(
        &self,
        mapping: usize,
        discard: &Discard,
        request_id: Option<&str>,
    ) -> Result<Option<PathBuf>, String> {
        let Some(plan) = self.mappings.get(mapping) else { return Ok(None) };
        let Some(shape) = plan.on_failure else { return Ok(None) };
        let MappingPlan { stream, function, .. } = plan;
        let arn = format!("arn:aws:lambda:us-east-1:000000000000:function:{function}");
        let (made_up, stream) = (uuid(), super::world::stream(stream));
        let document = document(shape, discard, &stream, &arn, request_id.unwrap_or(&made_up));
        let key = discard.object_key(&format!("{}-{function}", stream.name), &made_up);
        let path = self.path.join(format!("{key}.json"));
        match write(&path, &document) {
            Ok(()) => Ok(Some(path)),
            Err(error) => Err(format!("cannot write {}: {error}", path.display())),
        }
    }
}

fn document(shape: OnFailure, discard: &Discard, stream: &Stream, function: &str, request_id: &str) -> Value {
    match shape {
        OnFailure::Queue => discard.document(stream, function, request_id),
        OnFailure::Bucket => discard.document_with_payload(stream, function, request_id),
    }
}

fn write(path: &Path, document: &Value) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, serde_json::to_vec(document)?)
}

/// A random one.
fn uuid() -> String {
    let hex = format!("{:032x}", fastrand::u128(..));
    format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}
