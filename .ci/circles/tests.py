"""That the check sees a circle, and only a circle. Each workspace here is a few files that are never compiled."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECK = pathlib.Path(__file__).parent
A_AND_B = "mod a;\nmod b;\n"

# Why it is none, and the files of one crate.
NO_CIRCLES = [
    (
        "a re-export is not a need",
        {"lib.rs": "mod a;\npub use a::A;\npub struct Own;", "a.rs": "use super::Own;\npub struct A(Own);"},
    ),
    (
        "who names a re-export needs the file that defines it",
        {
            "lib.rs": A_AND_B + "pub use b::B;\npub fn run(_: a::A) {}",
            "a.rs": "use crate::B;\npub struct A(B);",
            "b.rs": "pub struct B;",
        },
    ),
    ("a file may need itself", {"lib.rs": "pub mod a;", "a.rs": "pub struct A;\nfn new() -> self::A { crate::a::A }"}),
    (
        "tests may need anything",
        {
            "lib.rs": A_AND_B + "#[cfg(test)]\nmod tests;",
            "a.rs": "pub struct A;\n#[cfg(test)]\nuse crate::b::{B};\n#[cfg(test)]\nmod tests { use crate::b::B; }",
            "b.rs": "use crate::a::A;\npub struct B(A);",
        },
    ),
    (
        "comments, strings and characters name nothing",
        {
            "lib.rs": A_AND_B,
            "a.rs": "//! [`crate::b::B`] /*\n/* crate::b::B */\n"
            "const A: (char, &str, &str) = ('\"', \"crate::b::B\", r#\"crate::b::B\"#);",
            "b.rs": "use crate::a::A;\npub struct B;",
        },
    ),
    ("a module's name alone is not a need", {"lib.rs": A_AND_B, "a.rs": "use crate::b;", "b.rs": "use crate::a::A;"}),
    (
        "a type may have methods in another file",
        {
            "lib.rs": A_AND_B,
            "a.rs": "pub struct A;\nimpl A { fn new() { Self::own(); self.show(); } fn own() {} }",
            "b.rs": "use super::a::A;\nimpl A { fn b(self) { self.own() } }\nimpl Show for A { fn show(&self) {} }",
        },
    ),
    (
        "another crate's name is not that of a module",
        {
            "lib.rs": A_AND_B,
            "a.rs": "pub struct A(serde::B);",
            "b.rs": "use super::a::A;\npub mod serde {}\npub struct B;",
        },
    ),
]

# By what the circle is closed, the files, and what is printed of it.
CIRCLES = [
    (
        "use",
        {
            "lib.rs": A_AND_B,
            "a.rs": "use super::b::{self, B as C};\npub struct A;",
            "b.rs": "use crate::a::A;\npub struct B;",
        },
        ["a.rs -> b.rs (B)", "b.rs -> a.rs (A)"],
    ),
    (
        "a path, by the name of a module",
        {
            "lib.rs": A_AND_B,
            "a.rs": "use super::b;\npub fn a() { b::b() }",
            "b.rs": "pub fn b() { crate::a::a() }",
        },
        ["a.rs -> b.rs (b)", "b.rs -> a.rs (a)"],
    ),
    (
        "a re-export",
        {
            "lib.rs": A_AND_B + "pub(crate) use b::B;",
            "a.rs": "use super::B;\npub struct A;",
            "b.rs": "use super::a::A;\npub struct B;",
        },
        ["a.rs -> b.rs (B)", "b.rs -> a.rs (A)"],
    ),
    (
        "a name that a file both re-exports and uses",
        {
            "lib.rs": "mod a;\npub use a::A;\npub struct Own(A);",
            "a.rs": "use super::Own;\npub struct A;",
        },
        ["a.rs -> lib.rs (Own)", "lib.rs -> a.rs (A)"],
    ),
    (
        "a glob",
        {
            "lib.rs": A_AND_B,
            "a.rs": "use super::b::*;\npub struct A(B);",
            "b.rs": "use super::a::A;\npub enum B { A(A) }",
        },
        ["a.rs -> b.rs (B)", "b.rs -> a.rs (A)"],
    ),
    (
        "a module within a file",
        {
            "lib.rs": A_AND_B,
            "a.rs": "pub struct A;\nmod inner { use super::super::b::B; }",
            "b.rs": "use super::a::A;\npub struct B;",
        },
        ["a.rs -> b.rs (B)", "b.rs -> a.rs (A)"],
    ),
    (
        "code after what is for tests",
        {
            "lib.rs": A_AND_B,
            "a.rs": "#[cfg(test)]\nmod tests {}\npub struct A(crate::b::B);",
            "b.rs": "use super::a::A;\npub struct B;",
        },
        ["a.rs -> b.rs (B)", "b.rs -> a.rs (A)"],
    ),
    (
        "methods of one type in two files",
        {
            "lib.rs": A_AND_B,
            "a.rs": "pub struct A<T>(T);\nimpl<T: Fn() -> u8> A<T> { fn a(&self) { self.b() } }",
            "b.rs": "use super::a::A;\nimpl<T> A<T> { pub(super) fn b(&self) {} }",
        },
        ["a.rs -> b.rs (b)", "b.rs -> a.rs (A)"],
    ),
    (
        "methods of one type in files that both do not define it",
        {
            "lib.rs": A_AND_B + "pub struct Own;",
            "a.rs": "impl super::Own { fn a() { Self::b() } }",
            "b.rs": "use super::Own;\nimpl Clone for Own { fn clone(&self) -> Own { self.a() } }\nimpl Own { fn b() {} }",
        },
        ["a.rs -> b.rs (b)", "b.rs -> a.rs (a)"],
    ),
    (
        "a macro, a folder and three files",
        {
            "lib.rs": A_AND_B + "mod c;",
            "a.rs": "macro_rules! a { () => { $crate::b::B } }\npub(crate) use a;",
            "b/mod.rs": "mod inner;\npub use inner::B;",
            "b/inner.rs": "pub struct B(crate::c::C);",
            "c.rs": "pub struct C;\nfn c() { super::a::a!() }",
        },
        ["a.rs -> b/inner.rs (B)", "b/inner.rs -> c.rs (C)", "c.rs -> a.rs (a)"],
    ),
]

# The folders of packages with those that each depends on, and whether that is in order.
DIRECTIONS = [
    ({"shared": [], "producer": ["shared"], "cli": ["producer", "shared"]}, None),
    ({"shared": [], "producer": ["shared"], "producer/function": ["producer"]}, None),
    ({"shared": ["testbed"], "testbed": []}, "shared (shared) depends on testbed (testbed)"),
    ({"producer": ["consumer"], "consumer": []}, "producer (producer) depends on consumer (consumer)"),
    ({"producer": ["producer/function"], "producer/function": []}, "producer (producer) depends on producer-function"),
    ({"other": []}, "other: say in LAYERS"),
]


def check(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            file = pathlib.Path(folder, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return subprocess.run([sys.executable, "-B", CHECK, folder], capture_output=True, text=True, check=False)


def workspace(dependencies, files=None, section="dependencies"):
    """A workspace of packages with these dependencies; the files are of the first."""
    written = {"Cargo.toml": f'[workspace]\nresolver = "2"\nmembers = [{", ".join(map(repr, dependencies))}]\n'}
    for folder, needed in dependencies.items():
        up = "../" * len(pathlib.Path(folder).parts)
        lines = (f'{other.replace("/", "-")} = {{ path = "{up}{other}" }}\n' for other in needed)
        name = folder.replace("/", "-")
        written[f"{folder}/Cargo.toml"] = f'[package]\nname = "{name}"\nedition = "2021"\n[{section}]\n{"".join(lines)}'
        written[f"{folder}/src/lib.rs"] = ""
    first = next(iter(dependencies))
    return written | {f"{first}/src/{name}": text for name, text in (files or {}).items()}


class Tests(unittest.TestCase):
    def test_what_is_no_circle_passes(self):
        for why, files in NO_CIRCLES:
            with self.subTest(why):
                checked = check(workspace({"shared": []}, files | {"tests.rs": "use crate::a::A;"}))
                self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_a_circle_fails_and_is_shown(self):
        for by, files, expected in CIRCLES:
            with self.subTest(by):
                checked = check(workspace({"shared": []}, files))
                self.assertEqual(checked.returncode, 1, checked.stdout + checked.stderr)
                for line in expected:
                    self.assertIn("shared/src/" + line.replace("-> ", "-> shared/src/"), checked.stderr)

    def test_a_dependency_leads_downwards(self):
        for dependencies, expected in DIRECTIONS:
            with self.subTest(dependencies):
                checked = check(workspace(dependencies))
                self.assertEqual(checked.returncode, 1 if expected else 0, checked.stderr)
                self.assertIn(expected or "", checked.stderr)

    def test_tests_may_depend_on_any_crate(self):
        checked = check(workspace({"shared": ["testbed"], "testbed": []}, section="dev-dependencies"))
        self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_a_module_without_a_file_is_an_error(self):
        self.assertIn("no file for `mod a`", check(workspace({"shared": []}, {"lib.rs": "mod a;"})).stderr)


if __name__ == "__main__":
    unittest.main()
