"""Which packages may need which."""

import pathlib

# A package may need those in folders of earlier lines, and the one in whose folder its own is.
LAYERS = [["shared"], ["producer", "consumer"], ["kafka", "testing"], ["testbed"], ["cli"]]
LAYER = {folder: layer for layer, folders in enumerate(LAYERS) for folder in folders}


def upward(packages, root):
    """A sentence for each dependency that leads to no lower layer. Those of tests only do not count."""
    folders = {package["name"]: pathlib.Path(package["manifest_path"]).parent.relative_to(root) for package in packages}
    for package in packages:
        name = package["name"]
        own = folders[name]
        if own.parts[0] not in LAYER:
            yield f"{name}: say in LAYERS of .ci/circles/layers.py below which folders {own.parts[0]} stands"
            continue
        for needed in (it["name"] for it in package["dependencies"] if it["kind"] != "dev" and it["name"] in folders):
            other = folders[needed]
            is_below = LAYER.get(other.parts[0], -1) < LAYER[own.parts[0]]
            if not is_below and other not in own.parents:
                yield f"{name} ({own}) depends on {needed} ({other}), which does not stand below it"
