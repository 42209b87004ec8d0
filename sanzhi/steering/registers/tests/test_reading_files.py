"""Files as they come: what is a sheet is read, everything else is refused with a sentence."""

from __future__ import annotations

import io
import zipfile

import pytest

from sanzhi.domain.problems import Problem
from sanzhi.steering.registers.sheets import KINDS, reading
from sanzhi.steering.registers.sheets.reading import grid_of
from sanzhi.steering.registers.tests.files import rows_of, workbook

HEAD = ["户号", "村民小组", "门牌"]


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name.replace("__", "/"), data)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "sheets.empty"),
        (workbook([]), "sheets.empty"),
        ("户号,组\n1,一组\n".encode(), "sheets.csv"),
        ("户号,组\n1,一组\n".encode("gb18030"), "sheets.csv"),
        ("户号,组\n1,一组\n".encode("utf-16"), "sheets.csv"),
        (bytes(range(256)) * 40, "sheets.not_excel"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 20, "sheets.not_excel"),
        (zipped(word__document_xml=b"<w/>"), "sheets.not_excel"),
        (workbook([HEAD, ["1", "2", "3"]])[:900], "sheets.not_excel"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "sheets.encrypted"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "sheets.not_excel"),
        (workbook([["姓名", "单位"], ["a", "b"]]), "sheets.no_header"),
        (workbook([["只有一句话"]]), "sheets.no_header"),
        (workbook([HEAD]), "sheets.no_rows"),
        (workbook([HEAD, ["", "  ", None]]), "sheets.no_rows"),
    ],
)
def test_what_is_no_sheet_of_households_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Problem) as refused:
        rows_of("households", data)
    assert refused.value.code == code


def test_a_file_that_grows_beyond_measure_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped(xl__workbook_xml=b"0" * (reading.UNPACKED + 1))
    assert len(bomb) < reading.LARGEST
    with pytest.raises(Problem) as refused:
        grid_of(io.BytesIO(bomb), "大.xlsx", len(bomb))
    assert refused.value.code == "sheets.too_long"
    with pytest.raises(Problem) as refused:
        grid_of(io.BytesIO(b"PK"), "大.xlsx", reading.LARGEST + 1)
    assert refused.value.code == "sheets.too_large"


def test_the_head_is_found_below_titles_and_blank_lines() -> None:
    lines = [
        ["青禾镇户册"],
        [],
        ["填报日期：2022年5月"],
        HEAD,
        [],
        ["1", "一组", "1号"],
        [],
        ["合计", "", "1"],
    ]
    (row,) = rows_of("households", workbook(lines))
    assert (row.number, row["number"], row["group"]) == (6, "1", "一组")


def test_a_merged_cell_speaks_for_all_its_rows_and_a_merged_remark_for_none() -> None:
    lines = [HEAD, ["1", None, "1号"], ["2", None, "2号"], []]
    data = workbook(lines, merged=[(1, 1, 2, 1, "一组"), (4, 0, 4, 2, "本表由各组填报")])
    assert [(r["number"], r["group"]) for r in rows_of("households", data)] == [("1", "一组"), ("2", "一组")]


def test_heads_are_known_by_other_names_and_full_width_letters() -> None:
    (row,) = rows_of(
        "people", workbook([["姓　名", "所在单位（全称）", "职位*"], ["陈 立", "上河村", "主任"]])
    )
    assert (row["name"], row["unit"], row["kind"]) == ("陈 立", "上河村", "主任")


@pytest.mark.parametrize(
    "head",
    [
        "身份证号",
        "户主姓名",
        "出生日期",
        "家庭成员",
        "成员1",
        "年龄",
        "民族",
        "贫困户",
        "健康状况",
        "银行卡号",
    ],
)
def test_a_household_file_with_such_a_column_is_not_read_at_all(head: str) -> None:
    with pytest.raises(Problem) as refused:
        rows_of("households", workbook([[*HEAD, head], ["1", "一组", "1号", "x"]]))
    assert refused.value.code == "sheets.forbidden"
    assert refused.value.params["column"] == head


def test_every_kind_has_an_example_that_fits_its_columns() -> None:
    for kind in KINDS.values():
        assert len(kind.example) == len(kind.columns)
        assert any(c.needed for c in kind.columns)
