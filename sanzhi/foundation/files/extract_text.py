"""Plain text: which encoding the bytes are in, told by themselves."""

from __future__ import annotations

import re

from sanzhi.domain.problems import Problem, declare

declare(
    "extract",
    {
        "binary": "“{name}”不是文字文件。请导入 txt、md、docx 或 pdf 文件，或直接粘贴文字。",
        "encoding": "“{name}”的文字编码认不出来。请用记事本打开，另存为 UTF-8 编码的 txt 再导入。",
    },
)
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
)
_COMMON |= frozenset("村镇县市区乡位单任责牵头完限务组织建设实推进加强开展落管理服务制度")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LOOKED_AT = 20_000


def decode(data: bytes, name: str) -> tuple[list[str], list[str]]:
    """The lines of a text file and remarks. UTF-8 and UTF-16 (with or without mark) and GB18030 are known.

    Refuses `extract.binary` and `extract.encoding`.
    """
    text, notes = _decoded(data, name)
    if len(_CONTROLS.findall(text[:_LOOKED_AT])) > max(4, len(text[:_LOOKED_AT]) // 50):
        raise Problem("extract.binary", name=name)
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), notes


def _decoded(data: bytes, name: str) -> tuple[str, list[str]]:
    if data.startswith(b"\xef\xbb\xbf"):
        return _strict(data[3:], "utf-8", name), []
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strict(data, "utf-16", name), []
    try:
        text = data.decode("utf-8")
        if "\x00" not in text:
            return text, []
    except UnicodeDecodeError:
        text = ""
    wide = _without_mark(data)
    if wide:
        return wide, []
    if b"\x00" in data[:_LOOKED_AT]:
        raise Problem("extract.binary", name=name)
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as e:
        if _is_binary(data):
            raise Problem("extract.binary", name=name) from e
        raise Problem("extract.encoding", name=name) from e
    if not _reads_as_chinese(text):
        raise Problem("extract.binary" if _is_binary(data) else "extract.encoding", name=name)
    return text, ["文字编码是 GB18030，已转换。"]


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as e:
        raise Problem("extract.encoding", name=name) from e


def _without_mark(data: bytes) -> str:
    """UTF-16 that lacks its mark: many zero bytes on one side, or text that only then reads as Chinese."""
    if len(data) % 2:
        return ""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if (
            "\x00" not in text[:_LOOKED_AT]
            and _reads_as_chinese(text)
            and not _CONTROLS.search(text[:_LOOKED_AT])
        ):
            return text
    return ""


def _reads_as_chinese(text: str) -> bool:
    sample = text[:_LOOKED_AT]
    han = sum("\u4e00" <= c <= "\u9fff" for c in sample)
    common = sum(c in _COMMON for c in sample)
    plain = sum(
        c.isascii()
        and (c.isprintable() or c in "\r\n\t")
        or "\u3000" <= c <= "\u303f"
        or "\uff00" <= c <= "\uffef"
        for c in sample
    )
    marks = sum("\u2010" <= c <= "\u2027" for c in sample)
    return han + plain + marks >= 0.9 * len(sample) and common >= 0.06 * han and han >= 2


def _is_binary(data: bytes) -> bool:
    sample = data[:_LOOKED_AT]
    odd = sum(b < 9 or 13 < b < 32 for b in sample)
    return odd > len(sample) // 50
