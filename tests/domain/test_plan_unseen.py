"""Ways of writing plans that are rarer: notes before items, sentences that name who does it, cards, OCR, stages, events."""

from __future__ import annotations

import random

import pytest

from sanzhi.domain.plan_text import Reading, Table, TaskNote, read
from sanzhi.domain.problems import Problem
from sanzhi.domain.text_zh import whole_characters

TITLE = "青禾镇2023年重点工作方案\n"


def who(task: TaskNote) -> tuple[str, str, str]:
    """Lead, responsible and cooperating units of a task, each parted by |."""
    lead, responsible, cooperating = (
        "|".join(u.name for u in task.units if u.role == role)
        for role in ("lead", "responsible", "cooperating")
    )
    return lead, responsible, cooperating


def days(task: TaskNote) -> list[str]:
    return [d.date or d.kind for d in task.deadlines]


def about(reading: Reading) -> list[list[str]]:
    return [[d.about for d in t.doubts] for t in reading.tasks]


def test_reader_takes_notes_in_brackets_when_each_stands_on_a_line_before_its_item() -> None:
    reading = read(
        TITLE
        + """一、任务
【牵头单位：镇党建办；责任单位：各村（社区）；完成时限：6月30日前】
1）建强班子，选优配强。
【牵头单位：司法所；责任单位：各村（社区）；完成时限：9月底前】
2）化解矛盾，每月排查。
【牵头单位：财政所；责任单位：各村（社区）；完成时限：年底前】
3）整治环境，清理垃圾。
"""
    )
    assert [who(t)[0] for t in reading.tasks] == ["镇党建办", "司法所", "财政所"]
    assert [days(t) for t in reading.tasks] == [["2023-06-30"], ["2023-09-30"], ["2023-12-31"]]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("建强班子。由镇党建办牵头会同派出所、司法所负责。", ("镇党建办", "派出所|司法所", "")),
        ("建强班子。镇党建办牵头，财政所、各村（社区）配合，2023年底前完成。", ("镇党建办", "", "财政所|各村（社区）")),
        ("建强班子。（镇党建办、司法所及其所属队伍分别负责；2023—2024年持续实施）", ("", "镇党建办|司法所及其所属队伍", "")),
        ("建强班子。（2023年底前，镇党建办牵头，各镇街、镇纪委监委机关配合）", ("镇党建办", "", "各镇街|镇纪委监委机关")),
    ],
)  # fmt: skip
def test_reader_names_the_units_when_a_sentence_says_who_does_it(
    words: str, expected: tuple[str, str, str]
) -> None:
    reading = read(f"{TITLE}一、任务\n1．{words}\n2．化解矛盾。（责任单位：司法所）\n")
    assert who(reading.tasks[0]) == expected
    assert "units" not in about(reading)[0]


def test_reader_hands_lead_and_time_down_when_the_heading_of_a_section_bears_them() -> None:
    reading = read(
        TITLE
        + """一、消防（牵头单位：镇应急办；完成时限：2023年10月底前）
（一）全面排查隐患。（责任单位：各村）
（二）整改隐患。（责任单位：派出所；完成时限：11月底前）
二、燃气（牵头单位：镇城建办；完成时限：年底前）
A.安装报警器。
B.更换胶管。
"""
    )
    assert [t.path for t in reading.tasks] == [
        ("一", "（一）"),
        ("一", "（二）"),
        ("二", "A"),
        ("二", "B"),
    ]
    assert [who(t)[0] for t in reading.tasks] == ["镇应急办", "镇应急办", "镇城建办", "镇城建办"]
    assert [days(t) for t in reading.tasks] == [
        ["2023-10-31"],
        ["2023-11-30"],
        ["2023-12-31"],
        ["2023-12-31"],
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("一季度开工率达到40%，上半年达到70%。", [("2/5", "2023-03-31"), ("7/10", "2023-06-30")]),
        ("优秀率不低于九成。", [("9/10", None)]),
        ("收入比上年翻一番。", [("100", None)]),
        ("建设微型消防站，每村1个。", [("1", None)]),
        ("新增“两品一标”产品8个。", [("8", None)]),
        ("巡逻每天不少于2次。", []),
    ],
)
def test_reader_reads_amounts_when_they_are_written_so(
    words: str, expected: list[tuple[str, str | None]]
) -> None:
    reading = read(f"{TITLE}一、任务\n1．{words}（责任单位：司法所）\n")
    assert [(x.at_least, x.by) for x in reading.tasks[0].targets] == expected


def test_reader_keeps_the_rhythm_to_its_own_clause_when_another_amount_follows() -> None:
    reading = read(
        f"{TITLE}一、任务\n1．每季度召开一次会议，全年不少于4次，公开率达到100%。（责任单位：司法所）\n"
    )
    assert [(c.every, c.at_least) for c in reading.tasks[0].cadences] == [("quarter", 1), ("year", 4)]
    assert [(x.kind, x.every) for x in reading.tasks[0].targets if x.kind == "share"][0][1] != "quarter"


def test_reader_reads_the_rhythms_when_they_are_listed_in_brief() -> None:
    reading = read(f"{TITLE}一、任务\n1．建立周调度、月通报、季点评机制。（责任单位：司法所）\n")
    assert [c.every for c in reading.tasks[0].cadences] == ["week", "month", "quarter"]


@pytest.mark.parametrize(
    ("note", "dates", "doubts"),
    [
        ("每季度末", [], []),
        ("每月25日前", [], ["cadences"]),
        ("“十四五”末", ["2025-12-31"], []),
        ("2023年秋季开学前", ["by"], ["deadlines"]),
        ("汛期前", ["by"], ["deadlines"]),
    ],
)
def test_reader_doubts_only_days_that_cannot_be_had_when_the_time_is_odd(
    note: str, dates: list[str], doubts: list[str]
) -> None:
    reading = read(f"{TITLE}一、任务\n1．做好工作。（责任单位：司法所；完成时限：{note}）\n")
    assert (days(reading.tasks[0]), about(reading)[0]) == (dates, doubts)


def test_reader_doubts_the_day_when_the_words_name_an_event() -> None:
    reading = read(f"{TITLE}一、任务\n1．农历腊月二十前完成复查。（责任单位：司法所）\n")
    assert [(d.date, d.in_body) for d in reading.tasks[0].deadlines] == [(None, True)]
    assert about(reading)[0] == ["deadlines"]


def test_reader_doubts_years_when_the_plan_runs_over_several() -> None:
    reading = read(
        "青禾镇养老服务三年行动方案（2022—2024年）\n一、任务\n"
        "1．2023年底前建成。（责任单位：民政办；完成时限：11月底前）\n2．评估。（责任单位：民政办；完成时限：2024年底前）\n"
    )
    assert (reading.title, reading.year) == ("青禾镇养老服务三年行动方案（2022—2024年）", 2022)
    assert "deadlines" in about(reading)[0]
    assert about(reading)[1] == []


def test_reader_leaves_the_foot_out_when_the_last_item_is_followed_by_it() -> None:
    reading = read(
        TITLE
        + "一、任务\n1．做好工作。（责任单位：司法所）\n二、工作要求\n（一）各村要高度重视，抓好落实。\n青禾镇人民政府\n2023年3月8日\n抄送：县委办公室。\n"
    )
    assert [d.text for d in reading.demands] == ["各村要高度重视，抓好落实。"]
    assert (reading.issuer, reading.issued_on) == ("青禾镇人民政府", "2023-03-08")


def test_reader_reads_rows_when_headings_stand_between_them() -> None:
    reading = read(
        TITLE
        + "序号\t重点任务\t牵头单位\t责任单位\t完成时限\n一、排查\n1\t排查隐患。\t应急办\t各村\t4月底前\n二、准备\n2\t修订预案。\t应急办\t各村\t5月底前\n"
    )
    assert [t.path for t in reading.tasks] == [("一", "1"), ("二", "2")]


def test_reader_puts_a_table_together_when_its_cells_are_parted_by_blanks() -> None:
    reading = read(
        TITLE
        + """序号 工作任务 牵头单位 责任单位 完成时限
1 摸排户厕问题，整改率达
到 100% 。
镇城乡建设
服务中心
镇卫生院、各村
（社区）
2023 年 5 月
底前
2 建设分类亭 12 座。
镇城建办 镇财政所、各村 9 月底前
3 开展巡查。 镇水利站 各村 长期坚持
二、要求
"""
    )
    assert [who(t)[:2] for t in reading.tasks] == [
        ("镇城乡建设服务中心", "镇卫生院|各村（社区）"),
        ("镇城建办", "镇财政所|各村"),
        ("镇水利站", "各村"),
    ]
    assert [days(t) for t in reading.tasks] == [["2023-05-31"], ["2023-09-30"], ["standing"]]
    assert "units" in [d.about for d in reading.doubts]


def test_reader_reads_cards_when_each_task_has_a_table_of_its_own() -> None:
    card = Table(
        (("工作内容", "清理垃圾。"), ("牵头单位", "城建办"), ("责任单位", "各村"), ("完成时限", "6月底前")), 2
    )
    reading = read(["青禾镇2023年任务清单", "1．整治环境"], tables=[card])
    assert [(who(t), days(t)) for t in reading.tasks] == [(("城建办", "各村", ""), ["2023-06-30"])]


def test_reader_reads_tasks_without_a_path_when_nothing_is_numbered() -> None:
    reading = read(
        TITLE
        + "各村要设置警示牌不少于40块。（责任单位：各村）\n\n学校要每周开展教育。（责任单位：中心校；完成时限：持续推进）\n"
    )
    assert [(t.path, t.text) for t in reading.tasks] == [
        ((), "各村要设置警示牌不少于40块。"),
        ((), "学校要每周开展教育。"),
    ]


def test_reader_closes_the_blanks_when_text_recognition_parted_all_characters() -> None:
    line = "1．列养率达到100%。（责任单位：公路站；完成时限：12月底前）"
    reading = read("青禾镇2023年计划\n一、任务\n" + " ".join(line) + "\n")
    assert (reading.tasks[0].text, days(reading.tasks[0])) == ("列养率达到100%。", ["2023-12-31"])


def test_radicals_become_characters_when_a_pdf_writes_them() -> None:
    assert whole_characters("每个村⺠⼩组⻓、⻘年⻋⼿") == "每个村民小组长、青年车手"


def test_reader_reads_fields_when_blanks_stand_for_the_colon() -> None:
    reading = read(
        f"{TITLE}一、任务\n（一）化解矛盾，化解率不低于95%。\n  责任单位  综治办、司法所\n  完成时限  11月30日\n"
    )
    assert (who(reading.tasks[0]), days(reading.tasks[0])) == (("", "综治办|司法所", ""), ["2023-11-30"])


PIECES = [
    *("一、任务\n", "（一）", "1．", "2．", "A.", "①", "\n", "。", "，", "；", "（", "）", "【", "】", " ", "　", "\t"),
    *("牵头单位：", "责任单位：", "配合单位：", "完成时限：", "由", "牵头", "会同", "负责", "配合", "及其所属"),
    *("镇党建办", "各村（社区）", "派出所", "市“一网、一端”办", "农历腊月前", "春节前", "“十四五”末", "2023年6月底前"),
    *("每月25日前", "每两周", "每旬", "全年不少于4次", "上半年达到70%", "九成以上", "翻一番", "每村1个", "序号 任务 责任单位\n"),
    *("抄送：", "2023年3月8日\n", "分别达到60%、70%", "⺠", "附件1\n", "周调度、月通报"),
]  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_every_place_shows_its_words_when_pieces_of_plans_are_shuffled(seed: int) -> None:
    chooser = random.Random(seed)
    text = (
        TITLE + "一、任务\n1．" + "".join(chooser.choice(PIECES) for _ in range(120)) + "（责任单位：各村）\n"
    )
    try:
        reading = read(text)
    except Problem as refused:
        assert refused.code.startswith("plan_text.")
        return
    size = len(reading.text)
    for task in reading.tasks:
        assert reading.text[slice(*task.span)] == task.text
        assert all(reading.text[slice(*u.span)] == u.name for u in task.units)
        assert all(
            reading.text[slice(*x.span)] == x.quote for x in (*task.deadlines, *task.cadences, *task.targets)
        )
        assert len({c.every for c in task.cadences}) == len(task.cadences)
        assert all(d.span is None or 0 <= d.span[0] <= d.span[1] <= size for d in task.doubts)
    for demand in reading.demands:
        assert reading.text[slice(*demand.span)] == demand.text
