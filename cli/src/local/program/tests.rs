//! Which program a function has.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::code::{Code, Source};
use super::{Found, Override, Overrides, find};

/// A package of Cargo below a workspace, next to a template.
struct Project(tempfile::TempDir);

impl Project {
    fn new() -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        project.write("Cargo.toml", b"[workspace]\nmembers = ['app']\n");
        project.write("app/Cargo.toml", b"[package]\nname = 'orders'\n");
        project.write("app/src/main.rs", b"fn main() {}");
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// An executable for this machine that was built so many seconds ago.
    fn build(&self, name: &str, seconds: u64) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(std::env::current_exe().unwrap(), &path).unwrap();
        let built = SystemTime::now() - Duration::from_secs(seconds);
        fs::File::options().write(true).open(&path).unwrap().set_modified(built).unwrap();
        path
    }

    fn code(&self, runtime: &str, handler: &str) -> Code {
        Code {
            function: "Worker".to_owned(),
            template_folder: self.0.path().to_owned(),
            source: Source::Path(self.path("app")),
            runtime: Some(runtime.to_owned()),
            handler: handler.to_owned(),
            binary: None,
        }
    }

    fn rust(&self) -> Result<Found, String> {
        self.find(&self.code("provided.al2023", "bootstrap"))
    }

    fn find(&self, code: &Code) -> Result<Found, String> {
        find(code, &Overrides::default()).map_err(|error| error.to_string())
    }
}

fn overridden(code: &Code, chosen: Override) -> Result<Found, String> {
    find(code, &Overrides::new(vec![("Worker".to_owned(), chosen)])).map_err(|error| error.to_string())
}

/// The head of an ELF file for a processor that no machine of ours has.
fn foreign() -> Vec<u8> {
    let mut head = vec![0x7f, b'E', b'L', b'F', 2, 1];
    head.resize(18, 0);
    head.extend([0xf3, 0]);
    head
}

#[test]
fn every_place_where_a_build_leaves_an_executable_is_looked_at() {
    let places = [
        ".aws-sam/build/Worker/bootstrap",
        "app/bootstrap",
        "app/target/lambda/orders/bootstrap",
        "target/lambda/orders/bootstrap",
        "target/release/orders",
        "target/debug/orders",
    ];
    for place in places {
        let project = Project::new();
        let built = project.build(place, 180);
        let found = project.rust().unwrap();
        assert_eq!(found.program.command, built);
        assert_eq!(found.program.watched, std::slice::from_ref(&built));
        assert_eq!(found.notes, [format!("it runs {}, of 3 minutes ago", built.display())]);
    }
}

#[test]
fn the_newest_build_is_taken_and_named() {
    let project = Project::new();
    project.build("target/lambda/orders/bootstrap", 7_300);
    let newest = project.build("target/debug/orders", 180);
    project.build(".aws-sam/build/Worker/bootstrap", 864_000);
    let found = project.rust().unwrap();
    assert_eq!(found.program.command, newest);
    let note = format!("it runs {}, the newest build that this machine runs, of 3 minutes ago", newest.display());
    assert_eq!(found.notes, [note]);
}

#[test]
fn a_function_works_where_its_files_are() {
    let project = Project::new();
    project.build(".aws-sam/build/Worker/bootstrap", 180);
    assert_eq!(project.rust().unwrap().program.directory, Some(project.path(".aws-sam/build/Worker")));
    project.build("target/lambda/orders/bootstrap", 60);
    assert_eq!(project.rust().unwrap().program.directory, Some(project.path("app")));
}

#[test]
fn of_several_executables_the_one_that_the_template_names_is_taken() {
    let project = Project::new();
    project.write("app/Cargo.toml", b"[package]\nname = 'orders'\n[[bin]]\nname = 'one'\n[[bin]]\nname = 'two'\n");
    project.build("target/debug/one", 10);
    let two = project.build("target/debug/two", 180);
    let code = Code { binary: Some("two".to_owned()), ..project.code("provided.al2023", "bootstrap") };
    assert_eq!(project.find(&code).unwrap().program.command, two);
    assert_eq!(project.find(&project.code("provided.al2", "two")).unwrap().program.command, two);
}

#[test]
fn where_nothing_is_found_it_is_told_where_was_looked_and_what_to_type() {
    let project = Project::new();
    let error = project.rust().unwrap_err();
    for part in [
        "function Worker: its program is not there; looked for ",
        ".aws-sam/build/Worker/bootstrap, ",
        "/target/release/orders",
        "`cargo lambda build --release --manifest-path ",
        "`cargo build --release --manifest-path ",
        "`sam build`",
        "--function Worker=PATH",
    ] {
        assert!(error.contains(part), "{part} is not in {error}");
    }
}

#[test]
fn an_executable_for_another_processor_is_told_by_its_name() {
    let project = Project::new();
    project.write("target/lambda/orders/bootstrap", &foreign());
    let error = project.rust().unwrap_err();
    assert!(error.contains("target/lambda/orders/bootstrap is for riscv, and this machine is "), "{error}");
    assert!(error.contains("`cargo build --release` for this machine"), "{error}");
    // An older one that runs is better than none.
    let own = project.build("target/debug/orders", 900);
    assert_eq!(project.rust().unwrap().program.command, own);
    let path = project.path("target/lambda/orders/bootstrap");
    let error = overridden(&project.code("provided", "bootstrap"), Override::Path(path)).unwrap_err();
    assert!(error.contains("is for riscv"), "{error}");
}

#[test]
fn python_and_node_are_run_by_their_runtime_interface_clients() {
    let project = Project::new();
    project.write("app/app.py", b"");
    project.write("app/src/index.mjs", b"");
    let program = project.find(&project.code("python3.13", "app.handler")).unwrap().program;
    assert_eq!(program.args, ["-m", "awslambdaric", "app.handler"]);
    assert_eq!((program.directory, program.watched), (Some(project.path("app")), vec![project.path("app/app.py")]));
    assert_eq!(program.handler, "app.handler");

    let node = project.code("nodejs22.x", "src/index.handler");
    let program = project.find(&node).unwrap().program;
    assert_eq!(
        (program.command, program.args),
        ("npx".into(), vec!["aws-lambda-ric".to_owned(), "src/index.handler".to_owned()])
    );
    assert_eq!(program.watched, [project.path("app/src/index.mjs")]);
    let client = project.write("app/node_modules/.bin/aws-lambda-ric", b"");
    let program = project.find(&node).unwrap().program;
    assert_eq!((program.command, program.args), (client, vec!["src/index.handler".to_owned()]));

    let wrapped = project.find(&project.code("python3.13", "wrapper.main.handler")).unwrap();
    assert!(
        wrapped.notes[1].ends_with("app/wrapper/main.py is not there: the module of the handler has to be installed")
    );
    let error = project.find(&project.code("nodejs22.x", "dist/main.handler")).unwrap_err();
    assert!(error.contains("there is no file for its handler dist/main.handler; looked for "), "{error}");

    let built = project.write(".aws-sam/build/Worker/app.py", b"");
    let program = project.find(&project.code("python3.13", "app.handler")).unwrap().program;
    assert_eq!(program.watched, [built], "what `sam build` made has the dependencies");
    let python = project.write(".venv/bin/python3", b"");
    let command = project.find(&project.code("python3.13", "app.handler")).unwrap().program.command;
    assert!(command == python || std::env::var_os("VIRTUAL_ENV").is_some(), "{command:?}");
}

#[test]
fn what_cannot_be_started_is_told_with_a_way_out() {
    let project = Project::new();
    let archive = project.write("code.zip", b"PK\x03\x04");
    let rust = project.code("provided", "bootstrap");
    let of = |source| Code { source, ..project.code("provided", "bootstrap") };
    let table = [
        (of(Source::Path(archive.clone())), "unzip "),
        (of(Source::Path(project.path("nowhere"))), "nowhere, is not there"),
        (of(Source::Inline("x".to_owned())), "its code is in the template, and not of Python or Node.js"),
        (of(Source::Image(None)), "--command Worker='…', such as 'python3 -m awslambdaric app.handler'"),
        (of(Source::Elsewhere), "--function Worker=PATH"),
        (project.code("java21", "a.B::c"), "functions of java21 are run by a command that speaks the Runtime API"),
        (project.code("dotnet8", "a"), "--command Worker='…'"),
    ];
    for (code, what) in table {
        let error = project.find(&code).unwrap_err();
        assert!(error.contains(what), "{error}");
    }
    let error = overridden(&rust, Override::Path(archive)).unwrap_err();
    assert!(error.contains("unzip ") && error.contains("--function Worker=Worker/bootstrap"), "{error}");
    let script = project.write("run.py", b"print()");
    let error = overridden(&rust, Override::Path(script)).unwrap_err();
    assert!(error.contains("is not executable: `chmod +x "), "{error}");
    let error = overridden(&rust, Override::Path(project.path("none"))).unwrap_err();
    assert!(error.contains("cannot read ") && error.contains("none"), "{error}");
}

#[test]
fn what_flags_name_is_started_in_the_functions_folder() {
    let project = Project::new();
    let built = project.build("elsewhere/bootstrap", 10);
    let code = project.code("python3.13", "app.handler");
    for path in [built.clone(), project.path("elsewhere")] {
        let program = overridden(&code, Override::Path(path)).unwrap().program;
        assert_eq!((&program.command, program.directory.as_deref()), (&built, Some(project.path("app").as_path())));
        assert_eq!(program.handler, "app.handler");
    }
    let program =
        overridden(&code, Override::command("uv run -m awslambdaric 'app.handler'").unwrap()).unwrap().program;
    assert_eq!((program.command.as_path(), program.args.len()), (Path::new("uv"), 4));
    assert_eq!(program.directory, Some(project.path("app")));
    let unknown = Overrides::new(vec![("Wroker".to_owned(), Override::Path(built))]);
    let error = unknown.check_names(["Worker", "Audit"].into_iter()).unwrap_err().to_string();
    assert_eq!(
        error,
        "function Wroker: no function has this name; the functions are: Worker, Audit; did you mean Worker?"
    );
}

#[test]
fn code_in_the_template_is_written_next_to_it_and_run() {
    let project = Project::new();
    let inline =
        |text: &str| Code { source: Source::Inline(text.to_owned()), ..project.code("python3.13", "index.handler") };
    let found = project.find(&inline("def handler(event, context): pass")).unwrap();
    let file = project.path(".kinetrace/Worker/index.py");
    assert_eq!(fs::read_to_string(&file).unwrap(), "def handler(event, context): pass");
    assert_eq!(
        (found.program.directory, found.program.watched),
        (Some(project.path(".kinetrace/Worker")), vec![file.clone()])
    );
    project.find(&inline("import os")).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), "import os", "the template is what counts");
}

#[test]
fn a_command_for_an_image_works_in_the_folder_that_the_image_is_built_from() {
    let project = Project::new();
    let code = Code { source: Source::Image(Some(project.path("app"))), ..project.code("", "app.handler") };
    let program = overridden(&code, Override::command("python3 -m awslambdaric app.handler").unwrap()).unwrap().program;
    assert_eq!(program.directory, Some(project.path("app")));
}
