"""Kept files: what is taken, what is left out of photos, and that a crash leaves no lie."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.db import transaction
from PIL import Image

from sanzhi.domain.problems import Problem
from sanzhi.foundation.audit.chain import verify
from sanzhi.foundation.files import actions, kinds
from sanzhi.foundation.files.models import StoredFile
from sanzhi.foundation.files.serving import serve
from tests.people import Town


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def keep(town: Town, content: bytes, name: str = "现场.jpg") -> StoredFile:
    return actions.keep_file(by=town.secretary, town=town.unit, name=name, source=BytesIO(content))


def photo(form: str = "JPEG", size: tuple[int, int] = (40, 20), *, turned: bool = False) -> bytes:
    """A photo with place, device and, where wanted, the mark that it lies on its side."""
    picture = Image.new("RGB", size, (120, 30, 30))
    exif = Image.Exif()
    exif[0x010F] = "SomePhone"
    exif.get_ifd(0x8825)[1] = "N"
    if turned:
        exif[0x0112] = 6
    made = BytesIO()
    picture.save(made, form, exif=exif)
    return made.getvalue()


def office(inside: str, *more: str) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as z:
        for part in ("[Content_Types].xml", inside, *more):
            z.writestr(part, "<x/>")
    return made.getvalue()


GOOD = {
    "照片.jpg": (photo(), "image/jpeg"),
    "图.png": (photo("PNG"), "image/png"),
    "图.webp": (photo("WEBP"), "image/webp"),
    "通知.pdf": (b"%PDF-1.4\n%%EOF", "application/pdf"),
    "记录.docx": (office("word/document.xml"), kinds.DOCX.content_type),
    "台账.xlsx": (office("xl/workbook.xml"), kinds.XLSX.content_type),
    "说明.txt": ("已完成".encode(), "text/plain"),
    "旧说明.txt": ("已完成".encode("gb18030"), "text/plain"),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_file_of_the_list_is_kept_under_its_name_with_what_it_is(name: str, town: Town) -> None:
    content, content_type = GOOD[name]
    stored = keep(town, content, name)
    assert (stored.name, stored.content_type, stored.town) == (name, content_type, town.unit)
    kept = actions.place_of(stored.sha256).read_bytes()
    assert len(kept) == stored.size and hashlib.sha256(kept).hexdigest() == stored.sha256
    assert not list(actions.lost())
    assert verify(town.unit.code)[1] == []


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("空.txt", b"", "files.empty"),
        ("程序.exe", b"MZ\x90\x00\x03", "files.kind"),
        ("照片.jpg", b"MZ\x90\x00\x03", "files.kind"),
        ("页面.html", b"<script>alert(1)</script>", "files.kind"),
        ("图.svg", b"<svg/>", "files.kind"),
        ("旧表.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 40, "files.locked"),
        ("宏.xlsx", office("xl/workbook.xml", "xl/vbaProject.bin"), "files.macros"),
        ("包.zip", office("other.xml"), "files.kind"),
        ("坏.docx", b"PK\x03\x04broken", "files.broken"),
        ("断.jpg", photo(size=(400, 400))[:300], "files.broken"),
        ("坏.png", b"\x89PNG\r\n\x1a\n" + b"0" * 50, "files.broken"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_taken_is_refused_and_leaves_no_row(
    name: str, content: bytes, code: str, town: Town
) -> None:
    with pytest.raises(Problem) as refused:
        keep(town, content, name)
    assert refused.value.code == code
    assert not StoredFile.objects.exists()


def test_a_file_over_the_limit_is_refused_without_being_read_to_its_end(town: Town) -> None:
    class Endless(BytesIO):
        asked = 0

        def read(self, size: int | None = -1) -> bytes:
            self.asked = size or 0
            return b"a" * self.asked

    source = Endless()
    with pytest.raises(Problem) as refused:
        actions.keep_file(by=town.secretary, town=town.unit, name="大.txt", source=source)
    assert refused.value.code == "files.too_large"
    assert source.asked == kinds.MAX_BYTES + 1


def test_a_picture_of_too_many_points_is_refused_before_it_is_unpacked(town: Town, monkeypatch) -> None:
    monkeypatch.setattr(kinds, "MAX_PIXELS", 100)
    with pytest.raises(Problem) as refused:
        keep(town, photo())
    assert refused.value.code == "files.too_many_pixels"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_loses_place_and_device_and_stands_upright_when_kept(form: str, town: Town) -> None:
    sent = photo(form, turned=True) + b"a film hung behind the photo"
    assert b"SomePhone" in sent
    stored = keep(town, sent)
    kept = actions.place_of(stored.sha256).read_bytes()
    assert b"SomePhone" not in kept and b"Exif" not in kept and b"film" not in kept
    with Image.open(BytesIO(kept)) as shown:
        assert shown.size == (20, 40)
        assert not dict(shown.getexif())


def test_two_files_of_one_content_share_it_on_the_disk(town: Town) -> None:
    first, second = keep(town, photo(), "一.jpg"), keep(town, photo(), "二.jpg")
    assert first.pk != second.pk and first.sha256 == second.sha256
    assert len(list(actions.folder().glob("??/*"))) == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/现场.jpg", "现场.jpg"),
        ("C:\\图\\现场.PNG", "现场.jpg"),
        ("现场", "现场.jpg"),
        ("a\u202egpj.exe\x00.jpg", "agpj.exe.jpg"),
        ("张三330102199001011234.jpg", "张三［号码已隐去］.jpg"),
        ("." * 5, "文件.jpg"),
        ("长" * 400 + ".jpg", "长" * 116 + ".jpg"),
    ],
)
def test_a_name_is_kept_without_folders_tricks_and_numbers_of_people(sent: str, kept: str) -> None:
    assert kinds.clean_name(sent, kinds.JPEG) == kept


def test_a_crash_after_the_content_was_written_leaves_no_row_and_is_swept_later(town: Town) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        keep(town, photo())
        raise RuntimeError("power cut")
    assert not StoredFile.objects.exists()
    assert actions.sweep() == 0, "a young content may belong to a form that is being saved"
    (left,) = actions.folder().glob("??/*")
    os.utime(left, (0, 0))
    assert actions.sweep() == 1 and not left.exists()


def test_a_crash_while_the_content_is_written_leaves_neither_row_nor_half_a_file(
    town: Town, monkeypatch
) -> None:
    def full(*args: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        keep(town, photo())
    assert not StoredFile.objects.exists() and not list(actions.folder().glob("??/*"))


def test_the_sweep_leaves_what_a_row_names(town: Town) -> None:
    stored = keep(town, photo())
    os.utime(actions.place_of(stored.sha256), (0, 0))
    assert actions.sweep(dt.timedelta(0)) == 0


def test_a_content_that_is_gone_or_changed_is_found_and_told(town: Town) -> None:
    gone, changed, whole = (
        keep(town, b"one", "1.txt"),
        keep(town, b"two", "2.txt"),
        keep(town, b"three", "3.txt"),
    )
    actions.place_of(gone.sha256).unlink()
    actions.place_of(changed.sha256).write_bytes(b"twO")
    assert list(actions.lost(town.unit)) == [gone, changed]
    with pytest.raises(Problem) as refused:
        serve(gone)
    assert refused.value.code == "files.lost"
    answer = serve(whole)
    assert b"".join(answer.streaming_content) == b"three"
    answer.close()


@pytest.fixture
def answer(town: Town) -> Iterator:
    served = serve(keep(town, b"%PDF-1.4", "第三季度会议记录.pdf"))
    yield served
    served.close()


def test_a_file_is_handed_out_as_an_attachment_that_no_browser_runs(answer) -> None:
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E7%AC%AC")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "private" in answer["Cache-Control"]
