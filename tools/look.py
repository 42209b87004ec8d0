#!/usr/bin/env python3
"""Take pictures of pages of a running house at the width of a phone, of a desk, and as printed on A4.

    .venv/bin/python tools/look.py --as NAME:PASSWORD / /plans/ --out pictures [--base http://127.0.0.1:8000]

Prints for each page its state, how long it took, and what the console or the accessibility rules say of it.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser import chromium  # noqa: E402

AXE = ROOT / "tests" / "browser" / "vendor" / "axe.min.js"
WIDTHS = {"phone": (390, 844), "desk": (1280, 800)}


def sign_in(page: Page, base: str, who: str) -> None:
    """Fill in the form of signing in."""
    name, _, password = who.partition(":")
    page.goto(f"{base}/account/sign-in")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state()


def findings(page: Page) -> list[str]:
    """What the accessibility rules find serious."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run(document, {runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa']}})"
    )
    serious = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
    return [f"{v['id']}: {v['nodes'][0]['html'][:100]}" for v in serious]


def look(page: Page, base: str, path: str, target: Path) -> None:
    """One picture of one page, and what is wrong with it."""
    errors: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    began = time.monotonic()
    answer = page.goto(base + path)
    seconds = time.monotonic() - began
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.screenshot(path=str(target), full_page=True)
    print(
        f"{answer.status if answer else '?'} {seconds:.2f} s {path} → {target}{'  WIDER THAN THE SCREEN' if wide else ''}"
    )
    for line in errors + findings(page):
        print(f"    {line}")


def main() -> int:
    """Look at every page named, at both widths and on paper."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--as", dest="who", default="")
    parser.add_argument("--out", type=Path, default=ROOT / "test-results")
    given = parser.parse_args()
    if reason := chromium.why_not():
        print(reason, file=sys.stderr)
        return 2
    given.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.arguments())
        for name, (width, height) in WIDTHS.items():
            phone = name == "phone"
            page = browser.new_context(
                viewport={"width": width, "height": height}, is_mobile=phone, has_touch=phone, locale="zh-CN"
            ).new_page()
            if given.who:
                sign_in(page, given.base, given.who)
            for path in given.paths:
                named = path.strip("/").replace("/", "-") or "front"
                look(page, given.base, path, given.out / f"{named}-{name}.png")
                if name == "desk":
                    page.pdf(path=str(given.out / f"{named}.pdf"), format="A4")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
