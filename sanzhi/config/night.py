"""The whole night's work: what each room and floor leaves for the quiet hours, put together here."""

from __future__ import annotations

import datetime as dt

from sanzhi.foundation.files.actions import sweep
from sanzhi.foundation.privacy.reading import chain_reads, waiting_chains
from sanzhi.steering.indicators import nightly
from sanzhi.steering.registers.actions import forget_previews


def run(today: dt.date) -> dict[str, tuple[int, list[str]]]:
    """Fold figures and close months, chain the looks at personal data, drop old previews and contents nobody names.

    Returns town code → (figures kept, names of bundles made).
    """
    done = nightly.run(today)
    chain_looks()
    for town in nightly.towns():
        forget_previews(by=nightly.NIGHT, town=town)
    sweep()
    return done


def chain_looks() -> None:
    """Chain the looks at personal data that wait."""
    for chain in waiting_chains():
        chain_reads(by=nightly.NIGHT, chain=chain)
