"""The ways in which plans are written: one small example of our own for each."""

from __future__ import annotations

import pytest

from sanzhi.domain.plan_text import Reading, read
from sanzhi.domain.problems import Problem

TITLE = "青禾镇2023年重点工作任务清单\n"


def summary(reading: Reading) -> list[tuple[str, str, str, str]]:
    """Each task as (path, lead, responsible, cooperating)."""
    roles = ("lead", "responsible", "cooperating")
    return [
        ("/".join(t.path), *("|".join(u.name for u in t.units if u.role == r) for r in roles))
        for t in reading.tasks
    ]


def test_reader_hands_the_lead_down_when_only_the_section_heading_names_it() -> None:
    reading = read(
        TITLE
        + """一、优化服务（牵头单位：为民服务中心）
1．推行一窗受理，压减办理环节。（责任单位：司法所、各村）
2．开展上门办事，服务行动不便的老人。（责任单位：各村；完成时限：6月底前）
二、平安建设
牵头单位：镇综治办
1．排查安全隐患，建立整改清单。
责任单位：各村
2．组织夜间巡逻，维护村庄秩序。
责任单位：青禾派出所、各村
"""
    )
    assert summary(reading) == [
        ("一/1", "为民服务中心", "司法所|各村", ""),
        ("一/2", "为民服务中心", "各村", ""),
        ("二/1", "镇综治办", "各村", ""),
        ("二/2", "镇综治办", "青禾派出所|各村", ""),
    ]


def test_reader_makes_every_item_a_task_when_only_the_section_is_annotated() -> None:
    reading = read(
        TITLE
        + """一、优化服务（牵头单位：为民服务中心，责任单位：各村）
1．推行一窗受理，压减办理环节，方便群众办事。
2．开展上门办事，服务行动不便的老人和残疾人。
"""
    )
    assert summary(reading) == [("一/1", "为民服务中心", "各村", ""), ("一/2", "为民服务中心", "各村", "")]


def test_reader_reads_one_task_when_one_note_stands_behind_a_list() -> None:
    reading = read(
        TITLE
        + """一、任务
1．改善人居环境。
（1）清理村内沟渠，疏通堵点。
（2）拆除危旧房屋，消除隐患。
（3）栽植绿化苗木，美化庭院。
（牵头单位：规划建设中心；责任单位：各村；完成时限：10月底前）
2．办好养老服务，建设食堂。（牵头单位：社会事务中心；责任单位：各村）
"""
    )
    assert summary(reading) == [("一/1", "规划建设中心", "各村", ""), ("一/2", "社会事务中心", "各村", "")]
    assert "栽植绿化苗木" in reading.tasks[0].text
    assert [d.about for d in reading.tasks[0].doubts] == ["units"]


def test_reader_reads_one_task_when_an_enumeration_stands_inside_a_line() -> None:
    reading = read(
        TITLE
        + """一、任务
1．改善环境，重点抓好以下工作：（1）清沟渠；（2）拆旧房；（3）栽树木。（牵头单位：规划建设中心）
2．办好养老服务，建设食堂。（牵头单位：社会事务中心）
"""
    )
    assert [t.path for t in reading.tasks] == [("一", "1"), ("一", "2")]
    assert reading.tasks[0].text.startswith("改善环境") and reading.tasks[0].text.endswith("栽树木。")


def test_reader_finds_the_numbers_when_a_document_has_no_line_breaks() -> None:
    reading = read(
        "青禾镇2023年重点工作任务清单一、强化党建。1.建强班子。选优配强村干部。（牵头单位：镇党建办；责任单位：各村；完成时限：3月底前）"
        "2.严格管理。落实值班制度。（牵头单位：镇党建办；责任单位：各村；完成时限：长期坚持）二、强化治理。3.化解矛盾。"
        "每月排查一次。（牵头单位：司法所；责任单位：各村）"
    )
    assert [t.path for t in reading.tasks] == [("一", "1"), ("一", "2"), ("二", "3")]
    assert reading.title == "青禾镇2023年重点工作任务清单"


def test_reader_reads_several_tasks_when_one_item_carries_several_notes() -> None:
    reading = read(
        TITLE
        + """一、任务
1．保障饮水安全，改造老旧管网。（牵头单位：规划建设中心；完成时限：5月底前）建立水质检测制度，定期公布结果。（牵头单位：社会事务中心；完成时限：长期坚持）
"""
    )
    assert summary(reading) == [("一/1", "规划建设中心", "", ""), ("一/1", "社会事务中心", "", "")]
    assert reading.tasks[1].text == "建立水质检测制度，定期公布结果。"
    assert not any(d.about == "path" for t in reading.tasks for d in t.doubts)


@pytest.mark.parametrize(
    ("note", "lead", "responsible", "cooperating"),
    [
        ("（镇党建办牵头，司法所、各村配合）", "镇党建办", "", "司法所|各村"),
        ("〔司法所负责〕", "", "司法所", ""),
        ("（镇党建办、镇综治办按职责分工负责）", "", "镇党建办|镇综治办", ""),
        (
            "（镇党建办牵头，司法所、财政所及各村按职责分工负责，完成时限：5月底前）",
            "镇党建办",
            "司法所|财政所|各村",
            "",
        ),
        ("由镇党建办牵头，司法所配合。", "镇党建办", "", "司法所"),
        ("（牵头单位：镇党建办、镇综治办按职责分别牵头；责任单位：各村）", "镇党建办|镇综治办", "各村", ""),
        ("[责任部门/处室：镇党建办(组织办),司法所;完成时限:(2023年6月)", "", "镇党建办(组织办)|司法所", ""),
        ("（牵头单位：镇综治办。责任单位：各村。）", "镇综治办", "各村", ""),
        ("（主办单位：镇综治办，协办单位：司法所）", "镇综治办", "", "司法所"),
        (
            "（牵头单位：镇“放、管、服”改革办；责任单位：各区、县级市人民政府）",
            "镇“放、管、服”改革办",
            "各区、县级市人民政府",
            "",
        ),
        ("（责任单位：教办等有关单位，各村（社区））", "", "教办|有关单位|各村（社区）", ""),
        ("（责任领导：某某；牵头单位：镇综治办；责任人：某某）", "镇综治办", "", ""),
        ("责任单位：司法所、各村；完成时限：年底前。", "", "司法所|各村", ""),
        ("（镇党政办牵头，各办所负责，12月底前完成）", "镇党政办", "各办所", ""),
        ("（镇综治办、各村；11月底前）", "", "镇综治办|各村", ""),
    ],
)
def test_reader_knows_who_plays_which_part_when_a_note_is_written_this_way(
    note: str, lead: str, responsible: str, cooperating: str
) -> None:
    reading = read(
        f"{TITLE}一、任务\n1．做好日常工作，落实各项制度。{note}\n2．开展宣传。（牵头单位：财政所）\n"
    )
    assert summary(reading)[0] == ("一/1", lead, responsible, cooperating)


def test_reader_takes_bare_names_when_brackets_hold_only_units() -> None:
    reading = read(
        TITLE
        + """一、任务
1．建强班子，选优配强村干部。（镇党建办、各村）
2．化解矛盾，落实“六全”制度（排查、登记、调处）。（司法所、各村）
3．整治环境，清理垃圾死角。（规划建设中心、各村）
"""
    )
    assert [u.name for u in reading.tasks[1].units] == ["司法所", "各村"]


def test_reader_takes_the_note_before_the_item_when_notes_stand_first() -> None:
    same_line = read(
        f"{TITLE}一、任务\n【牵头单位：镇党建办；责任单位：各村】1．建强班子。\n【牵头单位：司法所】2．化解矛盾。\n"
    )
    own_lines = read(
        f"{TITLE}一、任务\n牵头单位：镇党建办\n责任单位：各村\n1．建强班子，配强干部。\n牵头单位：司法所\n2．化解矛盾，每月排查一次。\n"
    )
    for reading in (same_line, own_lines):
        assert summary(reading) == [("一/1", "镇党建办", "各村", ""), ("一/2", "司法所", "", "")]
    assert own_lines.tasks[0].text == "建强班子，配强干部。"


def test_reader_applies_a_rule_to_all_tasks_when_it_is_stated_once() -> None:
    first = read(f"{TITLE}一、任务\n1．开展宣传。（责任单位：司法所、各村）\n注：排名第一位的为牵头单位。\n")
    assert summary(first) == [("一/1", "司法所", "司法所|各村", "")]
    inside = read(
        f"{TITLE}一、任务\n1．开展宣传。（责任单位：司法所、各村，排名第一位的为牵头责任单位，下同）\n2．做好调解。（责任单位：镇综治办、各村）\n"
    )
    assert summary(inside) == [
        ("一/1", "司法所", "司法所|各村", ""),
        ("一/2", "镇综治办", "镇综治办|各村", ""),
    ]
    everywhere = read(
        f"{TITLE}以下责任单位均包含各村，不再列出。\n一、任务\n1．开展宣传。（责任单位：司法所）\n"
    )
    assert summary(everywhere) == [("一/1", "", "司法所|各村", "")]


def test_reader_reads_articles_when_a_plan_is_numbered_by_them() -> None:
    reading = read(
        """青禾镇促进产业发展若干措施
第一条 支持规模种植，新增流转土地500亩以上。（责任单位：农业农村发展中心）
第二条 支持农产品加工。（责任单位：农业农村发展中心、财政所）
第三条 本措施自2023年5月1日起施行，由具体牵头单位负责解释。
"""
    )
    assert [t.path for t in reading.tasks] == [("第一条",), ("第二条",)]
    assert reading.first_day == "2023-05-01"


def test_reader_keeps_the_heading_apart_when_it_stands_on_its_own_line() -> None:
    reading = read(f"{TITLE}一、总结经验做法\n对各村工作进行评估，推广好做法。（责任单位：镇党政办）\n")
    assert (reading.tasks[0].heading, reading.tasks[0].text) == (
        "总结经验做法",
        "对各村工作进行评估，推广好做法。",
    )


def test_reader_doubts_the_units_when_a_plan_names_none() -> None:
    reading = read(
        """青禾镇2023年读书活动实施方案
一、活动目标
营造书香氛围。
二、活动内容
（一）建好农家书屋。6月底前每村更新图书不少于100册。
（二）举办读书会。每季度举办一次读书分享会。
三、工作要求
各村要高度重视，每月报送一次情况。
"""
    )
    assert [t.path for t in reading.tasks] == [("二", "（一）"), ("二", "（二）")]
    assert all([d.about for d in t.doubts] == ["units"] for t in reading.tasks)
    assert [(u.name, c.every) for d in reading.demands for u in d.units for c in d.cadences] == [
        ("各村", "month")
    ]


def test_reader_refuses_when_a_document_has_no_task() -> None:
    with pytest.raises(Problem) as refused:
        read(
            "关于召开座谈会的通知\n各村：\n定于明天开会。\n一、会议时间\n2023年3月1日上午\n二、会议地点\n镇政府会议室\n"
        )
    assert refused.value.code == "plan_text.no_task"


@pytest.mark.parametrize("text", ["", "  \n\n\t", "\ufeff", "。。。\n——"])
def test_reader_refuses_when_a_document_is_empty(text: str) -> None:
    with pytest.raises(Problem) as refused:
        read(text)
    assert refused.value.code == "plan_text.empty"


@pytest.mark.parametrize(
    "mark", ["秘密★1年", "机密", "绝密★", "密级：秘密", "内部资料 注意保存", "（内部）", "内部文件"]
)
def test_reader_refuses_when_a_document_is_marked_secret(mark: str) -> None:
    with pytest.raises(Problem) as refused:
        read(f"{mark}\n{TITLE}一、任务\n1．做事。（牵头单位：镇党建办）\n")
    assert refused.value.code == "plan_text.secret"


def test_reader_reads_on_when_secrecy_is_only_spoken_of() -> None:
    reading = read(f"{TITLE}一、任务\n1．加强内部管理，保守国家秘密。（牵头单位：镇党建办）\n")
    assert len(reading.tasks) == 1


def test_reader_doubts_both_when_two_tasks_have_one_number() -> None:
    reading = read(
        f"{TITLE}一、任务\n1．建强班子。（牵头单位：镇党建办）\n1．化解矛盾。（牵头单位：司法所）\n4．整治环境。（牵头单位：财政所）\n"
    )
    assert [[d.about for d in t.doubts] for t in reading.tasks] == [["path"], ["path"], []]
    assert "path" in [d.about for d in reading.doubts]


def test_reader_reads_tables_when_cells_are_parted_by_tabs() -> None:
    reading = read(
        "青禾镇2023年任务分解表\n类别\t序号\t工作内容\t责任单位\t配合单位\t时间节点\n"
        "党建\t1\t建强班子，选优配强村干部。\t镇党建办\t各村\t3月底\n\t2\t严格值班制度。\t\t各村\t全年\n"
        "治理\t3\t化解矛盾纠纷。\t司法所\t镇综治办、各村\t12月\n"
    )
    assert summary(reading) == [
        ("1", "", "镇党建办", "各村"),
        ("2", "", "镇党建办", "各村"),
        ("3", "", "司法所", "镇综治办|各村"),
    ]
    assert [[d.date or d.kind for d in t.deadlines] for t in reading.tasks] == [
        ["2023-03-31"],
        ["standing"],
        ["2023-12-31"],
    ]


def test_reader_ignores_words_that_only_look_like_notes() -> None:
    reading = read(
        f"{TITLE}一、任务\n1．明确牵头单位、责任单位和完成时限，具体由牵头单位负责解释，企业应自行负责（自行负责）。（牵头单位：镇党政办）\n"
    )
    assert summary(reading) == [("一/1", "镇党政办", "", "")]


def test_reader_reads_one_task_when_its_fields_bear_numbers_of_their_own() -> None:
    reading = read(
        TITLE
        + """一、任务
1．建强班子
（1）工作内容：选优配强村干部，开展培训。
（2）牵头单位：镇党建办
（3）责任单位：司法所　各村
（4）完成时限：6月底前
2．化解矛盾
（1）工作内容：每月排查一次。
（2）责任单位：司法所、包村干部
"""
    )
    assert summary(reading) == [("一/1", "镇党建办", "司法所|各村", ""), ("一/2", "", "司法所|包村干部", "")]
    assert reading.tasks[0].deadlines[0].date == "2023-06-30"
    assert [[d.about for d in t.doubts] for t in reading.tasks] == [[], ["units"]]


def test_reader_takes_the_time_behind_the_units_when_it_has_no_label() -> None:
    reading = read(
        f"{TITLE}一、任务\n1．办好实事。（镇党政办牵头，各办所负责，12月底前完成）\n2．化解矛盾。（责任单位：司法所；完成时限：每季度末）\n"
    )
    assert [d.date for d in reading.tasks[0].deadlines] == ["2023-12-31"]
    assert [c.every for c in reading.tasks[1].cadences] == ["quarter"]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("1 总体目标\n1.1 完善机制，升级到2.0版。（责任单位：镇党建办）\n1.2 培训干部。（责任单位：各村）\n", [("1.1",), ("1.2",)]),
        ("任务一：建强班子\n选优配强。\n责任单位：镇党建办\n任务二：化解矛盾\n每月排查。\n责任单位：司法所\n", [("任务一",), ("任务二",)]),
        ("第一章 党建\n第一条 建强班子。（责任单位：镇党建办）\n第二章 治理\n第二条 化解矛盾。（责任单位：司法所）\n", [("第一章", "第一条"), ("第二章", "第二条")]),
        ("一、党建\n（一）班子\n①配强班子。（责任单位：镇党建办）\n②培训干部。（责任单位：各村）\n", [("一", "（一）", "①"), ("一", "（一）", "②")]),
        ("一、党建\n（1）配强班子。（责任单位：镇党建办）\n二、治理\n（2）化解矛盾。（责任单位：司法所）\n（十三)整治环境。（责任单位：各村）\n", [("一", "（1）"), ("二", "（2）")]),
    ],
)  # fmt: skip
def test_reader_prints_the_path_as_written_when_items_are_numbered_this_way(
    text: str, paths: list[tuple[str, ...]]
) -> None:
    assert [t.path for t in read(TITLE + text).tasks][: len(paths)] == paths


def test_reader_doubts_a_task_when_it_alone_leaves_out_what_all_others_name() -> None:
    items = "".join(
        f"{n}．做好第{n}项工作。（牵头单位：镇党建办；责任单位：各村；完成时限：6月底前）\n"
        for n in range(1, 11)
    )
    reading = read(f"{TITLE}一、任务\n{items}11．做好宣传。（责任单位：各村）\n")
    assert [[d.about for d in t.doubts] for t in reading.tasks][-2:] == [[], ["units", "deadlines"]]
