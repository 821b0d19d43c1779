"""That the script tells a break that is found from one that is not. The workspace here is one file, broken in every way."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

RUN = pathlib.Path(__file__).parent / "run"
LIB = """pub fn two() -> u32 {
    2
}

#[test]
fn two_is_two() {
    assert_eq!(two(), 2);
}
"""
CARGO_TEST = "cargo test --lib two_is_two"

# What a patch puts in the place of the 2, the command that must fail, and what is to be said of it.
VERDICTS = [
    ("a-break-that-a-test-finds", "3", CARGO_TEST, "red"),
    ("a-break-that-no-test-finds", "1 + 1", CARGO_TEST, "GREEN"),
    ("a-break-that-does-not-compile", '"two"', CARGO_TEST, "does not compile"),
    ("a-test-that-is-not-there", "3", "cargo test --lib three_is_three", "no test ran"),
    ("a-target-that-is-not-there", "3", "cargo test --test none", "does not compile"),
    ("an-option-that-is-not-there", "3", f"{CARGO_TEST} -- --no-such-option", "no test ran"),
    ("a-command-that-fails", "3", "! grep -q '  3' src/lib.rs", "red"),
    ("a-command-that-does-not-fail", "3", "grep -q two src/lib.rs", "GREEN"),
    ("a-command-that-fails-in-any-case", "3", "no-such-tool", "fails anyway"),
    ("a-command-that-hangs", "3", "! grep -q '  3' src/lib.rs || sleep 600", "timed out"),
]


def patch(two, test, line="    2"):
    return (
        f"Protects: two is two.\nTest: {test}\n\ndiff --git a/src/lib.rs b/src/lib.rs\n--- a/src/lib.rs\n+++ b/src/lib.rs\n"
        f"@@ -1,3 +1,3 @@\n pub fn two() -> u32 {{\n-{line}\n+    {two}\n }}\n"
    )


class Breaks(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("Cargo.toml", '[package]\nname = "two"\nversion = "0.1.0"\nedition = "2021"\n')
        self.write("src/lib.rs", LIB)
        self.write(".gitignore", "target\n")
        (self.root / "mutations").mkdir()
        shutil.copy(RUN, self.root / "mutations" / "run")
        self.git("init", "--quiet")
        self.commit()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def write_patch(self, name, *content):
        self.write(f"mutations/{name}.patch", patch(*content))

    def git(self, *arguments):
        subprocess.run(["git", "-c", "user.name=test", "-c", "user.email=test", *arguments], cwd=self.root, check=True)

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "two")

    def run_breaks(self, *arguments):
        environment = {name: value for name, value in os.environ.items() if name != "CARGO_TARGET_DIR"}
        command = [str(self.root / "mutations" / "run"), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def test_each_break_is_told_by_what_its_test_says(self):
        for name, two, test, _ in VERDICTS:
            self.write_patch(f"room/{name}", two, test)
        self.write_patch("room/a-patch-of-another-time", "3", CARGO_TEST, "    5")
        code, told = self.run_breaks("--all", "--seconds", "5")
        for name, _, _, verdict in VERDICTS + [("a-patch-of-another-time", "", "", "does not apply")]:
            self.assertRegex(told, rf"(?m)^{verdict} +\d+ s  room/{name}$")
        self.assertIn(f"2 of {len(VERDICTS) + 1} breaks were found", told)
        self.assertEqual(code, 1)
        self.assertEqual((self.root / "src/lib.rs").read_text(), LIB, "the checkout was changed")

    def test_a_break_leaves_nothing_to_the_next_one(self):
        self.write_patch("a/first", "3", CARGO_TEST)
        self.write_patch("b/second", "1 + 1", CARGO_TEST)
        self.write_patch("c/third", "4", CARGO_TEST)
        code, told = self.run_breaks("a", "b/second", "mutations/c/third.patch")
        self.assertRegex(told, r"(?s)red .*a/first.*GREEN .*b/second.*red .*c/third")
        self.assertEqual(self.run_breaks("first", "c")[0], 0)
        self.assertEqual(code, 1)

    def test_changes_that_are_not_committed_count(self):
        self.write_patch("room/two", "3", CARGO_TEST)
        self.write("src/lib.rs", LIB.replace("assert_eq!(two(), 2)", "assert!(two() > 1)"))
        self.assertIn("GREEN", self.run_breaks("--all")[1])

    def test_a_test_that_fails_anyway_is_told_of(self):
        self.write_patch("room/two", "3", CARGO_TEST)
        self.assertEqual(self.run_breaks("--all", "--check-green")[0], 0)
        self.write("src/lib.rs", LIB.replace("    2\n", "    3\n"))
        code, told = self.run_breaks("--all", "--check-green")
        self.assertEqual(code, 1)
        self.assertIn("fail while nothing is broken", told)

    def test_the_parts_are_all_there_is_and_each_patch_is_in_one(self):
        for number in range(7):
            self.write_patch(f"room/patch-{number}", "3", CARGO_TEST)
        listed = [self.run_breaks("--list", "--part", f"{part}/3")[1].splitlines() for part in (1, 2, 3)]
        self.assertEqual(sum(listed, []), self.run_breaks("--list")[1].splitlines())
        self.assertEqual([len(part) for part in listed], [2, 2, 3])

    def test_what_a_change_touches_is_chosen(self):
        self.write_patch("room/old", "3", CARGO_TEST)
        self.commit()
        self.assertEqual(self.run_breaks("--list", "--changed", "HEAD"), (0, ""))
        self.write_patch("room/new", "4", CARGO_TEST)
        self.assertEqual(self.run_breaks("--list", "--changed", "HEAD")[1], "room/new: two is two.\n")
        self.write("src/lib.rs", LIB + "\n")
        self.assertEqual(len(self.run_breaks("--list", "--changed", "HEAD")[1].splitlines()), 2)

    def test_what_cannot_be_read_is_named(self):
        self.write_patch("room/two", "3", CARGO_TEST)
        for arguments in (["none"], ["--part", "4/3"], ["--part", "0/3"], ["--part", "x"], ["--changed", "none"], []):
            code, told = self.run_breaks(*arguments)
            self.assertEqual(code, 2, told)
        self.write("mutations/room/odd.patch", patch("3", CARGO_TEST).replace("Protects", "Guards"))
        code, told = self.run_breaks("--all")
        self.assertEqual(code, 2)
        self.assertIn("odd.patch", told)


if __name__ == "__main__":
    unittest.main()
