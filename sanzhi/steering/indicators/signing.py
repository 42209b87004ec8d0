"""The installation's signing key: made once, kept in the data folder, known to others by its fingerprint."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def key_of(home: Path) -> Ed25519PrivateKey:
    """The signing key of the data folder; made on first use (mode 600)."""
    file = home / "keys" / "bundles.pem"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        try:
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
                f.write(pem)
        except FileExistsError:  # another process made it in the same moment
            pass
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("keys/bundles.pem is not an Ed25519 key")
    return key


def public_text(key: Ed25519PrivateKey) -> str:
    """The public key as it stands in a manifest."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def fingerprint(public: str) -> str:
    """How a person compares keys: eight groups of four hex digits of the key's SHA-256."""
    digits = hashlib.sha256(base64.b64decode(public)).hexdigest()[:32]
    return "-".join(digits[i : i + 4] for i in range(0, 32, 4))


def sign(key: Ed25519PrivateKey, data: bytes) -> str:
    """The signature as text."""
    return base64.b64encode(key.sign(data)).decode()


def signature_holds(public: str, signature: str, data: bytes) -> bool:
    """Whether the signature is the key's over the data."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public)).verify(base64.b64decode(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True
