//! Lists the files of the page, so that each is in the program as soon as it is in `cli/page`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let page = Path::new(&variable("CARGO_MANIFEST_DIR")?).join("page");
    println!("cargo::rerun-if-changed=page");
    let mut list = String::new();
    for (constant, folders, end) in [
        ("STYLES", &["", "vendor/"][..], ".css"),
        ("MODULES", &["", "vendor/"], ".js"),
        ("LICENSES", &["vendor/"], ".md"),
    ] {
        let mut names = Vec::new();
        for folder in folders {
            names.extend(files(&page.join(folder), end)?.into_iter().map(|name| format!("{folder}{name}")));
        }
        let files: Vec<_> = names.iter().map(|name| entry(&page, name)).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(list, "pub(super) const {constant}: &[File] = &[{}];", files.join(", "));
    }
    fs::write(PathBuf::from(variable("OUT_DIR")?).join("page_files.rs"), list)
}

/// In the order of their names, so that the page is the same wherever it is built.
fn files(folder: &Path, end: &str) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.extend(entry?.file_name().into_string().ok().filter(|name| name.ends_with(end)));
    }
    names.sort();
    Ok(names)
}

fn entry(page: &Path, name: &str) -> String {
    format!("File {{ name: {name:?}, text: include_str!({:?}) }}", page.join(name))
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(io::Error::other)
}
