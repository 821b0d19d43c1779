//! How large an installation is.

use std::path::Path;

/// Of the files below it, without what installs other packages.
pub(crate) fn folder_bytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let installers = ["pip", "setuptools", "pkg_resources", "_distutils_hack"];
    let bytes = entries.filter(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        !installers.iter().any(|installer| name.starts_with(installer))
    });
    bytes
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => folder_bytes(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}
