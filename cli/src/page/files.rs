//! What the page is made of. The build script lists it: whatever lies in `cli/page` is part of the page.

/// A file of the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct File {
    /// Its name below `cli/page`.
    pub(super) name: &'static str,
    pub(super) text: &'static str,
}

/// The document around everything else.
pub(super) const INDEX: &str = include_str!("../../page/index.html");

// `STYLES`, inlined in the order of their names; `MODULES`, to be imported; and `LICENSES`, those of what is below `vendor/`, which
// stay with every copy.
include!(concat!(env!("OUT_DIR"), "/page_files.rs"));
