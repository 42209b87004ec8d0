"""The reader never hangs: random text takes time in proportion to its length, and plain text a megabyte a second."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanzhi.domain.plan_text import read
from sanzhi.domain.problems import Problem

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
WORDS = [
    *"（）()〔〕［］[]《》“”‘’。；，、：:;,\n\t 0123456789一二三四五六七八九十百①②％%年月日底前村镇县区市各局委办的和及等第条由按",
    *(
        "牵头单位：",
        "责任单位：",
        "配合单位",
        "完成时限：",
        "牵头",
        "负责",
        "按职责分工负责",
        "长期坚持",
        "2022年6月底前",
    ),
    *(
        "每月",
        "每周",
        "不少于",
        "全覆盖",
        "（一）",
        "一、",
        "1.",
        "（1）",
        "\n",
        "\n\n",
        "至少打造1个",
        "50%",
        "附件",
    ),
    *("关于印发", "通知", "不再列出", "责任单位均包含", "每个自然村", "序号\t任务\t责任单位\n", "|"),
]
#: Few kinds of word repeated: what makes careless patterns run away.
NARROW = [
    ["（", "牵头单位：", "牵头"],
    ["50%", "达到", "不少于", "1个", "新增", "，"],
    ["2022年6月底前", "5月", "，"],
    ["各村、", "镇", "1个", "每月", "至少"],
    ["一、", "1.", "（1）", "a", "\n"],
    ["\t", "\n", "责任单位", "任务", "1"],
    ["由", "牵头，", "村"],
    ["“", "《", "打造", "1个"],
    ["每周", "全覆盖", "、"],
    ["序号\n任务\n责任单位\n1\n", "序号\n任务\n责任单位\n1\n", "各村\n", "司法所\n", "2\n", "3月底\n"],
]


def random_text(size: int, words: list[str], seed: int) -> str:
    """Words put together at random until the text has `size` bytes."""
    chooser = random.Random(seed)
    parts: list[str] = []
    written = 0
    while written < size:
        parts.append(chooser.choice(words))
        written += len(parts[-1].encode())
    return "".join(parts)


def seconds(text: str) -> float:
    """The processor time of one reading, whatever comes of it."""
    start = time.process_time()
    try:
        read(text)
    except Problem:
        pass
    return time.process_time() - start


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=400).map("".join))
def test_reader_answers_or_refuses_when_text_is_random(text: str) -> None:
    try:
        reading = read(text)
    except Problem as refused:
        assert refused.code.startswith("plan_text.")
        return
    for task in reading.tasks:
        assert reading.text[slice(*task.span)] == task.text
        for note in (*task.units, *task.deadlines, *task.cadences, *task.targets, *task.doubts):
            assert note.span is None or 0 <= note.span[0] <= note.span[1] <= len(reading.text)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_reader_answers_or_refuses_when_text_is_not_chinese(text: str) -> None:
    try:
        read("一、任务\n1．" + text + "（牵头单位：镇党建办）")
    except Problem as refused:
        assert refused.code.startswith("plan_text.")


@pytest.mark.parametrize(
    "words", [WORDS, *NARROW], ids=lambda w: "-".join(w[:3]).replace("\n", "n").replace("\t", "t")[:24]
)
@pytest.mark.parametrize("frame", ["{}", "一、任务\n1．{}（牵头单位：镇党建办）"], ids=["alone", "inside"])
def test_time_grows_with_length_when_text_is_random(words: list[str], frame: str) -> None:
    small, large = (
        min(seconds(frame.format(random_text(n, words, 7))) for _ in range(2)) for n in (40_000, 160_000)
    )
    assert large < 0.4 or large < 9 * small


@pytest.mark.slow
def test_five_megabytes_take_under_ten_seconds_when_text_is_random() -> None:
    assert seconds(random_text(5_000_000, WORDS, 1)) < 10


def test_reader_reads_a_megabyte_a_second_when_text_is_a_plan() -> None:
    plan = (SAMPLES / "qinghe-2022-3.txt").read_text(encoding="utf-8")
    text = plan * (1_000_000 // len(plan.encode()) + 1)
    # The processors of test machines differ and are shared: the bound here is for catching a reader that has
    # become several times slower; the benchmark measures the rate itself.
    assert min(seconds(text) for _ in range(3)) < 3 * len(text.encode()) / 1_000_000
