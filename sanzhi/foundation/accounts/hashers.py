"""Argon2 with less memory than Django's default (100 MiB per hash starves a small server)."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class SmallArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB and two passes (OWASP's minimum)."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
