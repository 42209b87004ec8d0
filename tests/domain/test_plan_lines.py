"""Lines, wraps, tables and places: the text that is stored is the source, joined."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sanzhi.domain.plan_text import Table, as_table, read
from sanzhi.domain.plan_text.normalise import normalise

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
PLAN = "青禾镇2023年工作清单\n一、任务\n1．建强班子，选优配强村干部。（牵头单位：镇党建办；责任单位：各村；完成时限：3月底前）\n"
KEYS = {
    "reading": "text number title issuer year issued_on first_day addressees objectives tasks demands doubts",
    "task": "path heading text span units deadlines cadences targets doubts",
    "unit": "name role span",
    "deadline": "kind date what quote span year_inherited in_body",
    "cadence": "every at_least unit quote span",
    "target": "kind at_least of unit per every by quote span",
    "doubt": "about why span",
    "demand": "path text units cadences span",
}


def wrapped(text: str, width: int) -> str:
    """A text as a PDF breaks it: every line cut at one width, wherever that falls."""
    return "\n".join(
        line[i : i + width] for line in text.split("\n") for i in range(0, max(len(line), 1), width)
    )


@pytest.mark.parametrize("width", [26, 30, 34, 38, 42])
def test_reader_reads_the_same_tasks_when_lines_are_wrapped_anywhere(width: int) -> None:
    whole = read((SAMPLES / "qinghe-2022-3.txt").read_text(encoding="utf-8"))
    again = read(wrapped(whole.text, width))
    flat = [
        [
            (t.path, t.text.replace("\n", ""), [u.name for u in t.units], t.deadlines and t.deadlines[0].date)
            for t in r.tasks
        ]
        for r in (whole, again)
    ]
    assert flat[0] == flat[1]


@pytest.mark.parametrize("name", [p.name for p in sorted(SAMPLES.glob("*.*"))])
def test_reader_reads_the_same_when_it_reads_its_own_text_again(name: str) -> None:
    reading = read((SAMPLES / name).read_text(encoding="utf-8"))
    assert read(reading.text).as_json() == reading.as_json()


@pytest.mark.parametrize("name", [p.name for p in sorted(SAMPLES.glob("*.*"))])
def test_every_place_shows_its_words_when_the_text_is_cut_there(name: str) -> None:
    reading = read((SAMPLES / name).read_text(encoding="utf-8"))
    for task in reading.tasks:
        assert reading.text[slice(*task.span)] == task.text
        for unit in task.units:
            assert reading.text[slice(*unit.span)] == unit.name
        for note in (*task.deadlines, *task.cadences, *task.targets):
            assert reading.text[slice(*note.span)] == note.quote
    for demand in reading.demands:
        assert reading.text[slice(*demand.span)] == demand.text
    assert all(reading.text[j - 1] != "\n" and reading.text[j] != "\n" for j in reading.joins)


def test_reading_keeps_its_contract_when_it_is_written_as_json() -> None:
    written = json.loads(
        json.dumps(read((SAMPLES / "qinghe-2022-3.txt").read_text(encoding="utf-8")).as_json())
    )
    assert list(written) == KEYS["reading"].split()
    for task in written["tasks"]:
        assert list(task) == KEYS["task"].split()
        for kind in ("unit", "deadline", "cadence", "target", "doubt"):
            assert all(list(x) == KEYS[kind].split() for x in task[kind + "s"])
    assert all(list(d) == KEYS["demand"].split() for d in written["demands"])
    assert all(list(d) == KEYS["doubt"].split() for d in written["doubts"])


def test_text_is_joined_when_words_years_and_labels_are_cut() -> None:
    source = "一、任务\n1．加强村级后备干部队伍建设，组织村“两委”成员和村民组长参加村干\n\n部培训，提升能力。（牵\n头单位：镇党建办；责任单\n位：各村；完成时限：2022\n\n年9月底前）\n2．做好宣传。（牵头单位：司法所）"
    assert normalise(source.split("\n")).text == (
        "一、任务\n1．加强村级后备干部队伍建设，组织村“两委”成员和村民组长参加村干部培训，提升能力。（牵头单位：镇党建办；责任单位：各村；完成时限：2022年9月底前）\n2．做好宣传。（牵头单位：司法所）\n"
    )


def test_false_label_is_words_when_a_wrap_puts_it_at_a_line_start() -> None:
    reading = read(
        "青禾镇2023年工作清单\n一、任务\n1．按照县里部署要求，逐项落实好政务服务事项全市统\n一、线上线下联动要求，升级到\n3.0版本。（牵头单位：镇党政办）\n2．做好宣传。（牵头单位：司法所）\n"
    )
    assert [t.path for t in reading.tasks] == [("一", "1"), ("一", "2")]
    assert (
        reading.tasks[0].text
        == "按照县里部署要求，逐项落实好政务服务事项全市统一、线上线下联动要求，升级到3.0版本。"
    )


def test_text_loses_only_what_is_not_seen_when_it_is_cleaned() -> None:
    text = normalise(
        [
            "\ufeff青禾镇　2023 年\u200b工作 要点",
            "- 3 -",
            "第 2 页 共 9 页",
            "\x0c",
            "⼀、任务 use Word 2010 here",
        ]
    ).text
    assert text == "青禾镇2023年工作要点\n一、任务use Word 2010 here\n"


def test_table_stands_in_its_place_when_it_is_given_apart() -> None:
    rows = (
        ("序号", "工作任务", "牵头单位", "责任单位", "完成时限"),
        ("1", "建强班子，\n选优配强。", "镇党建办", "司法所\n各村", "3月底前"),
    )
    reading = read(
        ["青禾镇2023年工作清单", "一、任务", "二、要求", "各村要抓好落实，按月报送。"],
        tables=[Table(rows, 2)],
    )
    task = reading.tasks[0]
    assert (task.path, task.text) == (("一", "1"), "建强班子，选优配强。")
    assert [u.name for u in task.units] == ["镇党建办", "司法所", "各村"]
    assert reading.text.index("建强班子") < reading.text.index("二、要求")


def test_table_carries_down_when_cells_are_merged_and_groups_span_rows() -> None:
    rows = (
        ("序号", "任务", "措施", "责任部门", "时间要求"),
        ("一、党建", "一、党建", "一、党建", "一、党建", "一、党建"),
        ("1", "建强班子", "配强村干部", "镇党建办", "长期"),
        ("1", "建强班子", "开展培训", "", "6月底"),
    )
    reading = read(["青禾镇2023年工作清单"], tables=[Table(rows, 1)])
    assert [(t.path, t.heading, t.text) for t in reading.tasks] == [
        (("一", "1"), "建强班子", "配强村干部"),
        (("一", "1"), "建强班子", "开展培训"),
    ]
    assert [u.name for t in reading.tasks for u in t.units] == ["镇党建办", "镇党建办"]


def test_lists_and_texts_read_alike_when_they_hold_the_same() -> None:
    assert (
        read(PLAN).as_json() == read(PLAN.split("\n")).as_json() == read(PLAN.replace("\n", "\r\n")).as_json()
    )


def test_view_names_everything_when_a_reading_is_shown() -> None:
    view = as_table(read((SAMPLES / "qinghe-2022-3.txt").read_text(encoding="utf-8")))
    for word in ("青办〔2022〕3号", "27 项", "2022-05-31", "每周1天", "镇党建办", "第一天"):
        assert word in view


def test_table_is_put_together_when_a_pdf_has_taken_its_cells_apart() -> None:
    reading = read(
        """青禾镇2023年重点任务分解表
序
号
工作任务
牵头单
位
责任单位
完成时限
1
建强班子，选优配
强村干部
镇党建办
镇综治办、司法
所、各村
2023年3月底
前
2
每月开展一次矛盾纠纷排查，建立
台账。
司法所
各村
长期坚持
"""
    )
    assert [(t.path, t.text) for t in reading.tasks] == [
        (("1",), "建强班子，选优配强村干部"),
        (("2",), "每月开展一次矛盾纠纷排查，建立台账。"),
    ]
    assert [[u.name for u in t.units] for t in reading.tasks] == [
        ["镇党建办", "镇综治办", "司法所", "各村"],
        ["司法所", "各村"],
    ]
    assert [[d.date or d.kind for d in t.deadlines] for t in reading.tasks] == [["2023-03-31"], ["standing"]]
    assert "units" in [d.about for d in reading.doubts]


def test_foot_of_a_document_stays_apart_when_the_last_unit_has_no_full_stop() -> None:
    reading = read(
        "青禾镇2023年工作要点\n一、任务\n1.健全机制。责任单位：镇党政办、各村\n2.强化宣传。责任单位：镇党建办、财政所\n"
        "附件：1.任务分工表\n2.考核细则\n抄送：县委办公室。\n"
    )
    assert [[u.name for u in t.units] for t in reading.tasks] == [
        ["镇党政办", "各村"],
        ["镇党建办", "财政所"],
    ]
    assert not reading.demands
