//! What the program of a function is made from.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::program::code::{Code, Source};
use super::evaluation_error::EvaluationError;
use super::notes::Notes;
use super::properties::Properties;
use super::scope::Scope;

/// What its program is made from.
pub(super) fn code(
    scope: &Scope,
    resource: &str,
    properties: &Properties<'_>,
    folder: &Path,
    notes: &mut Notes,
) -> Result<Code, EvaluationError> {
    let metadata = scope.resource(resource).and_then(|its| its.get("Metadata"));
    let binary = metadata.and_then(|it| it.get("BuildProperties")?.get("Binary")?.as_str());
    let command = properties.below("ImageConfig", notes)?.map(|image| image.texts("Command", notes)).transpose()?;
    let image_handler = command.flatten().and_then(|command| command.into_iter().next());
    Ok(Code {
        function: resource.to_owned(),
        template_folder: folder.to_owned(),
        source: source(properties, metadata, folder, notes)?,
        runtime: properties.text("Runtime", notes)?,
        handler: properties.text("Handler", notes)?.or(image_handler).unwrap_or_else(|| "bootstrap".to_owned()),
        binary: binary.map(str::to_owned),
    })
}

fn source(
    properties: &Properties<'_>,
    metadata: Option<&Value>,
    folder: &Path,
    notes: &mut Notes,
) -> Result<Source, EvaluationError> {
    if let Some(text) = properties.text("InlineCode", notes)? {
        return Ok(Source::Inline(text));
    }
    let context = metadata.and_then(|it| it.get("DockerContext")?.as_str());
    let image = || Source::Image(context.map(|context| folder.join(context)));
    let is_image = properties.text("PackageType", notes)?.as_deref() == Some("Image");
    if is_image || properties.map.contains_key("ImageUri") {
        return Ok(image());
    }
    // What the CDK writes of an asset, whose folder is next to the template.
    if let Some(asset) = metadata.and_then(|it| it.get("aws:asset:path")?.as_str()) {
        return Ok(Source::Path(folder.join(asset)));
    }
    let node = properties.map.get("CodeUri").or_else(|| properties.map.get("Code"));
    let code = node.map(|node| properties.scope.value_only(node, &properties.place_of("Code"))).transpose()?.flatten();
    Ok(match code {
        None => Source::Path(folder.to_owned()),
        Some(Value::String(uri)) if uri.contains("://") => Source::Elsewhere,
        Some(Value::String(path)) => Source::Path(folder.join(PathBuf::from(path))),
        Some(Value::Object(map)) if map.contains_key("ImageUri") => image(),
        Some(code) => match code.get("ZipFile").and_then(Value::as_str) {
            Some(text) => Source::Inline(text.to_owned()),
            None => Source::Elsewhere,
        },
    })
}
