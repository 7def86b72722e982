# SPDX-License-Identifier: Apache-2.0
"""Signed notes and verifier keys, byte for byte as in C2SP signed-note v1.0.0.

Also reads and makes timestamped Ed25519 cosignatures (C2SP tlog-cosignature v1.0.1, type 0x04).
A signature by an unknown key is ignored; one by a known key that fails voids the whole note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from countersign.errors import BadInput, NotVerified
from countersign.seal import PublicKey, SigningKey, b64, read_b64, sha256

ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
_DASH = "— "
_MAX_SIGNATURES = 64  # the specification asks for at least 16
_MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A key that a checker trusts: its name, its signature type, and 32 bytes."""

    name: str
    kind: int
    public: PublicKey

    def __post_init__(self) -> None:
        if not is_name(self.name):
            raise BadInput("A key's name is empty or holds a space or a plus sign.")

    @classmethod
    def of(cls, text: str) -> VerifierKey:
        """Read `name+hex8+base64`; anything but an Ed25519 key of type 1 or 4 raises `BadInput`."""
        try:
            name, _, rest = text.split("+", 2)
            raw = read_b64(rest)
            made = cls(name, raw[0], PublicKey(raw[1:]))
        except (ValueError, IndexError, NotVerified) as e:
            raise _bad_key() from e
        if made.kind not in (ED25519, COSIGNATURE) or len(raw) != 33 or made.text != text:
            raise _bad_key()
        return made

    @property
    def keyid(self) -> bytes:
        """First four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ key)."""
        return sha256(b"%b\n%c%b" % (self.name.encode(), self.kind, self.public.raw))[:4]

    @property
    def text(self) -> str:
        """The key as one line, to be handed out and pinned."""
        return f"{self.name}+{self.keyid.hex()}+{b64(bytes([self.kind]) + self.public.raw)}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: key name, four bytes of key id, and the signature's bytes."""

    name: str
    keyid: bytes
    body: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, without its newline."""
        return f"{_DASH}{self.name} {b64(self.keyid + self.body)}"


@dataclass(frozen=True, slots=True)
class Verified:
    """A signature that holds; `seconds` is the signed time (UTC since 1970) of a cosignature."""

    key: VerifierKey
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Note:
    """A text ending in a newline, and its signature lines in order."""

    text: str
    signatures: tuple[Signature, ...]

    def to_bytes(self) -> bytes:
        """Return the note's bytes."""
        lines = "".join(f"{signature.line}\n" for signature in self.signatures)
        return f"{self.text}\n{lines}".encode()

    @classmethod
    def of(cls, data: bytes) -> Note:
        """Read a note without checking any signature; raises `NotVerified` if it is none."""
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError as e:
            raise _no_note("It is not UTF-8.") from e
        if len(data) > _MAX_BYTES or any(c < " " and c != "\n" for c in whole):
            raise _no_note("It is too long or holds control characters.")
        text, blank, tail = whole.rpartition("\n\n")
        lines = tail.split("\n")
        if not blank or lines.pop() != "" or not 1 <= len(lines) <= _MAX_SIGNATURES:
            raise _no_note("It has no signature lines after its last blank line, or too many.")
        return cls(text + "\n", tuple(_read_line(line) for line in lines))

    def verify(self, keys: Sequence[VerifierKey]) -> tuple[Verified, ...]:
        """Return the signatures by `keys`, at least one; else raises `NotVerified`.

        Source: signed-note, "Signatures": unknown keys ignored, known and failing rejected.
        """
        known = {(key.name, key.keyid): key for key in keys}
        found = dict[tuple[str, bytes], Verified]()
        for signature in self.signatures:
            key = known.get((signature.name, signature.keyid))
            if key is not None:
                found[key.name, key.keyid] = _check(self.text, signature, key)
        if not found:
            raise _no_note("No key that is trusted here signed it.")
        return tuple(found.values())


def sign_note(text: str, name: str, key: SigningKey) -> Note:
    """Return `text` as a note with one Ed25519 signature (type 0x01)."""
    keyid = VerifierKey(name, ED25519, key.public).keyid
    return Note(text, (Signature(name, keyid, key.sign(text.encode())),))


def cosign(note: Note, name: str, key: SigningKey, *, seconds: int) -> Note:
    """Return `note` with one more line: a timestamped cosignature (type 0x04)."""
    keyid = VerifierKey(name, COSIGNATURE, key.public).keyid
    body = seconds.to_bytes(8, "big") + key.sign(_cosigned(note.text, seconds))
    return Note(note.text, (*note.signatures, Signature(name, keyid, body)))


def is_name(name: str) -> bool:
    """Tell whether a text may name a key: not empty, no Unicode space, no control sign, no plus."""
    return bool(name) and not any(c.isspace() or c in "+\x7f" or c < " " for c in name)


def _read_line(line: str) -> Signature:
    name, space, rest = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not is_name(name):
        raise _no_note("A signature line is malformed.")
    raw = read_b64(rest)
    if len(raw) < 5:
        raise _no_note("A signature line is too short.")
    return Signature(name, raw[:4], raw[4:])


def _check(text: str, signature: Signature, key: VerifierKey) -> Verified:
    body, seconds, message = signature.body, None, text.encode()
    if key.kind == COSIGNATURE:
        seconds = int.from_bytes(body[:8], "big")
        message, body = _cosigned(text, seconds), body[8:]
    if (seconds or 0) >= 1 << 63 or not key.public.verify(body, message):
        raise _no_note("The signature of a trusted key does not hold.")
    return Verified(key, seconds)


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _bad_key() -> BadInput:
    return BadInput(
        "A verifier key cannot be read.",
        why="It should be NAME+HEX+BASE64 on one line, an Ed25519 key of type 1 or 4.",
        remedy="Copy the whole line from whoever runs the log.",
    )


def _no_note(why: str) -> NotVerified:
    return NotVerified(
        "A signed note does not hold.",
        why=why,
        remedy="Get it again from the log; keep what you have for an auditor.",
    )
