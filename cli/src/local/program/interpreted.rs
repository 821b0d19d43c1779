//! Functions of Python and Node.js: their runtime interface clients, which Lambda's own images have, too.

use std::path::{Path, PathBuf};

use super::super::deployment::Program;
use super::code::Code;
use super::found::{Found, absolute, shown};
use super::missing::Missing;

/// What runs a handler of a runtime, whose file is in a folder.
///
/// # Errors
/// The runtime's client is not known, or there is no file for the handler.
pub(super) fn find(code: &Code, runtime: &str, folder: &Path) -> Result<Found, Missing> {
    let is_python = runtime.starts_with("python");
    let program = match runtime {
        _ if is_python => python(folder, &code.template_folder, &code.handler, &Outside::of_this_process()),
        _ if runtime.starts_with("nodejs") => node(folder, &code.template_folder, &code.handler),
        _ => {
            let what = format!("functions of {runtime} are run by a command that speaks the Runtime API");
            let way_out = format!("--command {}='…'", code.function);
            return Err(Missing::new(&code.function, format!("{what}: name it with {way_out}")));
        }
    };
    let words: Vec<_> = [program.command.display().to_string()].into_iter().chain(program.args.clone()).collect();
    let mut notes = vec![format!("it runs `{}` in {}", words.join(" "), shown(folder).display())];
    if let Some(file) = program.watched.first().filter(|file| !file.is_file()) {
        // Python finds modules that are installed, too, such as those that wrap a handler.
        if !is_python {
            return Err(without_handler(code, file));
        }
        notes.push(format!("{} is not there: the module of the handler has to be installed", shown(file).display()));
    }
    Ok(Found { program, notes })
}

/// What the environment of this process says that matters here.
#[derive(Debug, Clone, Default)]
pub(super) struct Outside {
    /// The folder of a virtual environment of Python that is active.
    pub(super) virtual_env: Option<PathBuf>,
}

impl Outside {
    pub(super) fn of_this_process() -> Self {
        Self { virtual_env: std::env::var_os("VIRTUAL_ENV").map(PathBuf::from) }
    }
}

/// `python3 -m awslambdaric HANDLER`, of a virtual environment next to the function or the template, if there is one.
pub(super) fn python(folder: &Path, template_folder: &Path, handler: &str, outside: &Outside) -> Program {
    let beside = [folder, template_folder].into_iter().flat_map(|folder| [folder.join(".venv"), folder.join("venv")]);
    let environments = outside.virtual_env.clone().into_iter().chain(beside);
    let mut interpreters = environments.map(|environment| environment.join("bin/python3"));
    let command = interpreters.find(|path| path.is_file()).map_or_else(|| PathBuf::from("python3"), absolute);
    let module = handler.rsplit_once('.').map_or(handler, |(module, _)| module).replace('.', "/");
    let package = folder.join(&module).join("__init__.py");
    Program {
        command,
        args: vec!["-m".to_owned(), "awslambdaric".to_owned(), handler.to_owned()],
        directory: Some(absolute(folder.to_owned())),
        handler: handler.to_owned(),
        watched: vec![absolute(if package.is_file() { package } else { folder.join(format!("{module}.py")) })],
    }
}

/// `aws-lambda-ric HANDLER`, of the packages of the function or the template, or by `npx`.
pub(super) fn node(folder: &Path, template_folder: &Path, handler: &str) -> Program {
    let client = Path::new("node_modules/.bin/aws-lambda-ric");
    let installed = [folder, template_folder].into_iter().map(|folder| folder.join(client)).find(|path| path.is_file());
    let (command, mut args) = match installed {
        Some(path) => (absolute(path), Vec::new()),
        None => (PathBuf::from("npx"), vec!["aws-lambda-ric".to_owned()]),
    };
    args.push(handler.to_owned());
    let module = handler.rsplit_once('.').map_or(handler, |(module, _)| module);
    let mut files = ["js", "mjs", "cjs"].iter().map(|extension| folder.join(format!("{module}.{extension}")));
    let file = files.find(|path| path.is_file()).unwrap_or_else(|| folder.join(format!("{module}.js")));
    Program {
        command,
        args,
        directory: Some(absolute(folder.to_owned())),
        handler: handler.to_owned(),
        watched: vec![absolute(file)],
    }
}

fn without_handler(code: &Code, file: &Path) -> Missing {
    let what = format!("there is no file for its handler {}", code.handler);
    let ways_out = vec!["`sam build`".to_owned(), format!("name what runs it with --command {}='…'", code.function)];
    Missing::new(&code.function, what).looked_in(vec![shown(file)]).with_ways_out(ways_out)
}
