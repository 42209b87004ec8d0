"""Identity and phone numbers are encrypted at rest with the installation's key, and found again by a keyed index."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models


@cache
def _key(purpose: str) -> bytes:
    return hashlib.scrypt(
        settings.SECRET_KEY.encode(), salt=f"sanzhi:{purpose}".encode(), n=2**14, r=8, p=1, dklen=32
    )


def encrypt(text: str) -> str:
    """Sealed text (AES-256-GCM, random nonce), as "v1:" and base64; empty stays empty."""
    if not text:
        return ""
    nonce = os.urandom(12)
    sealed = AESGCM(_key("field")).encrypt(nonce, text.encode(), b"")
    return "v1:" + base64.b64encode(nonce + sealed).decode()


def decrypt(sealed: str) -> str:
    """What `encrypt` sealed. Raises cryptography's InvalidTag for another key or a changed text."""
    if not sealed:
        return ""
    raw = base64.b64decode(sealed.removeprefix("v1:"))
    return AESGCM(_key("field")).decrypt(raw[:12], raw[12:], b"").decode()


def pseudonym(purpose: str, value: str) -> str:
    """A stable keyed stand-in for a person or household in files that leave the house (16 hex digits)."""
    return hmac.new(_key(f"pseudonym:{purpose}"), value.encode(), hashlib.sha256).hexdigest()[:16]


class SealedField(models.TextField):
    """A text that is encrypted in the database and plain in Python."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else decrypt(value)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value if value is None or str(value).startswith("v1:") else encrypt(str(value))
