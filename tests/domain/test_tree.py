"""The tree of units as paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.domain.problems import Problem
from sanzhi.domain.tree import (
    ROOT,
    ancestors,
    child_path,
    depth,
    is_under,
    keys,
    move,
    parent_path,
    range_end,
    segment,
)

KEYS = st.integers(0, 36**5 - 1)
CHAINS = st.lists(KEYS, min_size=1, max_size=7)


def path_of(chain: list[int]) -> str:
    path = ROOT
    for key in chain:
        path = child_path(path, key)
    return path


COUNTY = path_of([1])
TOWN = path_of([1, 37])
VILLAGE = path_of([1, 37, 4])
GRID = path_of([1, 37, 4, 9])
OTHER_TOWN = path_of([1, 38])
TREE = [COUNTY, TOWN, VILLAGE, GRID, OTHER_TOWN]


def test_a_path_is_readable_and_of_fixed_width():
    assert TOWN == "00001/00011/"
    assert depth(TOWN) == 2
    assert parent_path(TOWN) == COUNTY
    assert parent_path(COUNTY) == ROOT


def test_the_units_above_are_named_from_the_top():
    assert ancestors(GRID) == [COUNTY, TOWN, VILLAGE]
    assert ancestors(COUNTY) == []


@given(CHAINS)
def test_the_keys_of_a_path_are_read_back(chain):
    assert keys(path_of(chain)) == tuple(chain)
    assert depth(path_of(chain)) == len(chain)


@given(KEYS, KEYS)
def test_segments_sort_as_their_keys_do(one, other):
    assert (segment(one) < segment(other)) == (one < other)


@given(CHAINS, CHAINS)
def test_a_subtree_is_exactly_one_range(chain, other):
    top, path = path_of(chain), path_of(other)
    assert is_under(path, top) == (top.encode() <= path.encode() < range_end(top).encode())
    assert is_under(path, top) == (other[: len(chain)] == chain)


@given(CHAINS, CHAINS)
def test_whatever_is_added_below_stays_in_the_range(chain, below):
    top, path = path_of(chain), path_of(chain + below)
    assert is_under(path, top)
    assert top <= path < range_end(top)
    assert top in ancestors(path)


def test_moving_a_village_takes_its_grids_along_and_nobody_else():
    moved = move(TREE, VILLAGE, OTHER_TOWN)
    assert moved == {VILLAGE: path_of([1, 38, 4]), GRID: path_of([1, 38, 4, 9])}


def test_a_unit_can_be_moved_to_the_top():
    assert move(TREE, TOWN, ROOT)[GRID] == path_of([37, 4, 9])


@pytest.mark.parametrize("target", [VILLAGE, GRID])
def test_a_unit_cannot_be_moved_under_itself(target):
    with pytest.raises(Problem) as refusal:
        move(TREE, VILLAGE, target)
    assert refusal.value.code == "tree.loop"


@given(st.lists(KEYS, min_size=3, max_size=12, unique=True), st.data())
def test_moving_there_and_back_changes_nothing(units, data):
    end_of_home = data.draw(st.integers(1, len(units) - 2))
    end_of_away = data.draw(st.integers(end_of_home + 1, len(units) - 1))
    home, away, below = units[:end_of_home], units[end_of_home:end_of_away], units[end_of_away:]
    subtree = path_of(home)
    paths = [subtree, path_of(home + below)]
    there = move(paths, subtree, path_of(away))
    back = move(there.values(), there[subtree], parent_path(subtree))
    assert {path: back[there[path]] for path in paths} == {path: path for path in paths}


@pytest.mark.parametrize("path", ["00001", "0001/", "0000A/", "00001/0", "/00001"])
def test_text_that_is_no_path_is_refused(path):
    with pytest.raises(Problem) as refusal:
        child_path(path, 1)
    assert refusal.value.code == "tree.path"


def test_the_whole_forest_is_no_range_and_cannot_be_moved():
    for attempt in (lambda: range_end(ROOT), lambda: move(TREE, ROOT, COUNTY)):
        with pytest.raises(Problem) as refusal:
            attempt()
        assert refusal.value.code == "tree.path"


@pytest.mark.parametrize("key", [-1, 36**5])
def test_a_key_that_does_not_fit_is_refused(key):
    with pytest.raises(Problem) as refusal:
        segment(key)
    assert refusal.value.code == "tree.key"
