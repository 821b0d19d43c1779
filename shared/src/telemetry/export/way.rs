//! What lines about failures say of the way to the collector.

/// What there is between here and there, as lines name it.
#[derive(Debug, Default)]
pub(super) struct Way {
    pub(super) proxy: Option<String>,
    /// The variables that name whom it trusts, if those are not the authorities that are compiled in.
    pub(super) authorities: Option<String>,
    /// The variable that names the certificate that it shows.
    pub(super) identity: Option<String>,
}

impl Way {
    /// A part of a sentence that follows the collector's address.
    pub(super) fn through(&self) -> String {
        self.proxy.as_ref().map(|proxy| format!(" through {proxy}")).unwrap_or_default()
    }
}
