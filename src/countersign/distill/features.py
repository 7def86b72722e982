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
from functools import lru_cache
from itertools import pairwise

from countersign.distill.cues import has_chinese
from countersign.distill.spotting import find_cues

SIZE = 1 << 15
_FEW, _MANY = 1 << 10, 1 << 17  # sentences and words remembered
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
    yield from cue_features(find_cues(words))
    yield from shape_features(words, before, after, place)


def cue_features(cues: frozenset[str]) -> Iterator[str]:
    """Yield the features of the cues that a sentence shows: each, and each pair."""
    yield "bias"
    ordered = sorted(cues)
    for i, cue in enumerate(ordered):
        yield f"c:{cue}"
        for other in ordered[i + 1 :]:
            yield f"c:{cue}&{other}"


def shape_features(
    words: str, before: str | None, after: str | None, place: Sequence[str]
) -> list[str]:
    """Return the features of a sentence's word shapes, place and neighbours; may hold doubles."""
    found = _shapes(words)
    if has_chinese(words):
        found += _signs(words)
    found += [f"p:{signal}" for signal in place]
    found += [f"b:{cue}" for cue in _side(before)]
    found += [f"a:{cue}" for cue in _side(after)]
    return found


def slots(found: Iterator[str]) -> list[tuple[int, int]]:
    """Return (slot, sign) of each distinct feature, in order."""
    hashed = (zlib.crc32(f.encode()) for f in dict.fromkeys(found))
    return [(h % SIZE, 1 if h & 0x80000000 else -1) for h in hashed]


@lru_cache(maxsize=_FEW)
def _side(words: str | None) -> tuple[str, ...]:
    if words is None:
        return ("edge",)
    first = _TOKEN.findall(words[:60])[:2]
    shape = "w:" + " ".join(_mask(t) for t in first)
    return (shape, "question") if words.endswith(("?", "\uff1f")) else (shape,)


@lru_cache(maxsize=_MANY)
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


def _shapes(words: str) -> list[str]:
    masked: list[str] = ["^"]
    found: list[str] = []
    for chunk in words.split(" "):
        masks, written = _of_chunk(chunk)
        masked += masks
        found += written
    found.append(f"n:{min((len(masked) - 1) // 4, 12)}")
    masked.append("$")
    found += [f"m:{one} {next_one}" for one, next_one in pairwise(masked)]
    return found


@lru_cache(maxsize=_MANY)
def _of_chunk(chunk: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the masks of the tokens in what stands between two spaces, and plain words' features."""
    tokens = _TOKEN.findall(chunk)
    plain = tuple(f"u:{t}" for t in tokens if 2 < len(t) < 16 and t.islower())
    return tuple(_mask(t) for t in tokens), plain


def _signs(words: str) -> list[str]:
    found = []
    for piece in _HAN.findall(words):
        for n in (1, 2, 3):
            found += [f"z:{piece[i : i + n]}" for i in range(len(piece) - n + 1)]
    found.append(f"zn:{min(len(words) // 8, 10)}")
    return found
