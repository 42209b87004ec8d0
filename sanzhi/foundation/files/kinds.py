"""What a file is, told by its content and never by its name; photos lose where and when they were taken (R-61)."""

from __future__ import annotations

import re
import unicodedata
import warnings
import zipfile
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation.privacy.masking import scrub

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 60_000_000
LONGEST_NAME = 120

declare(
    "files",
    {
        "empty": "“{name}”是空文件。请重新选择文件。",
        "too_large": "“{name}”有 {size} MB，超过 20 MB。请压缩或分成几个文件再上传。",
        "kind": "“{name}”不是能收的文件。可以上传照片（jpg、png、webp）、PDF、Word（docx）、Excel（xlsx）和文本（txt）。",
        "locked": "“{name}”加了密码，或者是旧格式（doc、xls）。请去掉密码、另存为 docx、xlsx 或 PDF 再上传。",
        "macros": "“{name}”带有宏，不能收。请另存为不带宏的文件再上传。",
        "broken": "“{name}”打不开，可能没有传完整。请换一份再上传。",
        "too_many_pixels": "照片“{name}”的尺寸太大。请用手机自带的缩小功能处理后再上传。",
        "lost": "文件“{name}”的内容找不到了。请告诉管理员，从备份里恢复。",
    },
)


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken: what browsers call it, and how its name ends (the usual ending first)."""

    content_type: str
    endings: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument"
JPEG = Kind("image/jpeg", (".jpg", ".jpeg"))
PNG = Kind("image/png", (".png",))
WEBP = Kind("image/webp", (".webp",))
PDF = Kind("application/pdf", (".pdf",))
DOCX = Kind(f"{_OFFICE}.wordprocessingml.document", (".docx",))
XLSX = Kind(f"{_OFFICE}.spreadsheetml.sheet", (".xlsx",))
TXT = Kind("text/plain", (".txt", ".md", ".csv"))
ACCEPT = tuple(ending for kind in (JPEG, PNG, WEBP, PDF, DOCX, XLSX, TXT) for ending in kind.endings[:1])

_PICTURES = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")


def kind_of(name: str, content: bytes) -> Kind:
    """The kind of a file. Refuses what is not on the list: `files.kind`, `files.locked`, `files.macros`, `files.broken`."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(_OLE):
        raise Problem("files.locked", field="files", name=name)
    if content.startswith(b"PK\x03\x04"):
        return _office(name, content)
    if _is_text(name, content):
        return TXT
    raise Problem("files.kind", field="files", name=name)


def _office(name: str, content: bytes) -> Kind:
    try:
        inside = set(zipfile.ZipFile(BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Problem("files.broken", field="files", name=name) from None
    if any(part.lower().endswith("vbaproject.bin") for part in inside):
        raise Problem("files.macros", field="files", name=name)
    if "[Content_Types].xml" in inside:
        if "word/document.xml" in inside:
            return DOCX
        if "xl/workbook.xml" in inside:
            return XLSX
    raise Problem("files.kind", field="files", name=name)


def _is_text(name: str, content: bytes) -> bool:
    """Whether it reads as text and is called so: a page or a script is text too, and is not taken."""
    ending = _ending(name)
    if ending and ending not in TXT.endings:
        return False
    codings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for coding in codings:
        try:
            return _CONTROLS.search(content.decode(coding)) is None
        except UnicodeDecodeError:
            continue
    return False


def _ending(name: str) -> str:
    head, dot, tail = name.rpartition(".")
    return f".{tail.lower()}" if dot and head and tail.isascii() and tail.isalnum() and len(tail) <= 5 else ""


def clean_name(name: str, kind: Kind) -> str:
    """The name as it is kept: no folders, no control or direction marks, no identity or phone number, the right ending."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    bare = "".join(c for c in bare if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    bare = re.sub(r'[<>:"|?*]', "_", bare).strip(" .")
    ending = _ending(bare)
    stem = bare[: -len(ending)] if ending else bare
    if ending not in kind.endings:
        ending = kind.endings[0]
    stem = scrub(stem).strip() or "文件"
    return stem[: LONGEST_NAME - len(ending)] + ending


def without_traces(name: str, kind: Kind, content: bytes) -> bytes:
    """A picture turned upright and written anew, without place, time, device and whatever was hung behind it.

    Other kinds come back as they are. Refuses what is no whole picture and what would not fit into memory.
    """
    if kind not in _PICTURES:
        return content
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=[_PICTURES[kind]]) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise Problem("files.too_many_pixels", field="files", name=name)
                opened.load()
                picture = ImageOps.exif_transpose(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Problem("files.too_many_pixels", field="files", name=name) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise Problem("files.broken", field="files", name=name) from None
    colours = picture.info.get("icc_profile")
    bare = Image.new(picture.mode, picture.size)
    if picture.mode == "P":
        bare = picture.convert("RGBA")
    else:
        bare.paste(picture)
    made = BytesIO()
    quality = {} if kind is PNG else {"quality": 88}
    bare.save(made, _PICTURES[kind], icc_profile=colours, **quality)
    return made.getvalue()
