"""Circles in a graph of files: for each file, the files that it needs, with the names for which it does."""

import collections


def find(needs):
    """The shortest circle, the shortest one that shares no need with it, and so on: none is left when these are opened."""
    found = set()
    for file, others in needs.items():
        for other in others:
            if way := shortest_way(needs, other, file):
                start = way.index(min(way))
                found.add(tuple(way[start:] + way[:start]))
    apart, taken = [], set()
    for circle in sorted(found, key=lambda circle: (len(circle), circle)):
        if taken.isdisjoint(steps(circle)):
            apart.append(circle)
            taken.update(steps(circle))
    return apart


def steps(circle):
    return list(zip(circle, circle[1:] + circle[:1]))


def shortest_way(needs, start, end):
    ways, seen = collections.deque([[start]]), {start}
    while ways:
        way = ways.popleft()
        if way[-1] == end:
            return way
        for file in sorted(needs[way[-1]].keys() - seen):
            seen.add(file)
            ways.append([*way, file])


def describe(circle, needs, root):
    lines = [f"a circle of {len(circle)} files:"]
    for file, other in steps(circle):
        names = ", ".join(sorted(needs[file][other]))
        lines.append(f"  {file.relative_to(root)} -> {other.relative_to(root)} ({names})")
    return "\n".join(lines)
