"""The modules of a crate: what each defines, imports and names."""

import collections
import itertools
import re
import sys

import tokens as rust


class Module:
    def __init__(self, file, parent=None):
        self.file, self.parent, self.root = file, parent, parent.root if parent else self
        self.children, self.defined, self.imports, self.globs, self.named = {}, set(), {}, [], []
        self.implementations = []

    def use(self, leaves, is_public):
        for path, name in leaves:
            if name == "*":
                self.globs.append(path)
                continue
            if name != "_":
                self.imports[name] = path
            if not is_public:
                self.named.append(path)

    def with_descendants(self):
        yield self
        for child in self.children.values():
            yield from child.with_descendants()

    def definer(self, path, seen=frozenset()):
        """The module that defines what a path names, and the name there. Without one if that is elsewhere, or a module."""
        if not path or (self, tuple(path)) in seen:
            return None, None
        seen |= {(self, tuple(path))}
        name, *rest = path
        around = {"crate": self.root, "super": self.parent, "self": self}
        if name in around:
            return around[name].definer(rest, seen) if around[name] else (None, None)
        if rest and name in self.children:
            return self.children[name].definer(rest, seen)
        if name in self.defined:
            return self, name
        if name in self.imports:
            return self.definer(self.imports[name] + rest, seen)
        through_globs = (self.definer(glob + path, seen) for glob in self.globs)
        return next((found for found in through_globs if found[0]), (None, None))


def needs(root):
    """For each file of the crate: the files that it needs, and the names for which it does."""
    found = collections.defaultdict(lambda: collections.defaultdict(set))
    types = collections.defaultdict(list)
    for module in root.with_descendants():
        files = found[module.file]
        for path in module.named:
            definer, name = module.definer(path)
            if definer and definer.file != module.file:
                files[definer.file].add(name)
        for path, owned, called in module.implementations:
            types[module.definer(path)].append((module.file, owned, called))
    # The methods of one type may be in several files.
    for (definer, _), parts in types.items():
        for (file, _, called), (other, owned, _) in itertools.permutations(parts if definer else [], 2):
            if file != other and called & owned:
                found[file][other] |= called & owned
    return found


def read(file, parent=None, folder=None):
    """A file and those of its modules, which are in the folder."""
    tokens, top, at, depth = rust.read(file.read_text()), Module(file, parent), 0, 0
    inline = [(0, top, folder or file.parent)]
    while token := tokens[at]:
        after, before = tokens[at + 1], tokens[at - 1]
        floor, module, folder = inline[-1]
        if token in "{}":
            depth += 1 if token == "{" else -1
            inline = [it for it in inline if it[0] <= depth]
        elif token == "use" and after != "<":
            leaves, at = rust.leaves(tokens, at + 1)
            module.use(leaves, before in ("pub", ")"))
        elif token == "mod" and rust.NAME.match(after):
            if tokens[at + 2] == "{":
                module.children[after] = Module(file, module)
                depth, at = depth + 1, at + 1
                inline.append((depth, module.children[after], folder / after))
            else:
                module.children[after] = read_child(module, after, folder, tokens[max(at - 12, 0) : at])
            at += 1
        elif depth == floor and token in rust.DEFINITIONS and rust.NAME.match(after):
            module.defined.add(after)
            at += after not in rust.DEFINITIONS
        elif depth == floor and token == "impl":
            module.implementations.append(rust.implementation(tokens, at))
        elif (token, after) == ("macro_rules", "!"):
            module.defined.add(tokens[at + 2])
            at += 2
        elif rust.NAME.match(token) and before != "." and (before != "::" or tokens[at - 2] == "$"):
            path = [token]
            while tokens[at + 1] == "::" and rust.NAME.match(tokens[at + 2]):
                path, at = [*path, tokens[at + 2]], at + 2
            # A single name before a colon is that of a field or an argument.
            if len(path) > 1 or after != ":":
                module.named.append(path)
        at += 1
    return top


def read_child(module, name, folder, before):
    attribute = re.search(r'# \[ path = "([^"]+)" \]( pub( \( [^)]+ \))?)?$', " ".join(before))
    places = [module.file.parent / attribute[1]] if attribute else [folder / f"{name}.rs", folder / name / "mod.rs"]
    file = next((place.resolve() for place in places if place.exists()), None)
    if not file:
        sys.exit(f"{module.file}: there is no file for `mod {name}`")
    has_children_beside_it = attribute or file.name == "mod.rs"
    return read(file, module, file.parent if has_children_beside_it else folder / name)
