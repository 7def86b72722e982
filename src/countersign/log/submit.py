# SPDX-License-Identifier: Apache-2.0
"""Ask witnesses to cosign a checkpoint, and put what they signed into the log's folder.

The network is passed in as a `Post`; `post_over_http` is the real one. Nothing a witness says is
believed but a signature that verifies under the key that the policy gives for it. One witness that
fails does not keep the others from being asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO, Final, TypeAlias
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from countersign.errors import BadInput, NotVerified, Unavailable
from countersign.log.checkpoint import Checkpoint
from countersign.log.note import Note, Signature, VerifierKey
from countersign.log.policy import Policy, PolicyWitness
from countersign.log.reading import consistency_in, read_checkpoint
from countersign.log.render import replace_checkpoint
from countersign.log.witness import MAX_BODY, SIZE, Reply, request

Post: TypeAlias = Callable[[str, bytes], Reply]
"""POSTs bytes to a URL and returns the reply, whatever its status; raises `Unavailable`."""

SECONDS: Final = 10.0
TRIES: Final = 3
_TOLD = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking one witness; `detail` says why where it did not cosign."""

    name: str
    url: str
    cosigned: bool
    detail: str


def gather(folder: Path, policy: Policy, *, post: Post) -> list[Asked]:
    """Ask every witness of `policy` that has a URL to cosign the folder's checkpoint.

    What they signed is verified and then written into the folder in one step; a kill before that
    leaves the folder as it was, and asking again gives the same. Witnesses that have cosigned this
    checkpoint already are not asked again. Raises `NotFound` or `NotVerified` for a folder that
    cannot be read, `Unavailable` if it cannot be written.
    """
    checkpoint, data = read_checkpoint(folder)
    note, asked = Note.of(data), list[Asked]()
    for witness in policy.witnesses:
        if cosigned_by(note, witness.key):
            asked.append(Asked(witness.name, witness.url, True, "had cosigned already"))
            continue
        try:
            line = ask(folder, checkpoint, note, witness, post=post)
        except (NotVerified, Unavailable, BadInput) as e:
            why = " ".join(part for part in (e.what, e.why) if part)
            asked.append(Asked(witness.name, witness.url, False, why))
            continue
        note = with_lines(note, [line])
        asked.append(Asked(witness.name, witness.url, True, "cosigned"))
    if note.to_bytes() != data and not replace_checkpoint(folder, data, note.to_bytes()):
        why = "The log has grown meanwhile; ask again."
        return [Asked(a.name, a.url, False, why) if a.cosigned else a for a in asked]
    return asked


def ask(
    folder: Path, checkpoint: Checkpoint, note: Note, witness: PolicyWitness, *, post: Post
) -> Signature:
    """Return a witness's verified cosignature line on a checkpoint.

    Asks first as for a log that the witness has never seen; told another size, it proves the growth
    from there. Raises `BadInput` without a usable URL, `NotVerified` if the witness refuses or
    signs wrongly, `Unavailable` if it cannot be reached.
    """
    url, old = _address(witness), 0
    for _ in range(TRIES):  # another submitter may move the witness on in between
        proof = consistency_in(folder, old, checkpoint.size)
        reply = post(url, request(old, proof, note.to_bytes()))
        if reply.status == 200:
            return _verified(note, witness.key, reply.body)
        told = _told(reply)
        if told is None or told == old:
            raise _refused(reply)
        if told > checkpoint.size:
            raise NotVerified(
                "The witness has seen a larger log than this one.",
                why=f"It cosigned {told} leaves; this checkpoint has {checkpoint.size}.",
                remedy="If the hub was restored from a backup, tell those who rely on its log.",
            )
        old = told
    raise Unavailable("The witness was kept busy by others.", remedy="Ask again.")


def cosigned_by(note: Note, key: VerifierKey) -> bool:
    """Tell whether a note bears a valid signature by `key`."""
    try:
        note.verify([key])
    except NotVerified:
        return False
    return True


def with_lines(note: Note, lines: Sequence[Signature]) -> Note:
    """Return a note with these lines after its own, in place of older ones by the same keys."""
    new = {(line.name, line.keyid) for line in lines}
    kept = tuple(s for s in note.signatures if (s.name, s.keyid) not in new)
    return Note(note.text, (*kept, *lines))


def post_over_http(url: str, body: bytes, *, seconds: float = SECONDS) -> Reply:
    """POST over http or https, following no redirect; raises `Unavailable` if nobody answers."""
    asked = Request(url, data=body, method="POST", headers={"Content-Type": "text/plain"})  # noqa: S310 -- _address
    try:
        with _OPENER.open(asked, timeout=seconds) as answer:
            return Reply(answer.status, _bounded(answer), answer.headers.get("Content-Type", ""))
    except HTTPError as e:
        with e:
            return Reply(e.code, _bounded(e), e.headers.get("Content-Type", ""))
    except (OSError, HTTPException, ValueError) as e:
        raise Unavailable(
            "The witness cannot be reached.",
            why=str(getattr(e, "reason", "")) or type(e).__name__,
            remedy="Check its URL in the policy, or ask whoever runs it; then run the same again.",
        ) from e


class _NoRedirect(HTTPRedirectHandler):
    """A witness answers where its policy says; a redirected POST would become a GET anyway."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Follow nothing: the 3xx becomes the answer."""
        return


_OPENER = build_opener(_NoRedirect)


def _bounded(answer: IO[bytes]) -> bytes:
    return answer.read(MAX_BODY)


def _address(witness: PolicyWitness) -> str:
    parts = urlsplit(witness.url)
    # urllib would also open file: and ftp:
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise BadInput(
            "The policy gives no address for this witness.",
            why="It should be an http or https URL after its key.",
            remedy="Add the URL that the witness prints at its start.",
        )
    return f"{witness.url.rstrip('/')}/add-checkpoint"


def _told(reply: Reply) -> int | None:
    """Return the size that a 409 tells; None for every other answer."""
    told = _TOLD.fullmatch(reply.body)
    return int(told[1]) if reply.status == 409 and reply.kind == SIZE and told else None


def _verified(note: Note, key: VerifierKey, body: bytes) -> Signature:
    """Return the line by `key` from an answer; lines by keys nobody asked for are left out."""
    try:
        answer = Note.of(f"{note.text}\n".encode() + body)
        answer.verify([key])
    except NotVerified as e:
        raise NotVerified(
            "The witness's answer bears no signature of its key on this checkpoint.",
            why=e.why,
            remedy="Compare its key in the policy with the one it prints at its start.",
        ) from e
    lines = [s for s in answer.signatures if (s.name, s.keyid) == (key.name, key.keyid)]
    return lines[0]


def _refused(reply: Reply) -> NotVerified:
    why = {
        400: "It could not read the request.",
        403: "It does not trust the key that signed this checkpoint.",
        404: "It does not watch this log.",
        409: "It has cosigned another checkpoint of this size: the log was forked.",
        422: "This log did not grow from what it has cosigned: the log was forked.",
    }.get(reply.status, f"It answered {reply.status}.")
    return NotVerified("The witness refused.", why=why)
