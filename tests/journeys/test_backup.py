"""A backup comes back as it was, on another folder; one that was cut or changed brings back nothing."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Callable
from contextlib import closing, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from sanzhi.config.backups import self_digest
from sanzhi.config.cli import main
from tests.journeys.installation import FOUND, Done, sanzhi

PASSPHRASE = "a passphrase for the drawer"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """An installation with a stored file, its plain backup and its sealed one."""
    base = tmp_path_factory.mktemp("backup")
    home, out = base / "home", base / "out"
    out.mkdir()
    assert sanzhi(home, *FOUND).code == 0
    stored = home / "files" / "ab" / "abcdef.jpg"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(os.urandom(3000))
    (home / "keys").mkdir(exist_ok=True)
    (home / "keys" / "bundles.pem").write_text("a signing key")
    (out / "pass.txt").write_text(PASSPHRASE + "\n", encoding="utf-8")
    plain = sanzhi(home, "backup", str(out / "plain.tar"))
    sealed = sanzhi(home, "backup", str(out / "made.sealed"), "--passphrase-file", str(out / "pass.txt"))
    assert (plain.code, sealed.code) == (0, 0), plain.err + sealed.err
    return home, out / "plain.tar", out / "made.sealed"


def content(home: Path) -> list[str]:
    """The database as text, sessions aside."""
    with closing(sqlite3.connect(home / "sanzhi.sqlite3")) as db:
        return [line for line in db.iterdump() if "django_session" not in line]


def restore(file: Path, into: Path, *more: str) -> Done:
    """Restore a file into a folder, by the command line's own door: it needs no database of ours."""
    out, err = io.StringIO(), io.StringIO()
    words = ["restore", str(file), "--into", str(into), *more]
    with redirect_stdout(out), redirect_stderr(err):
        code = main(words)
    return Done(subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue()))


def nothing_left(folder: Path) -> bool:
    """Whether a refused restore left nothing behind."""
    return not (folder / "back").exists() and not list(folder.glob(".sanzhi*"))


def repacked(file: Path, target: Path, change: Callable[[dict, dict[str, bytes]], None]) -> Path:
    """The same backup with members changed by somebody who knows the format."""
    with tarfile.open(file) as tar:
        members = {m.name: tar.extractfile(m).read() for m in tar.getmembers()}
    manifest = json.loads(members.pop("manifest.json"))
    change(manifest, members)
    with tarfile.open(target, "w") as tar:
        for name, data in {"manifest.json": json.dumps(manifest).encode(), **members}.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return target


def test_a_plain_backup_comes_back_row_for_row_and_file_for_file(made, tmp_path: Path) -> None:
    done = restore(made[1], tmp_path / "back")
    assert done.code == 0, done.out + done.err
    assert content(tmp_path / "back") == content(made[0])
    name = "files/ab/abcdef.jpg"
    assert (tmp_path / "back" / name).read_bytes() == (made[0] / name).read_bytes()
    assert not (tmp_path / "back" / "secret.key").exists() and "secret.key" in done.out


def test_a_sealed_backup_brings_the_keys_along_and_tells_nothing_without_its_passphrase(
    made, tmp_path: Path
) -> None:
    assert "云岭县".encode() not in made[2].read_bytes()
    passphrase = ("--passphrase-file", str(made[2].with_name("pass.txt")))
    assert restore(made[2], tmp_path / "back", *passphrase).code == 0
    for key in ("secret.key", "keys/bundles.pem"):
        assert (tmp_path / "back" / key).read_text() == (made[0] / key).read_text()
        assert (tmp_path / "back" / key).stat().st_mode & 0o077 == 0
    assert content(tmp_path / "back") == content(made[0])


@pytest.mark.parametrize("passphrase", [None, "another passphrase", "short"])
def test_a_sealed_backup_stays_shut_for_whoever_lacks_the_passphrase(
    made, tmp_path: Path, passphrase
) -> None:
    more: tuple[str, ...] = ()
    if passphrase:
        (tmp_path / "pass.txt").write_text(passphrase)
        more = ("--passphrase-file", str(tmp_path / "pass.txt"))
    done = restore(made[2], tmp_path / "back", *more)
    assert (done.code, done.clear, nothing_left(tmp_path)) == (2, True, True)


@pytest.mark.parametrize("which", [1, 2])
@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.9, 0.999])
def test_a_backup_that_was_cut_brings_back_nothing(made, tmp_path: Path, which: int, share: float) -> None:
    data = made[which].read_bytes()
    cut = tmp_path / "cut"
    # A tar ends with two blocks of zeros and padding: what is cut off there is not content.
    cut.write_bytes(data[: int(len(data.rstrip(b"\0")) * share)])
    done = restore(cut, tmp_path / "back", "--passphrase-file", str(made[2].with_name("pass.txt")))
    assert (done.code, done.clear, nothing_left(tmp_path)) == (2, True, True)


@pytest.mark.parametrize("which", [1, 2])
@pytest.mark.parametrize("share", [0.0005, 0.2, 0.6, 0.95])
def test_a_backup_with_one_byte_changed_brings_back_nothing(
    made, tmp_path: Path, which: int, share: float
) -> None:
    data = bytearray(made[which].read_bytes())
    data[int(len(bytes(data).rstrip(b"\0")) * share)] ^= 1
    changed = tmp_path / "changed"
    changed.write_bytes(data)
    done = restore(changed, tmp_path / "back", "--passphrase-file", str(made[2].with_name("pass.txt")))
    assert (done.code, done.clear, nothing_left(tmp_path)) == (2, True, True)


def _database_of_another(manifest: dict, members: dict[str, bytes]) -> None:
    members["database.sqlite3"] += b"x"


def _count(manifest: dict, members: dict[str, bytes]) -> None:
    manifest["counts"]["orgs_unit"] += 1
    manifest["self"] = self_digest(manifest)


def _head(manifest: dict, members: dict[str, bytes]) -> None:
    manifest["heads"]["YLQH"][1] = "f" * 64
    manifest["self"] = self_digest(manifest)


def _more(manifest: dict, members: dict[str, bytes]) -> None:
    members["files/extra.txt"] = b"x"


def _less(manifest: dict, members: dict[str, bytes]) -> None:
    del members["files/ab/abcdef.jpg"]


def _outside(manifest: dict, members: dict[str, bytes]) -> None:
    members["files/../../escaped.txt"] = b"x"
    manifest["members"]["files/../../escaped.txt"] = [
        1,
        "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
    ]
    manifest["self"] = self_digest(manifest)


def _newer(manifest: dict, members: dict[str, bytes]) -> None:
    manifest["format"] = "sanzhi-backup/2"
    manifest["self"] = self_digest(manifest)


def _words(manifest: dict, members: dict[str, bytes]) -> None:
    manifest["county"] = "另一个县"


@pytest.mark.parametrize(
    "change", [_database_of_another, _count, _head, _more, _less, _outside, _newer, _words]
)
def test_a_backup_that_does_not_fit_its_manifest_brings_back_nothing(made, tmp_path: Path, change) -> None:
    file = repacked(made[1], tmp_path / "changed.tar", change)
    done = restore(file, tmp_path / "back")
    assert (done.code, done.clear, nothing_left(tmp_path)) == (2, True, True)
    assert not (tmp_path.parent / "escaped.txt").exists()


def test_a_broken_chain_is_not_restored_unless_somebody_asks_for_the_evidence(made, tmp_path: Path) -> None:
    home = Path(shutil.copytree(made[0], tmp_path / "home"))
    with closing(sqlite3.connect(home / "sanzhi.sqlite3")) as db:
        db.execute("UPDATE audit_auditentry SET verb = 'x.y' WHERE chain = 'YLQH' AND seq = 1")
        db.commit()
    assert sanzhi(home, "backup", str(tmp_path / "broken.tar")).code == 0
    assert restore(tmp_path / "broken.tar", tmp_path / "back").code == 2
    assert nothing_left(tmp_path)
    assert restore(tmp_path / "broken.tar", tmp_path / "back", "--even-if-broken").code == 0


def test_a_folder_with_something_in_it_is_never_overwritten(made, tmp_path: Path) -> None:
    (tmp_path / "back").mkdir()
    (tmp_path / "back" / "mine.txt").write_text("mine")
    done = restore(made[1], tmp_path / "back")
    assert (done.code, done.clear) == (2, True)
    assert [p.name for p in (tmp_path / "back").iterdir()] == ["mine.txt"]
    (tmp_path / "back" / "mine.txt").unlink()
    assert restore(made[1], tmp_path / "back").code == 0


def test_a_backup_goes_to_a_new_file_outside_the_data_folder(made, tmp_path: Path) -> None:
    (tmp_path / "taken.tar").write_text("mine")
    for target in (tmp_path / "taken.tar", made[0] / "inside.tar"):
        done = sanzhi(made[0], "backup", str(target))
        assert (done.code, done.clear) == (2, True)
    assert (tmp_path / "taken.tar").read_text() == "mine"
    assert sanzhi(made[0], "backup", str(tmp_path)).code == 0
    (found,) = tmp_path.glob("sanzhi-*.tar")
    assert found.stat().st_mode & 0o077 == 0


def test_a_backup_holds_nobodys_session(made, tmp_path: Path) -> None:
    home = Path(shutil.copytree(made[0], tmp_path / "home"))
    with closing(sqlite3.connect(home / "sanzhi.sqlite3")) as db:
        db.execute("INSERT INTO django_session VALUES ('stolen-session-key', 'x', '2099-01-01')")
        db.commit()
    assert sanzhi(home, "backup", str(tmp_path / "made.tar")).code == 0
    assert b"stolen-session-key" not in (tmp_path / "made.tar").read_bytes()
