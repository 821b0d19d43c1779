"""Reads deploy/kubernetes/Containerfile for what its linter does not look at, and no image is needed for.

It copies what is there, all of the workspace, and builds examples that there are, with the project's compiler; and the programs
that the manifests start are those that it installs.

    container.py <container file> <manifest>…
"""

import pathlib
import re
import sys

import tomli
import yaml

ROOT = pathlib.Path(__file__).parent.parent


def words(text, instruction):
    """The arguments of each instruction of a kind, its options left out."""
    for line in re.findall(rf"^{instruction} (.+)$", text, re.MULTILINE):
        yield [word for word in line.split() if not word.startswith("--")], line


def copied(text):
    for arguments, line in words(text, "COPY"):
        if "--from=" not in line:
            yield from (source.rstrip("/") for source in arguments[:-1])


def complaints(text, manifests):
    sources = set(copied(text))
    yield from (f"it copies {source}, which is not there" for source in sorted(sources) if not (ROOT / source).exists())
    for member in tomli.loads((ROOT / "Cargo.toml").read_text())["workspace"]["members"]:
        if not any(member == source or member.startswith(f"{source}/") for source in sources):
            yield f"it does not copy {member}, without which Cargo reads no workspace"

    channel = tomli.loads((ROOT / "rust-toolchain.toml").read_text())["toolchain"]["channel"]
    images = [arguments[0] for arguments, _ in words(text, "FROM")]
    if not any(re.fullmatch(rf"rust:{re.escape(channel)}-\w+", image) for image in images):
        yield f"it builds with none of {images}, and rust-toolchain.toml with {channel}"
    if not re.search(r"^USER [1-9]\d*:[1-9]\d*$", text, re.MULTILINE):
        yield "it names no user by number other than root, whom runAsNonRoot would not believe"

    joined = text.replace("\\\n", " ")
    package = (re.findall(r"--package kinetrace-(\S+)", joined) or ["nothing"])[0]
    manifest = ROOT / package / "Cargo.toml"
    cargo = tomli.loads(manifest.read_text()) if manifest.exists() else {}
    needed = {example["name"]: example.get("required-features", []) for example in cargo.get("example", [])}
    features = {feature for list_ in re.findall(r"--features (\S+)", joined) for feature in list_.split(",")}
    for example in re.findall(r"--example (\S+)", joined):
        if not (ROOT / package / "examples" / f"{example}.rs").exists():
            yield f"it builds the example {example} of {package}, which is not there"
        yield from (f"the example {example} needs the feature {it}" for it in needed.get(example, []) if it not in features)
        if f"release/examples/{example} " not in joined:
            yield f"it builds {example}, and installs it nowhere"

    installed = {f"/usr/local/bin/{name}" for name in re.findall(r"/programs/(\w+)", joined)}
    for name, resource in manifests:
        for container in resource.get("spec", {}).get("template", {}).get("spec", {}).get("containers", []):
            started = {word for word in container.get("command", []) if word.startswith("/usr/local/bin/")}
            yield from (f"{name} starts {it}, which it does not install" for it in sorted(started - installed))


file, *files = map(pathlib.Path, sys.argv[1:])
resources = [(path.name, it) for path in files for it in yaml.safe_load_all(path.read_text())]
if found := list(complaints(file.read_text(), resources)):
    sys.exit("\n".join(f"deploy: {file}: {complaint}" for complaint in found))
