# SPDX-License-Identifier: Apache-2.0
"""The person's side of a handle challenge: two lines of text, one read and one written.

The line that arrives holds everything that is needed to answer it, so the person's machine asks
nobody. The one that goes back is the attestation, signed by the person's key, with the code in it.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from countersign.errors import BadInput, CountersignError, NotAllowed
from countersign.people.bindings import (
    IdentityLevel,
    Reason,
    Role,
    Said,
    Shown,
    Voucher,
    seconds,
)
from countersign.people.handle import Handle
from countersign.seal import PublicKey, SigningKey, commitment, read_b64, read_canonical, sign

ASKED, ANSWERED = "cs-challenge.", "cs-answer."


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the challenger sends to the account; `line` holds the code and stands nowhere else."""

    id: str
    handle: str
    expires_at: datetime
    line: str


def handle_commitment(salt: bytes, handle: Handle, person: str) -> str:
    """Return all that a hub keeps of a handle: nothing can be read or compared without the salt."""
    return commitment(salt, {"handle": str(handle), "person": person})


def challenge_text(made: Challenge, *, asker: str, lang: str) -> str:
    """Return what to send to the account, in `en` or `zh`."""
    until = f"{made.expires_at:%Y-%m-%d %H:%M} UTC"
    if lang == "zh":
        return (
            f"{asker} 想确认：这个账号是你本人的。\n"
            "如果你正在设置 countersign，请在自己的电脑上运行下面这一行，并把得到的一行文字发回：\n"
            f"countersign people answer HANDLE '{made.line}'\n"
            f"（HANDLE 写这个账号，例如 mail:you@example.org。）{until} 前有效，只能用一次。\n"
            "不是你要求的？不用理会，什么都不会发生。"
        )
    return (
        f"{asker} asks you to show that this account is yours.\n"
        "If you are setting up countersign, run this line on your own machine and send back the"
        " one line that it prints:\n"
        f"countersign people answer HANDLE '{made.line}'\n"
        f"(HANDLE is this account, like mail:you@example.org.) It works once, until {until}.\n"
        "You did not ask for this? Do nothing, and nothing happens."
    )


def answer_challenge(
    line: str, *, person: str, handle: Handle, key: SigningKey, now: datetime
) -> str:
    """Return the one line to send back: the attestation with the code, signed by the person's key.

    Raises `BadInput` for a line that is no challenge, `NotAllowed` for one that asks somebody else
    or about another handle: nobody signs for an account that is not theirs.
    """
    try:
        asked = read_canonical(read_line(ASKED, line))
        salt, by = read_b64(asked["salt"]), asked["by"]
        said = Said(
            subject=asked["person"],
            public=key.public,
            at=seconds(now),
            reason=Reason.ATTESTED,
            prev=asked["prev"],
            level=IdentityLevel.HANDLE_CHALLENGE,
            by=Voucher(by["id"], Role(by["role"]), PublicKey.of(by["publicKey"])),
            shown=Shown(asked["challenge"], asked["code"], asked["handle"]),
        )
        right = handle_commitment(salt, handle, person) == asked["handle"]
        envelope = sign(said.statement(), key)
    except (CountersignError, KeyError, TypeError, ValueError, AttributeError) as e:
        raise not_a_line(ASKED) from e
    if said.subject != person or not right:
        raise NotAllowed(
            "This challenge is not for you, or not for this handle.",
            why="Signing it would say that somebody else's account is yours.",
            remedy="Give exactly the handle at which you received it.",
        )
    return write_line(ANSWERED, envelope.to_bytes())


def write_line(head: str, data: bytes) -> str:
    """Return bytes as one line of text that survives chat and mail."""
    return head + base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def read_line(head: str, line: str) -> bytes:
    """Read what `write_line` wrote, white space inside ignored; raises `BadInput`."""
    body = "".join(line.split()).removeprefix(head)
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as e:
        raise not_a_line(head) from e


def not_a_line(head: str) -> BadInput:
    """Return the error for a line that is not what it should be."""
    what = {ASKED: "challenge", ANSWERED: "answer"}[head]
    return BadInput(
        f"This is not the line of {'an' if what == 'answer' else 'a'} {what}.",
        why="A part of it is missing, or it is something else.",
        remedy="Copy the whole line again.",
    )
