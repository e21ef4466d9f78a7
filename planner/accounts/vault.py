"""Secrets at rest: AES-GCM for what must be read again, a keyed hash for what must only be found again (GUARD-11)."""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


@cache
def _keys() -> tuple[AESGCM, bytes]:
    root = settings.CPR_KEY.encode()
    derived = [hashlib.blake2b(root, digest_size=32, person=purpose).digest() for purpose in (b"encrypt", b"look-up")]
    return AESGCM(derived[0]), derived[1]


def encrypt(text: str) -> bytes:
    """Nonce (12 bytes) and ciphertext; the same text gives another result each time."""
    return seal(text.encode())


def seal(content: bytes) -> bytes:
    """As `encrypt`, of a file."""
    nonce = os.urandom(12)
    return nonce + _keys()[0].encrypt(nonce, content, None)


def decrypt(sealed: bytes | memoryview) -> str:
    """The text that was encrypted. Raises cryptography's InvalidTag if it was changed or the key is another."""
    return unseal(sealed).decode()


def unseal(sealed: bytes | memoryview) -> bytes:
    """As `decrypt`, of a file."""
    sealed = bytes(sealed)
    return _keys()[0].decrypt(sealed[:12], sealed[12:], None)


def digest(text: str) -> bytes:
    """32 bytes, the same for the same text and key: finds an encrypted value without reading it."""
    return hmac.digest(_keys()[1], text.encode(), "sha256")
