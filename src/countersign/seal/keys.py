# SPDX-License-Identifier: Apache-2.0
"""Ed25519 keys and the file that holds one (RFC 8032; scrypt RFC 7914; AES-256-GCM)."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from countersign.errors import BadInput, Conflict, NotVerified, Unavailable
from countersign.seal.canonical import b64, read_b64, sha256_hex

SCRYPT_N = 2**17  # about 0.3 s and 128 MiB: OWASP's interactive setting
_AAD = b"countersign/key-file/v1\n"


@dataclass(frozen=True, slots=True, order=True)
class PublicKey:
    """A 32-byte Ed25519 public key. `keyid` helps to find it; only `verify` proves anything."""

    raw: bytes

    @classmethod
    def of(cls, text: str) -> PublicKey:
        """Read base64 of 32 bytes; anything else raises `NotVerified`."""
        raw = read_b64(text)
        if len(raw) != 32:
            raise NotVerified("A public key does not have 32 bytes.")
        return cls(raw)

    @property
    def keyid(self) -> str:
        """Hex SHA-256 of the raw key."""
        return sha256_hex(self.raw)

    @property
    def text(self) -> str:
        """The key in base64."""
        return b64(self.raw)

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Tell whether `signature` over `message` was made with this key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey:
    """A private Ed25519 key in memory; prints only its public half."""

    __slots__ = ("_key", "public")

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = PublicKey(self._key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> SigningKey:
        """Make a new key from the system's randomness."""
        return cls(os.urandom(32))

    def __repr__(self) -> str:
        """Never show the private half."""
        return f"SigningKey({self.public.keyid[:8]})"

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature over `message`."""
        return self._key.sign(message)

    def _seed(self) -> bytes:
        return self._key.private_bytes_raw()


def derive(passphrase: str, salt: bytes, *, n: int = SCRYPT_N) -> bytes:
    """Return the 32-byte scrypt key of `passphrase` (r = 8, p = 1)."""
    return Scrypt(salt=salt, length=32, n=n, r=8, p=1).derive(passphrase.encode("utf-8"))


def write_key(path: Path, key: SigningKey, passphrase: str | None) -> None:
    """Write `key` to a new file of mode 0600; raises `Conflict` if the file exists.

    Without a passphrase the seed is stored unprotected and the file says so.
    """
    write_secret(path, key._seed(), passphrase, public=key.public.text)


def read_key(path: Path, passphrase: str | None) -> SigningKey:
    """Read what `write_key` wrote. Raises as `read_secret` does."""
    secret, public = _open(path, passphrase)
    key = SigningKey(secret)
    if key.public.text != public:  # a changed seed would silently be another, valid key
        raise _damaged(path)
    return key


def write_secret(path: Path, secret: bytes, passphrase: str | None, *, public: str = "") -> None:
    """Write 32 secret bytes to a new file of mode 0600, wrapped by scrypt where a passphrase is given."""
    salt, nonce = os.urandom(16), os.urandom(12)
    record: dict[str, str | int] = {"v": 1, "public": public, "kdf": "none", "secret": b64(secret)}
    if passphrase is not None:
        sealed = AESGCM(derive(passphrase, salt)).encrypt(nonce, secret, _AAD + public.encode())
        record = {"v": 1, "public": public, "kdf": "scrypt", "n": SCRYPT_N}
        record |= {"salt": b64(salt), "nonce": b64(nonce), "secret": b64(sealed)}
    try:
        _write_new(path, json.dumps(record, indent=1, sort_keys=True))
    except OSError as e:
        raise Unavailable(
            f"The key file {path.name} cannot be written.",
            why=e.strerror or type(e).__name__,
            remedy="Choose a folder you may write to, and check the disk.",
        ) from e


def _write_new(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Written beside and linked into place: a kill in between leaves no half key file.
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as f:
        f.write(text)
        f.flush()
        os.fsync(f.fileno())
    try:
        os.link(beside, path)
    except FileExistsError as e:
        raise Conflict(
            f"The key file {path.name} exists already.",
            why="A key is never overwritten: what it signed could no longer be claimed.",
            remedy="Choose another name, or move the old file away yourself.",
        ) from e
    finally:
        beside.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name too must outlive a power cut
    finally:
        os.close(folder)


def read_secret(path: Path, passphrase: str | None) -> bytes:
    """Read what `write_secret` wrote; raises `Unavailable` (missing, locked) or `BadInput` (damaged)."""
    return _open(path, passphrase)[0]


def _open(path: Path, passphrase: str | None) -> tuple[bytes, str]:
    """Return the 32 secret bytes and the public half that stands in the file."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        kdf, secret, public = record["kdf"], read_b64(record["secret"]), str(record["public"])
    except FileNotFoundError as e:
        raise Unavailable(
            f"There is no key file {path.name}.",
            why="Signing and opening need the key, and it exists nowhere else.",
            remedy="Run `countersign init`, or restore the file from your own copy.",
        ) from e
    except (ValueError, KeyError, TypeError, NotVerified, OSError) as e:
        raise _damaged(path) from e
    if kdf == "scrypt":
        secret = _unlock(path, record, secret, passphrase)
    if kdf not in ("none", "scrypt") or len(secret) != 32:
        raise _damaged(path)
    return secret, public


def _unlock(path: Path, record: dict[str, Any], sealed: bytes, passphrase: str | None) -> bytes:
    if passphrase is None:
        raise Unavailable(
            f"The key {path.name} is locked.",
            why="It was made with a passphrase.",
            remedy="Set COUNTERSIGN_PASSPHRASE or pass --passphrase-file.",
        )
    try:
        wrapping = derive(passphrase, read_b64(record["salt"]), n=int(record["n"]))
        aad = _AAD + str(record["public"]).encode()
        return AESGCM(wrapping).decrypt(read_b64(record["nonce"]), sealed, aad)
    except InvalidTag as e:
        raise Unavailable("The passphrase is not the right one.", remedy="Try again.") from e
    except (KeyError, ValueError, TypeError, NotVerified) as e:
        raise _damaged(path) from e


def _damaged(path: Path) -> BadInput:
    return BadInput(f"The key file {path.name} is damaged.", remedy="Restore your copy.")


def is_protected(path: Path) -> bool:
    """Tell whether the key file needs a passphrase."""
    try:
        return bool(json.loads(path.read_text(encoding="utf-8"))["kdf"] == "scrypt")
    except (OSError, ValueError, KeyError, TypeError):
        return False
