"""Dates, rhythms, targets and slips: what the reader takes from words, and what it leaves alone."""

from __future__ import annotations

from fractions import Fraction

import pytest

from sanzhi.domain.plan_text import Reading, TaskNote, read
from sanzhi.domain.text_zh import amount, amount_text, fraction_text, shadow, whole_number

HEAD = "青禾镇2023年重点工作任务清单\n一、任务\n"


def task(words: str, time: str = "", units: str = "各村") -> TaskNote:
    """The one task of a small plan with these words and this deadline."""
    when = f"；完成时限：{time}" if time else ""
    reading = read(f"{HEAD}1．{words}（牵头单位：镇党建办；责任单位：{units}{when}）\n")
    assert len(reading.tasks) == 1
    return reading.tasks[0]


def plan(head: str) -> Reading:
    return read(f"{head}\n一、任务\n1．做好工作。（牵头单位：镇党建办；完成时限：6月底前）\n")


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("2023年6月底前", ["2023-06-30"]),
        ("2月底", ["2023-02-28"]),
        ("2024年2月", ["2024-02-29"]),
        ("年底前", ["2023-12-31"]),
        ("2023年年底", ["2023-12-31"]),
        ("年内", ["2023-12-31"]),
        ("2023年12月30日", ["2023-12-30"]),
        ("2023-06-15", ["2023-06-15"]),
        ("第一季度", ["2023-03-31"]),
        ("上半年", ["2023-06-30"]),
        ("十二月底前", ["2023-12-31"]),
        ("2023年3月-11月", ["2023-11-30"]),
        ("2023—2025年", ["2025-12-31"]),
        ("明年3月底前", ["2024-03-31"]),
        ("3月底前制定目标，12月底前接受评议", ["2023-03-31", "2023-12-31"]),
    ],
)
def test_reader_names_the_last_day_when_a_deadline_is_written_this_way(words: str, days: list[str]) -> None:
    notes = task("做好工作。", words).deadlines
    assert [d.date for d in notes] == days
    assert all(d.kind == "by" and not d.in_body for d in notes)


def test_reader_marks_the_year_as_carried_when_it_is_not_printed() -> None:
    notes = task("做好工作。", "2024年3月底前定目标，12月底前评议").deadlines
    assert [(d.date, d.year_inherited, d.what) for d in notes] == [
        ("2024-03-31", False, "定目标"),
        ("2024-12-31", True, "评议"),
    ]


@pytest.mark.parametrize("words", ["长期坚持", "持续推进", "常态化开展", "全年", "长期"])
def test_reader_reads_standing_when_a_task_has_no_end(words: str) -> None:
    assert [(d.kind, d.date) for d in task("做好工作。", words).deadlines] == [("standing", None)]


def test_reader_reads_day_and_standing_when_a_deadline_says_both() -> None:
    notes = task("做好工作。", "2023年6月底前并长期坚持不断完善").deadlines
    assert [(d.kind, d.date) for d in notes] == [("by", "2023-06-30"), ("standing", None)]


@pytest.mark.parametrize("words", ["根据上级统一安排", "按照县里统一部署", "按上级要求"])
def test_reader_leaves_the_day_open_when_superiors_set_it(words: str) -> None:
    assert [(d.kind, d.date) for d in task("做好工作。", words).deadlines] == [("as_superior_sets", None)]


@pytest.mark.parametrize("words", ["2月30日", "方案印发后10个工作日内", "尽快完成", "6月初"])
def test_reader_doubts_and_never_guesses_when_a_day_cannot_be_had(words: str) -> None:
    read_task = task("做好工作。", words)
    assert [d.date for d in read_task.deadlines] == [None]
    assert "deadlines" in [d.about for d in read_task.doubts]


def test_reader_doubts_when_a_deadline_lies_before_the_document() -> None:
    reading = read(
        "关于印发《青禾镇2023年工作方案》的通知\n青禾镇人民政府\n2023年6月1日\n一、任务\n1．换届。（牵头单位：镇党建办；完成时限：3月底前）\n"
    )
    assert reading.issued_on == "2023-06-01"
    assert [d.about for d in reading.tasks[0].doubts] == ["deadlines"]


def test_reader_doubts_when_the_words_set_a_later_day_than_the_note() -> None:
    assert [d.about for d in task("年底前建成食堂。", "2023年11月底前").doubts] == ["deadlines"]
    assert not task("5月底前完成一半，年底前建成食堂。", "长期坚持").doubts


@pytest.mark.parametrize(
    "words",
    [
        "依据《2022年底前清理计划》做好工作。",
        "截至2022年底已建成的要用好。",
        "推广2021年以来的做法。",
        "持续做好能够长期坚持的工作。",
        "自2023年3月1日起施行新办法。",
    ],
)
def test_reader_takes_no_deadline_when_words_only_speak_of_time(words: str) -> None:
    assert task(words).deadlines == ()


@pytest.mark.parametrize(
    ("words", "rhythms"),
    [
        ("每月召开一次会议。", [("month", 1, "次")]),
        ("落实“一月一议”，每月固定一天议事。", [("month", 1, "次")]),
        ("每周走访不少于两天。", [("week", 2, "天")]),
        ("每半年到村服务不少于一次。", [("half_year", 1, "次")]),
        ("每季度至少开展1次检查，每年评选一次。", [("quarter", 1, "次"), ("year", 1, "次")]),
        ("做到月月有安排、周周有活动。", [("week", 1, "次"), ("month", 1, "次")]),
        ("窗口每周7天、每天24小时服务。", []),
        ("每人每月补助100元。", []),
        ("落实《每月报告办法》。", []),
        ("一年内不少于3次培训。", [("year", 3, "次")]),
    ],
)
def test_reader_reads_one_rhythm_for_each_period_when_words_repeat(
    words: str, rhythms: list[tuple[str, int, str]]
) -> None:
    assert [(c.every, c.at_least, c.unit) for c in task(words).cadences] == rhythms


def test_reader_doubts_a_rhythm_when_it_may_be_counted_in_two_ways() -> None:
    assert [d.about for d in task("每周对联系的村民组走访不少于一天。").doubts] == ["cadences"]
    assert [d.about for d in task("开展年度述职评议。").doubts] == ["cadences"]
    assert [d.about for d in task("每年至少推出1个县级典型，举办2次故事会。").doubts] == [
        "targets",
        "targets",
    ]
    assert [d.about for d in task("每两周巡查一次。").doubts] == ["cadences"]
    assert not task("每年全镇至少推出1个县级典型。").doubts


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("选取不少于10%的村先行。", [("share", "1/10", "村", None, None)]),
        (
            "5月底前完成50%的村，9月底前实现所有村全覆盖。",
            [("share", "1/2", "村", None, "2023-05-31"), ("share", "1/1", "村", None, "2023-09-30")],
        ),
        ("规范化率达到百分之八十。", [("share", "4/5", "规范化率", None, None)]),
        ("积案化解率2023年底前达到90%。", [("share", "9/10", "积案化解率", None, "2023-12-31")]),
        ("三分之二以上的村建成。", [("share", "2/3", "村", None, None)]),
        ("至少打造1个示范点。", [("count", "1", "示范点", None, None)]),
        ("每个自然村（村民小组）至少培养1名明白人。", [("count", "1", "明白人", "自然村（村民小组）", None)]),
        ("每村聘请一名法律顾问。", [("count", "1", "法律顾问", "村", None)]),
        ("示范户不少于20户。", [("count", "20", "示范户", None, None)]),
        ("新建道路3.5公里。", [("count", "7/2", "新建道路", None, None)]),
        ("年内新增床位1万张以上。", [("count", "10000", "新增床位", None, "2023-12-31")]),
    ],
)
def test_reader_reads_an_amount_when_a_task_can_be_checked_by_it(
    words: str, expected: list[tuple[str, str, str, str | None, str | None]]
) -> None:
    assert [(t.kind, t.at_least, t.of, t.per, t.by) for t in task(words).targets] == expected


@pytest.mark.parametrize(
    "words",
    [
        "落实“一村一约”，做到人人共参与。",
        "推行“六全”工作法（要素全覆盖、信息全采集、隐患全排查）。",
        "对面积1000平方米以下的场所免费检测。",
        "对25%以上的出让用地加强管理。",
        "给予不超过50万元补助，补贴比例30%。",
        "在站点全覆盖的基础上继续完善。",
        "深化党员1+N联系户活动，开展第3次普查。",
        "用好现有5个服务站和12345热线。",
    ],
)
def test_reader_takes_no_target_when_a_number_is_a_slogan_or_a_condition(words: str) -> None:
    assert task(words).targets == ()


def test_reader_keeps_slips_word_for_word_when_it_doubts_them() -> None:
    doubted = task("规范“小微权利”运行，公开栏实现全覆盖率，村事务监督委员会参加。")
    assert [d.about for d in doubted.doubts] == ["text", "text", "text"]
    assert "小微权利" in doubted.text


def test_reader_doubts_townsfolk_when_only_villages_are_responsible() -> None:
    assert [d.about for d in task("组织居民议事。").doubts] == ["text"]
    assert not task("组织居民议事。", units="各村、各社区").doubts
    assert not task("组织村民议事。").doubts


def test_reader_doubts_units_when_villages_are_still_to_be_picked() -> None:
    assert [d.about for d in task("开展试点。", units="相关村").doubts] == ["units"]


def test_reader_reads_the_frame_when_it_is_printed() -> None:
    reading = plan(
        "青禾镇人民政府文件\n青政〔2023〕5号\n关于印发《青禾镇平安建设方案》的通知\n各村，镇直各单位：\n现印发给你们。\n青禾镇人民政府\n2023年3月1日"
    )
    assert (reading.number, reading.title, reading.issuer) == (
        "青政〔2023〕5号",
        "青禾镇平安建设方案",
        "青禾镇人民政府",
    )
    assert (reading.year, reading.issued_on, reading.first_day) == (2023, "2023-03-01", None)
    assert reading.addressees == ("各村", "镇直各单位")
    assert [d.about for d in reading.doubts] == ["first_day"]


def test_reader_takes_the_year_of_the_title_when_the_number_has_another() -> None:
    reading = plan("青政〔2022〕88号\n青禾镇2023年工作要点")
    assert reading.year == 2023 and reading.tasks[0].deadlines[0].date == "2023-06-30"
    assert "year" in [d.about for d in reading.doubts]


def test_reader_doubts_the_year_and_guesses_no_day_when_no_year_is_printed() -> None:
    reading = plan("青禾镇工作要点")
    assert reading.year is None and reading.tasks[0].deadlines[0].date is None
    assert [d.about for d in reading.tasks[0].doubts] == ["deadlines"]
    assert {"year", "issued_on", "first_day"} <= {d.about for d in reading.doubts}


def test_amounts_are_exact_when_written_in_chinese() -> None:
    assert [whole_number(w) for w in ("十", "二十三", "一百零五", "两", "2022", "二〇二二", "")] == [
        10,
        23,
        105,
        2,
        2022,
        2022,
        None,
    ]
    assert amount("1.5万") == Fraction(15000) and amount("三十") == 30 and amount("x") is None
    assert (fraction_text(Fraction(1)), amount_text(Fraction(9, 2)), amount_text(Fraction(3))) == (
        "1/1",
        "9/2",
        "3",
    )


def test_shadow_keeps_every_place_when_it_changes_characters() -> None:
    text = "〔１〕(a),;:．％【】／"
    assert len(shadow(text)) == len(text)
    assert shadow("(1)〔２〕:,") == "（1）（2）：，"
