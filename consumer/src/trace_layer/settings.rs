//! What can be chosen of the layer.

use kinetrace::Reader;

use crate::configuration::RelationPolicy;

#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    pub(super) reader: Reader,
    pub(super) relation: RelationPolicy,
    pub(super) unwrap_payloads: bool,
    /// How many links a span keeps, where that is known.
    pub(super) max_links: Option<usize>,
}
