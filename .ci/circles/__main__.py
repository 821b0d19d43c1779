"""Fails where files of a crate need each other in a circle, or a crate needs one that does not stand below it.

A file needs the files that define what it names. A re-export is looked through, so a `mod.rs` that only re-exports its
children does not need them. Where a type's methods are in several files, one needs those whose methods it calls on `self`.
Code for tests does not count. Other calls of methods are not seen, and neither are paths that a macro puts together.

    python3 -B .ci/circles [<folder of the workspace>]
"""

import json
import pathlib
import subprocess
import sys

import circles
import layers
import modules

TARGETS = {"lib", "proc-macro", "bin", "example", "bench"}


def main(folder):
    metadata = subprocess.check_output(
        ["cargo", "metadata", "--no-deps", "--offline", "--format-version", "1"], cwd=folder
    )
    packages = json.loads(metadata)["packages"]
    told, counted = list(layers.upward(packages, folder)), 0
    for target in (target for package in packages for target in package["targets"]):
        if not TARGETS.isdisjoint(target["kind"]):
            needs = modules.needs(modules.read(pathlib.Path(target["src_path"])))
            counted += len(needs)
            told += (circles.describe(circle, needs, folder) for circle in circles.find(needs))
    if told:
        sys.exit("\n\n".join(told))
    print(f"   no circle in {len(packages)} packages, {counted} files")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())
