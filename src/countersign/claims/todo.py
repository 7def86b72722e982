# SPDX-License-Identifier: Apache-2.0
"""A round of review as a list to edit, in the manner of `git rebase -i`, and as JSON.

    accept cabc…   The text as it stands.
    edit cabc…     Your own wording.
    hold pitfall cabc…
    reject cabc…
    skip cabc…     Decide later. This is how every line starts: nothing is accepted unless you say so.

Lines that begin with # are comments. Reading the list back is strict: an unknown word, id or class
refuses the whole list, and nothing is applied.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from countersign.claims.decision import LONE, Decision, Held, Verdict
from countersign.claims.flags import find_flags
from countersign.claims.view import ClaimView
from countersign.errors import BadInput
from countersign.ids import ClaimId

_SHORT = {"a": "accept", "e": "edit", "h": "hold", "r": "reject", "s": "skip"}
_ENTRY = 'Each is {"claim": id, "decision": "accept|edit|hold|reject", "text"?, "class"?}.'
_ON_PURPOSE = {"accept-flagged": "accept", "edit-flagged": "edit"}
_HEAD_EN = """\
# Round of {n} claims, about {minutes} minutes. Change the first word of a line; nothing is accepted
# unless you say so.   接受 accept · 修改 edit · 保留给自己 hold · 拒绝 reject · 以后再说 skip
#   accept ID            use the text as it stands        a
#   edit ID new text     use your wording instead         e
#   hold CLASS ID        keep it to yourself              h   classes: {classes}
#   reject ID            it is wrong, or not yours        r
#   skip ID              decide later                     s
#   accept-flagged ID, edit-flagged ID text    take it although it holds a link, a command or the like
# Lines with # are ignored. Save and close to go on; delete everything to stop.
"""


def write_todo(claims: Sequence[ClaimView]) -> str:
    """Return the round as text: one line a claim, its evidence in comments beneath."""
    head = _HEAD_EN.format(
        n=len(claims), minutes=max(1, round(len(claims) * 0.4)), classes=", ".join(Held)
    )
    return head + "".join(f"\n{_entry(view)}" for view in claims)


def _entry(view: ClaimView) -> str:
    lines = [f"skip {view.id} {one_line(view.text)}"]
    lines.append(f"#   {view.kind} · {one_line(view.topic)} · said {view.support}×")
    if view.flags:
        lines.append(
            f"#   FLAGGED: {', '.join(view.flags)}. Read it twice; accept-flagged takes it."
        )
    for quote in view.citations:
        date = quote.at.date().isoformat() if quote.at else "undated"
        lines.append(
            f"#   “{one_line(quote.quote)}” — {date}, {one_line(quote.title) or quote.source}"
        )
    return "\n".join(lines) + "\n"


def one_line(text: str) -> str:
    """Return `text` on one line, so that a quote cannot pose as a line of the list."""
    return re.sub(r"\s+", " ", text).strip()


def read_todo(text: str, claims: Mapping[ClaimId, ClaimView]) -> tuple[Decision, ...]:
    """Read an edited list, or a JSON array of decisions; raises `BadInput` naming the line."""
    text = text.removeprefix("\ufeff")  # some editors put a mark before what they save
    rows = _from_json(text) if text.lstrip().startswith("[") else _from_lines(text)
    found: dict[ClaimId, Decision] = {}
    for where, verb, id, wording, held in rows:
        decision = _decision(where, verb, id, one_line(wording), held, claims)
        if decision and decision.claim in found:
            raise _bad(where, "This claim is decided above already.", "Keep one of the two.")
        if decision:
            found[decision.claim] = decision
    return tuple(found.values())


_Row = tuple[str, str, str, str, str]  # where it stands, verb, claim, wording, class


def _from_lines(text: str) -> Iterator[_Row]:
    for number, line in enumerate(text.splitlines(), 1):
        first, rest = _take_word(line)
        if not first or first.startswith("#"):
            continue
        verb = _SHORT.get(first.lower(), first.lower())
        held, rest = _take_word(rest) if verb == "hold" else ("", rest)
        id, wording = _take_word(rest)
        yield f"line {number}", verb, id, wording, held


def _take_word(text: str) -> tuple[str, str]:
    first, *rest = text.split(None, 1) or [""]
    return first, "".join(rest)


def _from_json(text: str) -> Iterator[_Row]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as e:
        raise _bad("the file", "It is not JSON.", _ENTRY) from e
    for number, value in enumerate(values, 1):
        given = {k: v for k, v in value.items() if v is not None} if type(value) is dict else {}
        known = given.keys() <= {"claim", "decision", "text", "class"}
        if not known or not all(type(v) is str for v in given.values()):
            raise _bad(f"entry {number}", "It is not a decision.", _ENTRY)
        verb, id, wording, held = (given.get(k, "") for k in ("decision", "claim", "text", "class"))
        yield f"entry {number}", verb, id, wording, held


def _decision(
    where: str,
    verb: str,
    id: str,
    wording: str,
    held: str,
    claims: Mapping[ClaimId, ClaimView],
) -> Decision | None:
    if verb not in (*Verdict, "skip", *_ON_PURPOSE):
        raise _bad(where, "It says no decision.", "Use accept, edit, hold, reject, skip.")
    view = claims.get(ClaimId(id))
    if view is None:
        raise _bad(where, "No claim of this vault has that id.", "Keep the ids as they were shown.")
    if held and verb != "hold":
        raise _bad(where, "Only hold has a class.", "Use hold, or leave the class out.")
    if verb == "skip":
        return None
    if verb == "hold":
        if held not in list(Held):
            raise _bad(where, "hold needs a class.", "Classes: " + ", ".join(Held) + ".")
        return Decision(view.id, Verdict.HOLD, held=Held(held))
    if verb == "reject":
        return Decision(view.id, Verdict.REJECT)
    return _approved(where, verb, view, wording)


def _approved(where: str, verb: str, view: ClaimView, wording: str) -> Decision:
    """Accept or edit; what the final wording itself is flagged for needs its own word (rule 6)."""
    same = one_line(view.text)
    act = _ON_PURPOSE.get(verb, verb)
    if act == "edit" and not wording:
        raise _bad(where, "edit needs your wording after the id.", "Write it on the same line.")
    if act == "accept" and wording and wording != same:
        raise _bad(
            where, "The text was changed but the word is accept.", "Use edit for own wording."
        )
    final = wording or same
    if LONE.search(final):
        raise _bad(where, "Its wording holds half a character.", "Reword it with edit.")
    flags = find_flags(final)
    if flags and verb not in _ON_PURPOSE:
        why = f"Its wording is flagged ({', '.join(flags)})."
        raise _bad(where, why, f"Reword it with edit, or use {act}-flagged to take it as it is.")
    verdict = Verdict.EDIT if final != same else Verdict.ACCEPT
    return Decision(view.id, verdict, text=final, flags=flags)


def _bad(where: str, why: str, remedy: str) -> BadInput:
    return BadInput(
        f"The review cannot be read at {where}; nothing was applied.", why=why, remedy=remedy
    )
