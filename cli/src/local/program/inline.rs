//! Functions whose code is in the template.

use std::path::Path;
use std::{fs, io};

use super::code::Code;
use super::found::{Found, shown};
use super::interpreted;
use super::missing::Missing;

/// Writes the code to where its handler is looked for, below `.kinetrace` next to the template, and runs that.
///
/// # Errors
/// The runtime is neither Python nor Node.js, or the file cannot be written.
pub(super) fn find(code: &Code, text: &str) -> Result<Found, Missing> {
    let folder = code.template_folder.join(".kinetrace").join(&code.function);
    let (runtime, name) = match code.runtime.as_deref() {
        Some(runtime) if runtime.starts_with("python") => (runtime, "index.py"),
        Some(runtime) if runtime.starts_with("nodejs") => (runtime, "index.js"),
        _ => return Err(Missing::new(&code.function, "its code is in the template, and not of Python or Node.js")),
    };
    let path = folder.join(name);
    write(&path, text).map_err(|error| {
        let what = format!("its code is in the template, and cannot be written to {}: {error}", path.display());
        Missing::new(&code.function, what)
    })?;
    let mut found = interpreted::find(code, runtime, &folder)?;
    found.notes.push(format!("its code was written to {}, from the template", shown(&path).display()));
    Ok(found)
}

/// Writes a file, unless it is as it should be: it is watched.
fn write(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, text)
}
