//! What the SAM CLI's configuration says: `samconfig.toml`, or `.yaml`
//! (<https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html>).

mod overrides;

use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::document::{self, DocumentError};
use crate::local::nearest::did_you_mean;

/// Names in which the SAM CLI looks, in its order.
const NAMES: [&str; 3] = ["samconfig.toml", "samconfig.yaml", "samconfig.yml"];

/// What one environment says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SamConfig {
    pub(super) parameters: Vec<(String, String)>,
    pub(super) stack: Option<String>,
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SamConfigError {
    #[error("there is no samconfig.toml in {0}, where the template is")]
    Missing(PathBuf),
    #[error("cannot read {path}")]
    Read { path: PathBuf, source: io::Error },
    #[error("{path}: {source}")]
    Toml { path: PathBuf, source: toml::de::Error },
    #[error("{path}: {source}")]
    Yaml { path: PathBuf, source: DocumentError },
    #[error("{path} has no such environment; it has {known}{hint}")]
    Environment { path: PathBuf, hint: String, known: String },
    #[error("{path}: parameter_overrides has {text:?}, which is not Name=Value")]
    Override { path: PathBuf, text: String },
}

/// Reads the configuration that belongs to a template.
///
/// # Errors
/// There is none, it is neither TOML nor YAML, or it does not have the environment.
pub(super) fn read(template: &Path, name: &str) -> Result<SamConfig, SamConfigError> {
    let path = find(template)?;
    let text = std::fs::read_to_string(&path).map_err(|source| SamConfigError::Read { path: path.clone(), source })?;
    let config = match path.extension().is_some_and(|it| it == "toml") {
        true => toml::from_str(&text).map_err(|source| SamConfigError::Toml { path: path.clone(), source })?,
        false => document::read(&text).map_err(|source| SamConfigError::Yaml { path: path.clone(), source })?,
    };
    environment(&config, name, &path)
}

/// Next to the template; and of one that `sam build` wrote, next to the folder `.aws-sam`.
fn find(template: &Path) -> Result<PathBuf, SamConfigError> {
    let folder = template.parent().map(Path::to_owned).unwrap_or_default();
    let above = template.ancestors().find(|it| it.file_name().is_some_and(|name| name == ".aws-sam"));
    let folders = [Some(folder.as_path()), above.and_then(Path::parent)];
    let paths = folders.into_iter().flatten().flat_map(|folder| NAMES.iter().map(move |name| folder.join(name)));
    let shown = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.clone() };
    paths.into_iter().find(|path| path.is_file()).ok_or(SamConfigError::Missing(shown))
}

fn environment(config: &Value, name: &str, path: &Path) -> Result<SamConfig, SamConfigError> {
    let environments = config.as_object().into_iter().flatten().filter(|(_, it)| it.is_object());
    let Some((_, environment)) = environments.clone().find(|(its, _)| *its == name) else {
        let known: Vec<_> = environments.map(|(name, _)| name.as_str()).collect();
        let hint = did_you_mean(name, known.iter().copied());
        return Err(SamConfigError::Environment { path: path.to_owned(), hint, known: known.join(", ") });
    };
    // What a command says itself wins over what is said for all.
    let of = |command: &str, key: &str| environment.get(command)?.get("parameters")?.get(key).cloned();
    let find = |key: &str| of("deploy", key).or_else(|| of("global", key));
    let parameters = overrides::read(&find("parameter_overrides").unwrap_or_default());
    let parameters = parameters.map_err(|text| SamConfigError::Override { path: path.to_owned(), text })?;
    Ok(SamConfig { parameters, stack: find("stack_name").and_then(|it| it.as_str().map(str::to_owned)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_has_the_stack_and_parameters_of_deploy_and_then_of_global() {
        let text = r#"
version = 0.1
[default.global.parameters]
stack_name = "all"
[dev.global.parameters]
stack_name = "app-dev"
parameter_overrides = "A=1"
[dev.deploy.parameters]
parameter_overrides = ["B=2", "C=x=y"]
[prod.deploy.parameters]
stack_name = "app-prod"
parameter_overrides = "ParameterKey=A,ParameterValue=1 B=\"two words\""
"#;
        let config: Value = toml::from_str(text).unwrap();
        let of = |name| environment(&config, name, Path::new("samconfig.toml"));
        let own = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let config_of =
            |stack: &str, pairs: &[(&str, &str)]| SamConfig { parameters: own(pairs), stack: Some(stack.to_owned()) };
        assert_eq!(of("dev").unwrap(), config_of("app-dev", &[("B", "2"), ("C", "x=y")]));
        assert_eq!(of("prod").unwrap(), config_of("app-prod", &[("A", "1"), ("B", "two words")]));
        assert_eq!(of("default").unwrap(), config_of("all", &[]));
        let error = of("prd").unwrap_err().to_string();
        assert_eq!(error, "samconfig.toml has no such environment; it has default, dev, prod; did you mean prod?");
    }

    #[test]
    fn the_configuration_of_a_built_template_is_next_to_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let built = folder.path().join(".aws-sam/build");
        std::fs::create_dir_all(&built).unwrap();
        let template = built.join("template.yaml");
        assert!(matches!(find(&template), Err(SamConfigError::Missing(_))));
        std::fs::write(folder.path().join("samconfig.yaml"), "dev: {deploy: {parameters: {stack_name: x}}}").unwrap();
        assert_eq!(read(&template, "dev").unwrap().stack.as_deref(), Some("x"));
    }
}
