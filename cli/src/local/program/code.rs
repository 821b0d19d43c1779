//! What a template says about a function's code.

use std::path::PathBuf;

/// From what a function's program is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Code {
    /// The function's name.
    pub(crate) function: String,
    pub(crate) template_folder: PathBuf,
    pub(crate) source: Source,
    /// Such as `provided.al2023` or `python3.13`.
    pub(crate) runtime: Option<String>,
    pub(crate) handler: String,
    /// `Metadata.BuildProperties.Binary`, of several executables of one package.
    pub(crate) binary: Option<String>,
}

/// Where the code is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A folder or an archive: `CodeUri`.
    Path(PathBuf),
    /// In the template: the text.
    Inline(String),
    /// In an image of a container, and the folder that it is built from, if the template says so.
    Image(Option<PathBuf>),
    /// In S3.
    Elsewhere,
}
