//! What flags say is to run, alone or over a template.

mod flag_error;
mod functions;
mod mapping;
mod over_template;
mod pair;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use super::deployment::{Deployment, MappingPlan, OnFailure, StreamPlan};
use super::template;
pub(crate) use flag_error::FlagError;
use functions::FunctionFlags;
use mapping::MappingFlags;

/// Names under which a template is looked for if no flag says what is to run.
const TEMPLATES: [&str; 3] = ["template.yaml", "template.yml", "template.json"];

/// What is to run: a template, or functions, a stream and a mapping.
#[derive(Debug, Clone, Default, clap::Args)]
// Else clap would name its group like that of the command whose arguments these become part of.
#[group(skip)]
pub(crate) struct Arguments {
    /// A template of CloudFormation or SAM, in YAML or JSON, such as what `cdk synth` or `sam build` writes [default: template.yaml, if
    /// neither --function nor --command is there]
    ///
    /// Its streams, functions, function URLs and mappings run. What it says and is different here is listed at the start.
    /// Flags win over it: --env, --timeout and the properties of mappings are those of every function and mapping in it.
    #[arg(long, value_name = "FILE", help_heading = "Template")]
    template: Option<PathBuf>,
    /// A value of a parameter of the template; repeat the flag for further ones
    #[arg(long, value_name = "NAME=VALUE", help_heading = "Template")]
    parameter: Vec<String>,
    /// Take parameters and the name of the stack from this environment of the samconfig.toml next to the template
    #[arg(long, value_name = "NAME", help_heading = "Template")]
    config_env: Option<String>,
    #[command(flatten)]
    functions: FunctionFlags,
    /// The stream's name, or which one of the template --shards is about [default: stream]
    #[arg(long, value_name = "NAME", help_heading = "Stream")]
    stream: Option<String>,
    /// Shards of the stream [default: 1, or what the template says]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=50), help_heading = "Stream")]
    shards: Option<u16>,
    #[command(flatten)]
    mapping: MappingFlags,
}

impl Arguments {
    /// What is to run.
    ///
    /// # Errors
    /// A flag or the template is wrong, or a program is not there.
    pub(crate) fn deployment(&self) -> Result<Deployment, FlagError> {
        match self.template_or_default() {
            Some(path) => self.over_template(&path),
            None => self.alone(),
        }
    }

    /// The template that is to run, if there is one.
    pub(crate) fn template_or_default(&self) -> Option<PathBuf> {
        let default = || TEMPLATES.iter().map(PathBuf::from).find(|path| path.is_file());
        self.template.clone().or_else(|| if self.functions.is_given() { None } else { default() })
    }

    /// Where discarded batches go, if flags say so.
    pub(crate) fn on_failure_folder(&self) -> Option<&Path> {
        self.mapping.on_failure_folder()
    }

    /// Whether a flag gives the variable of this name to the function.
    pub(crate) fn gives(&self, function: &str, variable: &str) -> bool {
        self.functions.gives(function, variable)
    }

    fn over_template(&self, path: &Path) -> Result<Deployment, FlagError> {
        let parameters =
            self.parameter.iter().map(|text| pair::pair("--parameter", text)).collect::<Result<Vec<_>, _>>()?;
        let overrides = self.functions.overrides(|| over_template::only_function(path))?;
        let mut deployment = template::deployment(path, &parameters, self.config_env.as_deref(), &overrides)?;
        over_template::shards(&mut deployment, self.stream.as_deref(), self.shards)?;
        self.finish(deployment)
    }

    fn alone(&self) -> Result<Deployment, FlagError> {
        if !self.parameter.is_empty() || self.config_env.is_some() {
            let flag = if self.parameter.is_empty() { "--config-env" } else { "--parameter" };
            return Err(FlagError::WithoutTemplate(flag));
        }
        let functions = self.functions.plans()?;
        if functions.is_empty() {
            return Err(FlagError::Nothing);
        }
        let stream = self.stream.clone().unwrap_or_else(|| "stream".to_owned());
        let mappings = functions.iter().map(|function| MappingPlan::new(&stream, &function.name)).collect();
        let streams = vec![StreamPlan { name: stream, shards: self.shards.unwrap_or(1) }];
        self.finish(Deployment { streams, functions, mappings, notes: Vec::new() })
    }

    /// Gives functions and mappings what flags say of all of them.
    fn finish(&self, mut deployment: Deployment) -> Result<Deployment, FlagError> {
        self.functions.apply(&mut deployment.functions)?;
        let properties = self.mapping.properties()?;
        for mapping in &mut deployment.mappings {
            properties.apply(mapping)?;
            if self.on_failure_folder().is_some() {
                mapping.on_failure.get_or_insert(OnFailure::Bucket);
            }
        }
        Ok(deployment)
    }
}
