"""The tree of units as materialised paths: pure text, so that a subtree is one range of an index.

A path is one segment per level, each the key of a unit in base 36 at fixed width, ending in "/": the town with
key 37 under the county with key 1 is "00001/00011/". Sorted as bytes (collation C) a subtree is contiguous.
"""

from __future__ import annotations

from collections.abc import Iterable

from sanzhi.domain.problems import Problem, declare

declare(
    "tree",
    {
        "loop": "不能把一个单位移到它自己或它的下级之下。请另选上级单位。",
        "path": "“{path}”不是单位路径。请从单位名册中重新选择。",
        "key": "单位编号必须在 0 到 {largest} 之间，收到的是“{key}”。请联系管理员。",
    },
)

WIDTH = 5
"""Characters per segment: 60 million units."""

ROOT = ""
"""The parent path of a unit that has nothing above it."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LARGEST = 36**WIDTH - 1


def segment(key: int) -> str:
    """One level of a path: the unit's key in base 36 at fixed width, so that text order is the order of keys."""
    if not 0 <= key <= _LARGEST:
        raise Problem("tree.key", key=key, largest=_LARGEST)
    digits = []
    for _ in range(WIDTH):
        key, rest = divmod(key, 36)
        digits.append(_DIGITS[rest])
    return "".join(reversed(digits)) + "/"


def child_path(parent_path: str, key: int) -> str:
    """The path of the unit with that key under a parent (`ROOT` for none)."""
    return _checked(parent_path) + segment(key)


def keys(path: str) -> tuple[int, ...]:
    """The keys of the units on the path, from the top to the unit itself."""
    return tuple(int(part, 36) for part in _checked(path).split("/")[:-1])


def depth(path: str) -> int:
    """How many levels the path has; 1 for a unit that has nothing above it."""
    return len(_checked(path)) // (WIDTH + 1)


def ancestors(path: str) -> list[str]:
    """The paths of all units above, from the top to the parent, without the unit itself."""
    step = WIDTH + 1
    return [path[:end] for end in range(step, len(_checked(path)), step)]


def parent_path(path: str) -> str:
    """The path of the unit above, `ROOT` where there is none."""
    return _checked(path)[: -(WIDTH + 1)]


def is_under(path: str, ancestor: str) -> bool:
    """Whether the unit stands in the subtree of the other; a unit stands in its own."""
    return path.startswith(ancestor)


def range_end(path: str) -> str:
    """The first text after a subtree: `path >= p and path < range_end(p)` holds for p and all under it, nothing else.

    "0" follows "/" in ASCII, so this holds in collation C only. Refuses `ROOT`, whose subtree is everything.
    """
    if not path:
        raise Problem("tree.path", path=path)
    return _checked(path)[:-1] + "0"


def move(paths: Iterable[str], subtree: str, new_parent: str) -> dict[str, str]:
    """The new paths, old → new, of every unit in the subtree when it is moved under `new_parent`.

    Units outside are left out. Refuses a move of a unit under itself (`tree.loop`).
    """
    if not subtree:
        raise Problem("tree.path", path=subtree)
    old_parent = parent_path(subtree)
    if is_under(_checked(new_parent), subtree):
        raise Problem("tree.loop")
    return {path: new_parent + path[len(old_parent) :] for path in paths if is_under(path, subtree)}


def _checked(path: str) -> str:
    step = WIDTH + 1
    whole = len(path) % step == 0 and all(
        path[at + WIDTH] == "/" and set(path[at : at + WIDTH]) <= set(_DIGITS)
        for at in range(0, len(path), step)
    )
    if not whole:
        raise Problem("tree.path", path=path)
    return path
