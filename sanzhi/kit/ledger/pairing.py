"""Which task of a new version goes on with which task of the version before: proposed by their words alone.

A person confirms every pair; nothing here decides. Likeness is the share of letter pairs that two texts have in common
(twice the common ones over all), a little more where number and heading are the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction

LEAST_LIKE = Fraction(2, 5)
SURE = 90
_SAME_PLACE = Fraction(1, 20)


@dataclass(frozen=True)
class Words:
    """A task as pairing sees it: its key, its numbering, its text."""

    key: Hashable
    path: tuple[str, ...]
    text: str


def likeness(one: str, other: str) -> Fraction:
    """How alike two texts are, 0 to 1, by their pairs of neighbouring letters; spaces do not count."""
    a, b = _pairs(one), _pairs(other)
    total = a.total() + b.total()
    return Fraction(2 * (a & b).total(), total) if total else Fraction(int(one == other))


def _pairs(text: str) -> Counter[str]:
    flat = "".join(text.split())
    return Counter(flat[i : i + 2] for i in range(len(flat) - 1))


def propose_pairs(old: Sequence[Words], new: Sequence[Words]) -> dict[Hashable, tuple[Hashable, int]]:
    """New key → (old key, likeness in %), the likest pairs first, each task at most once; unlike ones are left out."""
    olds = [_pairs(w.text) for w in old]
    having: dict[str, list[int]] = defaultdict(list)
    for i, pairs in enumerate(olds):
        for pair in pairs:
            having[pair].append(i)
    scored: list[tuple[Fraction, int, int]] = []
    for j, words in enumerate(new):
        mine = _pairs(words.text)
        common: Counter[int] = Counter()
        for pair, times in mine.items():
            for i in having.get(pair, ()):
                common[i] += min(times, olds[i][pair])
        for i, number in common.items():
            score = Fraction(2 * number, mine.total() + olds[i].total())
            score += _SAME_PLACE if old[i].path == words.path else 0
            if score >= LEAST_LIKE:
                scored.append((score, i, j))
    scored.sort(key=lambda s: (-s[0], s[1], s[2]))
    taken_old: set[int] = set()
    found: dict[Hashable, tuple[Hashable, int]] = {}
    for score, i, j in scored:
        if i not in taken_old and new[j].key not in found:
            taken_old.add(i)
            found[new[j].key] = (old[i].key, min(100, int(score * 100)))
    return found
