//! Where Cargo puts the executables of a package.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The names that an executable of the package in a folder may have, the likely one first.
pub(super) fn binaries(folder: &Path, wanted: Option<&str>, handler: &str) -> Vec<String> {
    if let Some(wanted) = wanted {
        return vec![wanted.to_owned()];
    }
    let Some(manifest) = manifest(folder) else { return Vec::new() };
    let names = names(&manifest, folder);
    // Of several, the handler's name says which.
    match names.iter().find(|name| *name == handler) {
        Some(name) => vec![name.clone()],
        None => names,
    }
}

fn manifest(folder: &Path) -> Option<Value> {
    toml::from_str(&std::fs::read_to_string(folder.join("Cargo.toml")).ok()?).ok()
}

fn names(manifest: &Value, folder: &Path) -> Vec<String> {
    let text = |value: &Value| value.get("name").and_then(Value::as_str).map(str::to_owned);
    let declared = manifest.get("bin").and_then(Value::as_array).into_iter().flatten().filter_map(text);
    let mut names: Vec<_> = declared.collect();
    let main = folder.join("src/main.rs").is_file();
    names.extend(manifest.get("package").and_then(text).filter(|_| main && names.is_empty()));
    let others = std::fs::read_dir(folder.join("src/bin")).into_iter().flatten().flatten();
    names.extend(others.filter_map(|entry| entry.path().file_stem()?.to_str().map(str::to_owned)));
    names.sort();
    names.dedup();
    names
}

/// The folders `target` that may belong to a package: its own, and those of workspaces above it.
pub(super) fn targets(folder: &Path, chosen: Option<&Path>) -> Vec<PathBuf> {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let manifests = folder.ancestors().filter(|folder| folder.join("Cargo.toml").is_file());
    let found = manifests.map(|folder| folder.join("target"));
    chosen.map(Path::to_owned).into_iter().chain(found).collect()
}

/// What builds of one executable leave in a folder `target`.
pub(super) fn built(target: &Path, binary: &str) -> [PathBuf; 3] {
    [
        target.join("lambda").join(binary).join("bootstrap"),
        target.join("release").join(binary),
        target.join("debug").join(binary),
    ]
}
