"""The rules of tools/house_rules.py hold, and each rule itself does what its examples say."""

from __future__ import annotations

import pytest

from tools.house_rules import ROOT, RULES, Rule, breaks, broken, without_words

EACH_RULE = pytest.mark.parametrize("rule", RULES, ids=[r["name"] for r in RULES])


@EACH_RULE
def test_no_line_breaks_a_rule_anywhere(rule: Rule) -> None:
    assert not list(broken(rule)), f"{rule['name']}: {rule['why']}"


@EACH_RULE
def test_a_rule_tells_good_lines_from_bad_ones(rule: Rule) -> None:
    def seen(line: str) -> str:
        return (
            line
            if rule.get("raw")
            else without_words(line.rstrip(":") + ("" if not line.endswith(":") else ""))[0]
        )

    assert [line for line in rule["good_lines"] if breaks(rule, seen(line))] == []
    assert [line for line in rule["bad_lines"] if not breaks(rule, seen(line))] == []


@EACH_RULE
def test_who_is_excused_from_a_rule_has_a_reason_and_needs_it(rule: Rule) -> None:
    for path, reason in rule["allowed"].items():
        assert len(reason) > 15
        if (ROOT / path).exists():
            lines = without_words((ROOT / path).read_text(encoding="utf-8"))
            assert any(breaks(rule, line) for line in lines), f"{path} needs no excuse any more"


def test_words_in_strings_and_comments_break_nothing_when_a_rule_reads_code() -> None:
    assert without_words('a = "x.save()"  # y.save()\nb.save()') == ["a =" + " " * 23, "b.save()"]
