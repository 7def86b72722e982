# SPDX-License-Identifier: Apache-2.0
"""What the linear model sees of a sentence: cues, the shape of its words, and its place.

Content words are masked by their shape (`-ing`, `-ed`, `Name`, `id`, `9`), so that the model
learns how advice is phrased and not what one team happens to talk about. Features are hashed with
CRC-32 (equal on every machine and run) into `SIZE` slots; no word can be read back from a slot.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence

from countersign.distill.cues import find_cues, has_chinese

SIZE = 1 << 15
_TOKEN = re.compile(r"[A-Za-z_][\w.]*\w(?:'[a-z]+)?(?:\(\))?|[A-Za-z]|\d[\d.,]*|[?!:;,()\"-]")
_HAN = re.compile("[\u3400-\u9fff\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f]+")
_KEPT = frozenset(
    (
        "a about above actually after again all also although always am an and another any anybody anyone anything are aren't "
        "as at avoid away back bad be because been before being believe below best better between both but by can can't cannot "
        "careful come consider could couldn't current currently depends did didn't different do does doesn't doing don't done "
        "each easier easy either else enough ensure even ever every everything except expect explicit few find first fix for "
        "from generally get give go going good got guess had has have haven't he help her here hi him his hope how however i "
        "i'd i'll i'm i've if important in instead into is isn't it it's its just keep know last least less let let's like "
        "likely look make makes many may maybe me mean means might mine more most much must my need needs neither never new "
        "next no nobody nor not note nothing now of off ok old on once one only or order other otherwise our out over own "
        "part perhaps please point possible prefer probably problem put question quite rather reason recommend really "
        "remember require required requires right rule same say see seem seems set she should shouldn't simple simply since "
        "so some somebody someone something sometimes soon sorry still stop such suggest supposed sure take tell than thank "
        "thanks that that's the their them then there there's therefore these they they're thing things think this those "
        "though through time to today together too try two under unless unlike until up us use used useful using usually "
        "very via wait want wants was wasn't way we we'd we'll we're we've well were what whatever when whenever where "
        "whether which while who whoever whole why will with within without won't work works worse worth would wouldn't "
        "write wrong yes yesterday yet you you'd you'll you're you've your yourself"
    ).split()
)


def features(
    words: str, before: str | None = None, after: str | None = None, place: Sequence[str] = ()
) -> Iterator[str]:
    """Yield the features of the unwrapped sentence `words` between its neighbours."""
    cues = sorted(find_cues(words))
    yield "bias"
    for i, cue in enumerate(cues):
        yield f"c:{cue}"
        for other in cues[i + 1 :]:
            yield f"c:{cue}&{other}"
    yield from _shapes(words)
    if has_chinese(words):
        yield from _signs(words)
    for signal in place:
        yield f"p:{signal}"
    yield from (f"b:{cue}" for cue in _side(before))
    yield from (f"a:{cue}" for cue in _side(after))


def slots(found: Iterator[str]) -> list[tuple[int, int]]:
    """Return (slot, sign) of each distinct feature, in order."""
    hashed = (zlib.crc32(f.encode()) for f in dict.fromkeys(found))
    return [(h % SIZE, 1 if h & 0x80000000 else -1) for h in hashed]


def _side(words: str | None) -> Iterator[str]:
    if words is None:
        yield "edge"
        return
    first = _TOKEN.findall(words[:60])[:2]
    yield "w:" + " ".join(_mask(t) for t in first)
    if words.endswith(("?", "\uff1f")):
        yield "question"


def _mask(token: str) -> str:
    low = token.lower()
    if low in _KEPT or not (token[0].isalpha() or token[0] == "_"):
        return "9" if token[0].isdigit() else low
    if "_" in token or "." in token or "(" in token or re.search("[a-z][A-Z]", token):
        return "id"
    if token.isupper() and len(token) > 1:
        return "ABC"
    for end in ("ing", "ed", "ly", "tion", "s"):
        if low.endswith(end) and len(low) > len(end) + 2:
            return "-" + end
    return "w"


def _shapes(words: str) -> Iterator[str]:
    tokens = _TOKEN.findall(words)
    masked = ["^", *(_mask(t) for t in tokens), "$"]
    for token in tokens:
        if token.islower() and 2 < len(token) < 16:
            yield f"u:{token}"
    for i in range(len(masked) - 1):
        yield f"m:{masked[i]} {masked[i + 1]}"
    yield f"n:{min(len(tokens) // 4, 12)}"


def _signs(words: str) -> Iterator[str]:
    for piece in _HAN.findall(words):
        for n in (1, 2, 3):
            for i in range(len(piece) - n + 1):
                yield f"z:{piece[i : i + n]}"
    yield f"zn:{min(len(words) // 8, 10)}"
