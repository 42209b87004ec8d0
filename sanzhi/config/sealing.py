"""Files sealed with a passphrase: AES-256-GCM over numbered pieces, so that a changed, swapped or cut file is refused."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from sanzhi.domain.problems import Problem, declare

declare(
    "sealing",
    {
        "passphrase": "这个备份是加密的。请用 --passphrase-file 给出口令文件。",
        "wrong": "打不开“{name}”：口令不对，或文件被改过、没有传完整。请核对口令，再换一份备份。",
        "short": "口令太短（至少12个字符）。请用一句话作口令，写在纸上锁好。",
    },
)

MAGIC = b"SANZHI-SEALED-1\n"
PIECE = 1024 * 1024
SHORTEST = 12
# A piece starts with its length and whether it is the last; both are bound into its seal.
_HEAD = struct.Struct(">I?")


def checked_passphrase(text: str) -> bytes:
    """The passphrase as bytes; refuses a short one."""
    if len(text) < SHORTEST:
        raise Problem("sealing.short")
    return text.encode()


def _cipher(passphrase: bytes, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase))


def is_sealed(path: Path) -> bool:
    """Whether a file begins as sealed ones do."""
    with open(path, "rb") as f:
        return f.read(len(MAGIC)) == MAGIC


def seal(source: Path, target: BinaryIO, passphrase: bytes) -> None:
    """Write `source` sealed."""
    salt = os.urandom(16)
    cipher = _cipher(passphrase, salt)
    target.write(MAGIC + salt)
    with open(source, "rb") as f:
        number, piece = 0, f.read(PIECE)
        while True:
            following = f.read(PIECE)
            last = not following
            head = _HEAD.pack(len(piece) + 16, last)
            target.write(head + cipher.encrypt(number.to_bytes(12, "big"), piece, head))
            if last:
                return
            number, piece = number + 1, following


def unseal(source: Path, target: BinaryIO, passphrase: bytes) -> None:
    """Write what `seal` sealed. Refuses another passphrase, a changed file and a file that was cut."""
    try:
        for piece in _pieces(source, passphrase):
            target.write(piece)
    except (InvalidTag, struct.error, EOFError):
        raise Problem("sealing.wrong", name=source.name) from None


def _pieces(source: Path, passphrase: bytes) -> Iterator[bytes]:
    with open(source, "rb") as f:
        if f.read(len(MAGIC)) != MAGIC:
            raise EOFError
        cipher, number = _cipher(passphrase, f.read(16)), 0
        while True:
            head = f.read(_HEAD.size)
            length, last = _HEAD.unpack(head)
            if length > PIECE + 16:
                raise EOFError
            yield cipher.decrypt(number.to_bytes(12, "big"), f.read(length), head)
            number += 1
            if last:
                if f.read(1):
                    raise EOFError
                return
