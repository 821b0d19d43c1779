//! [`Fields`] as OpenTelemetry's propagators read and write them.

use opentelemetry::propagation::{Extractor, Injector};

use crate::context::fields::Fields;

impl Injector for Fields {
    fn set(&mut self, name: &str, value: String) {
        Fields::set(self, name, value);
    }
}

impl Extractor for Fields {
    fn get(&self, name: &str) -> Option<&str> {
        Fields::get(self, name)
    }

    fn keys(&self) -> Vec<&str> {
        self.iter().map(|(name, _)| name).collect()
    }
}
