"""A real installation begins empty, once, and refuses what only a demonstration may do."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.journeys.installation import FOUND, code_of, sanzhi


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder just after `sanzhi init`."""
    home = tmp_path_factory.mktemp("installation") / "home"
    done = sanzhi(home, *FOUND, "--protection-level", "二级")
    assert done.code == 0 and done.clear, done.err
    code_of(done)
    return home


@pytest.fixture
def home(founded: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(founded, tmp_path / "home"))


def rows(home: Path, sql: str) -> list[tuple]:
    """Rows of the database itself."""
    with closing(sqlite3.connect(home / "sanzhi.sqlite3")) as db:
        return db.execute(sql).fetchall()


def change(home: Path, *statements: str) -> None:
    """Change the database behind the house's back."""
    with closing(sqlite3.connect(home / "sanzhi.sqlite3")) as db:
        for sql in statements:
            db.execute(sql)
        db.commit()


def test_init_makes_one_county_one_town_one_administrator_and_nothing_else(home: Path) -> None:
    assert rows(home, "SELECT kind, county, protection_level, demo_day FROM clock_installation") == [
        ("real", "云岭县", "二级", None)
    ]
    assert rows(home, "SELECT kind, code FROM orgs_unit ORDER BY id") == [
        ("county", "COUNTY"),
        ("town", "YLQH"),
    ]
    assert rows(home, "SELECT username, is_active FROM accounts_user") == [("chen.li", 1)]
    assert rows(home, "SELECT role FROM accounts_grant") == [("administrator",)]
    assert rows(home, "SELECT count(*) FROM people_household") == [(0,)]


def test_a_second_init_refuses_and_changes_nothing(home: Path) -> None:
    def digest() -> str:
        with closing(sqlite3.connect(home / "sanzhi.sqlite3")) as db:
            return hashlib.sha256("\n".join(db.iterdump()).encode()).hexdigest()

    before = digest()
    done = sanzhi(home, *FOUND[:-1], "somebody.else")
    assert (done.code, done.clear, "云岭县" in done.err) == (2, True, True)
    assert digest() == before


def test_a_login_name_that_will_not_do_founds_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = sanzhi(home, *FOUND[:-1], "13800001111")
    assert (done.code, done.clear) == (2, True)
    assert rows(home, "SELECT count(*) FROM clock_installation") == [(0,)]


def test_the_clock_of_a_real_installation_is_refused(home: Path) -> None:
    done = sanzhi(home, "clock", "set", "2022-06-08")
    assert (done.code, done.clear) == (2, True)


@pytest.mark.parametrize("words", [("clock", "set", "2月30日"), ("slip", "nobody")])
def test_bad_input_is_told_in_a_sentence_with_exit_2(home: Path, words: tuple[str, ...]) -> None:
    done = sanzhi(home, *words)
    assert (done.code, done.clear, done.out) == (2, True, "")


@pytest.mark.parametrize("words", [("clock", "show"), ("backup", "."), ("nightly",), ("freeze", "2022-05")])
def test_before_anything_was_founded_each_command_says_what_to_do_first(tmp_path: Path, words) -> None:
    home = tmp_path / "home"
    home.mkdir()
    done = sanzhi(home, *words)
    assert (done.code, done.clear, "sanzhi init" in done.err) == (2, True, True)


def test_a_slip_from_the_command_line_lets_a_lone_administrator_back_in(home: Path) -> None:
    code_of(sanzhi(home, "slip", "Chen.Li"))
    assert rows(home, "SELECT count(*) FROM accounts_slip") == [(2,)]


def test_check_says_what_is_missing_and_ends_with_1_until_it_is_mended(home: Path, tmp_path: Path) -> None:
    before = sanzhi(home, "check")
    assert (before.code, "还没有备份过" in before.out, "二级" in before.out) == (1, True, True)
    out = tmp_path / "elsewhere"
    out.mkdir()
    assert sanzhi(home, "backup", str(out)).code == 0
    after = sanzhi(home, "check")
    assert after.code == 0, after.out


def test_the_chains_of_a_new_installation_hold(home: Path) -> None:
    done = sanzhi(home, "audit", "verify")
    assert (done.code, "YLQH" in done.out, "county" in done.out) == (0, True, True)
    assert sanzhi(home, "audit", "verify", "--town", "X").code == 2


def test_an_entry_changed_behind_the_houses_back_is_told_with_exit_1(home: Path) -> None:
    change(home, "UPDATE audit_auditentry SET verb = 'orgs.move_unit' WHERE chain = 'YLQH' AND seq = 2")
    done = sanzhi(home, "audit", "verify")
    assert (done.code, done.clear, "第 2 条" in done.out) == (1, True, True)
    assert sanzhi(home, "audit", "verify", "--town", "county").code == 0


def test_a_chain_cut_at_its_end_is_found_by_the_head_that_a_backup_wrote_down(
    home: Path, tmp_path: Path
) -> None:
    out = tmp_path / "elsewhere"
    out.mkdir()
    sanzhi(home, "backup", str(out))
    last = "(SELECT id FROM audit_auditentry WHERE chain = 'YLQH' ORDER BY seq DESC LIMIT 1)"
    change(
        home,
        f"DELETE FROM audit_auditpayload WHERE entry_id = {last}",
        f"DELETE FROM audit_auditentry WHERE id = {last}",
    )
    assert sanzhi(home, "audit", "verify").code == 1
    (
        home / "backups.jsonl"
    ).unlink()  # who cuts the chain may also take the note away, but not the file elsewhere
    assert sanzhi(home, "audit", "verify").code == 0
    (made,) = out.iterdir()
    assert sanzhi(home, "audit", "verify", "--against", str(made)).code == 1


@pytest.mark.parametrize(
    ("option", "word"),
    [
        ("--town-code", "a b/.."),
        ("--town", "镇" * 61),
        ("--county", "县" * 41),
        ("--protection-level", "级" * 41),
    ],
)
def test_words_that_do_not_fit_found_nothing(tmp_path: Path, option: str, word: str) -> None:
    home = tmp_path / "home"
    done = sanzhi(home, *FOUND, option, word)  # the later of two options holds
    assert (done.code, done.clear, done.out) == (2, True, "")
    assert rows(home, "SELECT count(*) FROM clock_installation") == [(0,)]


@pytest.mark.parametrize("words", [(), ("nonsense",), ("clock",), ("serve", "--port", "x"), ("plan", "read")])
def test_words_that_are_no_command_are_told_in_one_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = sanzhi(tmp_path / "home", *words)
    assert (done.code, done.out, done.err.count("\n"), "-h" in done.err) == (2, "", 1, True)


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "postgresql://", "postgresql://h:abc/x"])
def test_an_address_that_is_none_is_told_with_exit_2(tmp_path: Path, url: str) -> None:
    done = sanzhi(tmp_path / "home", "migrate", url=url)
    assert (done.code, done.clear, "SANZHI_DATABASE_URL" in done.err) == (2, True, True)


@pytest.mark.parametrize("words", [("clock", "show"), ("migrate",), ("nightly",), ("audit", "verify")])
def test_a_file_that_is_no_database_is_told_with_exit_2_and_left_as_it_is(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    junk = b"this is no database at all" * 50
    (home / "sanzhi.sqlite3").write_bytes(junk)
    done = sanzhi(home, *words)
    assert (done.code, done.clear) == (2, True), done.err
    assert (home / "sanzhi.sqlite3").read_bytes() == junk


def test_a_data_folder_that_is_a_file_is_told_with_exit_2(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("x")
    done = sanzhi(tmp_path / "home", "start", "--no-serve")
    assert (done.code, done.clear) == (2, True), done.err


@pytest.mark.parametrize(
    "words",
    [("--port", "99999"), ("--port", "0"), ("--port", "-1"), ("--workers", "0"), ("--host", "300.1.1.1")],
)
def test_a_server_that_cannot_be_is_told_with_exit_2(home: Path, words: tuple[str, ...]) -> None:
    done = sanzhi(home, "serve", *words)
    assert (done.code, done.clear, "Traceback" in done.out) == (2, True, False), done.err
