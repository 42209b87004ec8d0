"""From the bytes of a document to a reading: encodings, Word, PDF, and what cannot be read."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pypdf import PdfReader, PdfWriter

from sanzhi.domain.plan_text import read
from sanzhi.domain.problems import Problem
from sanzhi.foundation.files.extract import extract

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
PLAN = (SAMPLES / "qinghe-2022-3.txt").read_text(encoding="utf-8")


def saved(document: docx.document.Document) -> bytes:
    """A Word document as the bytes of its file."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word_of(paragraphs: list[str]) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return saved(document)


def pdf_of(lines: list[str]) -> bytes:
    """A one-page PDF whose font tells for each code which character it is, as printed plans have it."""
    codes = {c: i + 1 for i, c in enumerate(sorted(set("".join(lines))))}
    shown = "\n".join(
        f"BT /F1 10 Tf 40 {800 - 14 * n} Td <{''.join(f'{codes[c]:04X}' for c in line)}> Tj ET"
        for n, line in enumerate(lines)
    )
    pairs = "\n".join(f"<{i:04X}> <{ord(c):04X}>" for c, i in codes.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{len(codes)} beginbfchar\n{pairs}\nendbfchar endcmap end end"
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream",
        "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 >>",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
    ]
    out = b"%PDF-1.4\n"
    places = []
    for n, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{n} 0 obj\n{body}\nendobj\n".encode("ascii")
    table = "".join(f"{p:010d} 00000 n \n" for p in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return out + end.encode("ascii")


def changed_pdf(data: bytes, *, password: str = "", blank: bool = False) -> bytes:
    """A PDF locked with a password, or one with an empty page, as a scanner makes it."""
    writer = PdfWriter()
    if blank:
        writer.add_blank_page(595, 842)
    else:
        writer.append_pages_from_reader(PdfReader(io.BytesIO(data)))
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"]
)
def test_text_is_the_same_when_it_comes_in_any_encoding(encoding: str) -> None:
    extracted = extract(PLAN.replace("\n", "\r\n").encode(encoding), "方案.txt")
    assert "\n".join(extracted.lines) == PLAN
    assert extracted.kind == "txt"


def test_reader_reads_alike_when_a_plan_comes_as_text_or_word_document() -> None:
    whole = read(PLAN)
    extracted = extract(word_of(whole.text.split("\n")), "方案.docx")
    assert extracted.kind == "docx"
    assert read(extracted.lines, tables=extracted.tables).as_json() == whole.as_json()


def test_reader_finds_the_tasks_when_a_plan_comes_as_pdf() -> None:
    lines = [
        "青禾镇2023年工作清单",
        "一、任务",
        "1．建强村级班子，选优配强村干部。（牵头单位：镇",
        "党建办；责任单位：各村；完成时限：3月底前）",
    ]
    extracted = extract(pdf_of(lines), "清单.pdf")
    assert extracted.kind == "pdf"
    reading = read(extracted.lines)
    assert [u.name for u in reading.tasks[0].units] == ["镇党建办", "各村"]
    assert reading.tasks[0].deadlines[0].date == "2023-03-31"


def test_table_keeps_its_cells_and_place_when_it_stands_in_a_word_document() -> None:
    document = docx.Document()
    document.add_paragraph("青禾镇2023年任务分解表")
    table = document.add_table(rows=3, cols=4)
    cells = [
        ["序号", "工作任务", "责任单位", "完成时限"],
        ["1", "建强班子。", "镇党建办\n各村", "3月底前"],
        ["2", "化解矛盾。", "", "长期坚持"],
    ]
    for i, row in enumerate(cells):
        for j, text in enumerate(row):
            table.cell(i, j).text = text
    table.cell(1, 2).merge(table.cell(2, 2))
    document.add_paragraph("抄送：县委组织部。")
    extracted = extract(saved(document), "表.docx")
    assert extracted.tables[0].line == 1
    reading = read(extracted.lines, tables=extracted.tables)
    assert [(t.path, [u.name for u in t.units]) for t in reading.tasks] == [
        (("1",), ["镇党建办", "各村"]),
        (("2",), ["镇党建办", "各村"]),
    ]


def numbered(document: docx.document.Document, levels: list[tuple[str, str]]) -> str:
    """Give a document a list of Word's own, level by level (form, pattern), and return its number."""
    root = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "90")
    for at, (form, pattern) in enumerate(levels):
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), str(at))
        for tag, value in (("w:start", "1"), ("w:numFmt", form), ("w:lvlText", pattern)):
            child = OxmlElement(tag)
            child.set(qn("w:val"), value)
            level.append(child)
        abstract.append(level)
    root.insert(0, abstract)
    num = OxmlElement("w:num")
    num.set(qn("w:numId"), "90")
    link = OxmlElement("w:abstractNumId")
    link.set(qn("w:val"), "90")
    num.append(link)
    root.append(num)
    return "90"


def test_numbers_of_word_are_written_out_when_paragraphs_are_a_list() -> None:
    document = docx.Document()
    number = numbered(
        document,
        [("chineseCountingThousand", "%1、"), ("chineseCountingThousand", "（%2）"), ("decimal", "%3.")],
    )
    document.add_paragraph("青禾镇2023年工作方案")
    for level, text in [
        (0, "总体目标"),
        (0, "主要任务"),
        (1, "建强组织"),
        (2, "配强班子。（牵头单位：镇党建办）"),
        (2, "培训干部。（牵头单位：镇党建办）"),
        (1, "化解矛盾"),
        (2, "排查纠纷。（牵头单位：司法所）"),
    ]:
        properties = document.add_paragraph(text)._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = level
        properties.get_or_add_numId().val = int(number)
    extracted = extract(saved(document), "方案.docx")
    assert extracted.lines[2:5] == ("二、主要任务", "（一）建强组织", "1.配强班子。（牵头单位：镇党建办）")
    assert extracted.notes
    assert [t.path for t in read(extracted.lines).tasks] == [
        ("二", "（一）", "1"),
        ("二", "（一）", "2"),
        ("二", "（二）", "1"),
    ]


def test_deleted_words_are_left_out_when_a_word_document_tracks_changes() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("保留")
    for tag, inner, text in (("w:del", "w:delText", "删去"), ("w:ins", "w:t", "添上")):
        change, run, words = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(inner)
        words.text = text
        run.append(words)
        change.append(run)
        paragraph._p.append(change)
    assert extract(saved(document), "a.docx").lines[0] == "保留添上"


def test_kind_is_told_by_content_when_the_name_says_another() -> None:
    extracted = extract(word_of(["青禾镇工作方案"]), "方案.pdf")
    assert extracted.kind == "docx" and extracted.notes
    assert extract("任务".encode(), "plan.md").kind == "md"


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (101 * 1024 * 1024))
    return out.getvalue()


def other_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("code", "name", "make"),
    [
        ("extract.empty", "a.txt", lambda: b""),
        ("extract.empty", "a.txt", lambda: b"\xef\xbb\xbf \r\n"),
        ("extract.empty", "a.docx", lambda: word_of([])),
        ("extract.too_large", "a.txt", lambda: b"1" * (50 * 1024 * 1024 + 1)),
        ("extract.too_long", "a.txt", lambda: ("宣传" * 40 + "\n").encode() * 110_000),
        ("extract.binary", "a.txt", lambda: b"\x89PNG\r\n\x1a\n" + os.urandom(4000)),
        ("extract.binary", "a.docx", lambda: bytes(range(256)) * 20),
        ("extract.encoding", "a.txt", lambda: "村級責任單位的工作方案與任務清單".encode("big5")),
        ("extract.old_word", "a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600),
        ("extract.kind", "a.xlsx", other_zip),
        ("extract.broken", "a.docx", lambda: word_of(["方案"])[:900]),
        ("extract.bomb", "a.docx", bomb),
        ("extract.pdf_broken", "a.pdf", lambda: b"%PDF-1.7\n" + b"junk" * 50),
        ("extract.pdf_locked", "a.pdf", lambda: changed_pdf(pdf_of(["青禾镇工作方案"]), password="x")),
        ("extract.pdf_scanned", "a.pdf", lambda: changed_pdf(b"", blank=True)),
    ],
)
def test_document_is_refused_with_a_way_out_when_it_cannot_be_read(code: str, name: str, make) -> None:
    with pytest.raises(Problem) as refused:
        extract(make(), name)
    assert refused.value.code == code
    assert name in refused.value.sentence and "请" in refused.value.sentence


def test_lines_that_repeat_are_left_out_when_they_head_every_page() -> None:
    writer = PdfWriter()
    for n in range(4):
        writer.append_pages_from_reader(
            PdfReader(
                io.BytesIO(
                    pdf_of(
                        [
                            "青禾镇人民政府文件汇编",
                            f"第{n}段说明文字写在这里，内容各不相同。",
                            f"尾行{n}也不相同",
                        ]
                    )
                )
            )
        )
    out = io.BytesIO()
    writer.write(out)
    assert "青禾镇人民政府文件汇编" not in extract(out.getvalue(), "a.pdf").lines
