"""Rust, taken apart as far as paths and definitions go, without what is compiled for tests only."""

import re

# Comments, characters, lifetimes and raw strings are matched to be passed over.
TOKEN = re.compile(
    r"""//[^\n]* | /\*.*?\*/ | [bc]?r(?P<hashes>\#*)".*?"(?P=hashes) | (?P<text>[bc]?"(?:\\.|[^"\\])*")
    | b?'(?:\\[^\n]+?|[^'\\])' | '\w+ | (?P<token>r\#\w+|\w+|::|\S)""",
    re.S | re.X,
)
NAME = re.compile(r"(?:r#)?[A-Za-z_]\w*$")
DEFINITIONS = {"fn", "struct", "enum", "union", "trait", "type", "const", "static"}
ITEMS = DEFINITIONS | {"pub", "use", "mod", "impl", "unsafe", "async", "extern", "macro_rules"}
FOR_TESTS = re.compile(r"# \[ cfg \( (test|all \( ([^()]+ , )?test) [,)]")


def read(text):
    """Ends with some that are empty, so that what follows a token can be asked for."""
    found = (match["token"] or match["text"] for match in TOKEN.finditer(text))
    return without_tests([token for token in found if token] + [""] * 3)


def closing(tokens, at):
    """The place after the bracket that closes the one at `at`."""
    depth = 0
    while tokens[at]:
        depth += (tokens[at] in "([{") - (tokens[at] in ")]}")
        at += 1
        if depth == 0:
            break
    return at


def without_tests(tokens):
    kept, at = [], 0
    while at < len(tokens):
        if tokens[at] == "#" and FOR_TESTS.match(" ".join(tokens[at : at + 20])):
            at = after_item(tokens, at)
        else:
            kept.append(tokens[at])
            at += 1
    return kept


def after_item(tokens, at):
    """The place after the item, field or statement whose attributes begin at `at`."""
    while tokens[at] == "#":
        at = closing(tokens, at + 1)
    ends = ";" if tokens[at] in ITEMS else ";,"
    while tokens[at] and tokens[at] not in ends + "{)]}":
        at = closing(tokens, at) if tokens[at] in "([" else at + 1
    if tokens[at] == "{":
        return closing(tokens, at)
    return at + (tokens[at] in ends)


def leaves(tokens, at, path=()):
    """The paths of a `use`, each with the name that it gets, and the place after them."""
    path = list(path)
    while True:
        token, at = tokens[at], at + 1
        if token == "{":
            found = []
            while tokens[at] != "}":
                more, at = leaves(tokens, at, path)
                found, at = found + more, at + (tokens[at] == ",")
            return found, at + 1
        if token == "*":
            return [(path, "*")], at
        if token != "::":
            path += [] if token == "self" and path else [token]
            if tokens[at] == "as":
                return [(path, tokens[at + 1])], at + 2
            if tokens[at] != "::":
                return [(path, path[-1])], at


def implementation(tokens, at):
    """Of the `impl` at this place: the path of its type, the methods of that, and those that are called on `self`."""
    at += 1
    if tokens[at] == "<":
        depth = 0
        while tokens[at]:
            depth += (tokens[at] == "<") - (tokens[at] == ">" and tokens[at - 1] not in "-=")
            at += 1
            if depth == 0:
                break
    begin = at
    while tokens[at] not in ("{", ";", ""):
        at += 1
    header, body = tokens[begin:at], tokens[at : closing(tokens, at)]
    # Those of a trait may be anywhere; the type comes after it.
    is_inherent = "for" not in header
    header = header if is_inherent else header[header.index("for") + 1 :]
    path = [token for token in header[: header.index("<") if "<" in header else None] if NAME.match(token)]
    owned = {after for token, after in zip(body, body[1:]) if token == "fn"} if is_inherent else set()
    spots = zip(body, body[1:], body[2:], body[3:])
    called = {name for on, link, name, after in spots if after == "(" and f"{on}{link}" in ("self.", "Self::")}
    return path, owned, called
