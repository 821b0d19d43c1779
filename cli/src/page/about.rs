//! What there is in a run, as a document says it: texts, streams, functions and mappings.

use serde_json::json;

use super::json::Object;
use super::model::Model;
use super::settings::settings;

/// Writes what of it is new since the cursor.
pub(super) fn write(model: &Model, object: &mut Object<'_>, since: Option<u64>) {
    let is_new = |changed: u64| since.is_none_or(|since| since < changed);
    let (first, list) = model.ledger.texts.added_since(since);
    if !list.is_empty() {
        let mut texts = object.object("texts");
        texts.member("first", &first);
        texts.list("list", list);
    }
    if is_new(model.shards.changed) {
        object.member("streams", &model.shards.streams(&model.ledger));
    }
    if is_new(model.about_changed) {
        object.list(
            "functions",
            model
                .functions
                .iter()
                .map(|it| json!({"name": it.name, "url": it.url, "command": it.command, "timeout_ms": it.timeout_ms})),
        );
        object.list(
            "mappings",
            model.mappings.iter().map(|it| {
                let function = model.functions.get(it.function).map(|function| function.name.as_str());
                let settings = it.settings.as_ref().map_or_else(|| json!({}), settings);
                json!({
                    "stream": model.ledger.texts.text(it.stream), "function": function, "enabled": it.enabled,
                    "settings": settings,
                })
            }),
        );
    }
}
