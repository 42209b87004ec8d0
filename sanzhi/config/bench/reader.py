"""How fast a document is read, in processor time: plain text, words without sense, and the formats offices send."""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path
from statistics import median

import docx

from sanzhi.config.bench.figures import Figure, at_least, at_most, told
from sanzhi.config.bench.meter import cpu_of
from sanzhi.config.bench.paper import pdf_of
from sanzhi.domain.plan_text import read
from sanzhi.domain.problems import Problem
from sanzhi.foundation.files.extract import extract

NAME = "reader"
SAMPLES = Path(__file__).resolve().parents[3] / "samples"
MB = 1_000_000
ROUNDS = 7


def run(quick: bool) -> list[Figure]:
    """Measure the reader."""
    sample = (SAMPLES / "qinghe-2022-3.txt").read_bytes()
    size = len(sample) / MB
    text = _seconds(sample, "plan.txt")
    long = _long(sample, 4 if quick else 20)
    took = cpu_of(lambda: _read(long, "plan.txt"))
    random_size = 1 if quick else 5
    found = [
        at_least(
            NAME,
            "示例方案（纯文本）",
            size / text,
            "MB/秒",
            1,
            f"{len(sample):,} 字节，{text * 1000:.1f} 毫秒",
        ),
        at_least(NAME, "长方案（纯文本）", len(long) / MB / took, "MB/秒", 1, f"{len(long) / MB:.2f} MB"),
        at_most(
            NAME,
            f"{random_size} MB 乱码文本",
            max(_nonsense(random_size * MB, kind) for kind in ("han", "all")),
            "秒",
            10 * random_size / 5,
            "汉字和标点、任意字符两种，取慢的",
        ),
    ]
    lines = sample.decode("utf-8").splitlines()
    found.append(told(NAME, "示例方案（.docx）", _seconds(_docx_of(lines), "plan.docx") * 1000, "毫秒"))
    found.append(told(NAME, "示例方案（.pdf）", _seconds(pdf_of(lines), "plan.pdf") * 1000, "毫秒"))
    return found


def _read(data: bytes, name: str) -> int:
    extracted = extract(data, name)
    return len(read(extracted.lines, tables=extracted.tables).as_json()["tasks"])


def _seconds(data: bytes, name: str) -> float:
    _read(data, name)
    return median(cpu_of(lambda: _read(data, name)) for _ in range(ROUNDS))


def _long(sample: bytes, times: int) -> bytes:
    """A plan as long as several: its middle repeated, head and foot once."""
    lines = sample.splitlines(keepends=True)
    start = next(i for i, line in enumerate(lines) if line.startswith("二、".encode()))
    end = next(i for i, line in enumerate(lines) if line.startswith("三、".encode()))
    return b"".join((*lines[:start], *(lines[start:end] * times), *lines[end:]))


def _nonsense(size: int, kind: str) -> float:
    """Seconds for random characters; that nothing is found in them is right."""
    chance = random.Random(2022)
    han = [chr(c) for c in range(0x4E00, 0x9FA5)] + list("（）一二三、。，：；1234567890 \n") * 200
    anything = [chr(c) for c in range(0x20, 0xD7FF)] + ["\n"] * 500
    text = "".join(chance.choices(han if kind == "han" else anything, k=size // 3))
    data = text.encode("utf-8")

    def attempt() -> None:
        try:
            _read(data, "noise.txt")
        except Problem:
            pass

    return cpu_of(attempt)


def _docx_of(lines: list[str]) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    made = BytesIO()
    document.save(made)
    return made.getvalue()
