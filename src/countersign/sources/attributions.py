# SPDX-License-Identifier: Apache-2.0
"""The lines that say who is quoted: "On Monday, Ann wrote:", "在 2024年5月1日，安 写道：".

A line of that kind is never the author's own claim. Languages are told by their verbs; a line
whose verb was lost to a broken charset is told by what stands in it: an address, a date, a name.
"""

from __future__ import annotations

import re

from countersign.sources.marks import OWN

_VERBS = frozenset(
    "wrote writes write written said says saying sez typed spoke spake scribbled responded replied"
    " asked commented opined schrieb schrieben crit écrit scritto scrisse escreveu schreef skrev"
    " kirjoitti írta rta napsal".split()
)
_VERB_STEMS = ("escribi", "napisa", "?crit", "\ufffdcrit", "napsal")
_CHINESE_VERBS = ("写道", "写到", "写了", "寫道", "說道", "说道", "来信说", "さんは書きました")
_ROUND_ABOUT = ("wrote in ", "wrote the following", "said the following", "wrote on ", "wrote at ")
# No attribution is longer; the searches below must not be fed a line of a megabyte.
_LONGEST = 400
_AFTER_VERB = " \t\r\xa0:：.,…;*_-"
# A line that holds nothing but an address and the verb continues the line above it.
_ONLY_VERB = re.compile(
    r"\s*(?:<[^<>]{3,90}>|[\w.+-]+@[\w.-]+|[\w.+-]+ at [\w.-]+\.\w+|\[[^\]]{3,90}\])?[>)\s]*"
    r"(?:a |ha )?\S+[ \t]*[:：.…]*[ \t]*$"
)
_BEGINS = re.compile(
    r"\W{0,3}(?:on|at|in|le|am|el|il|em|op|den|dnia|w dniu|as of|quoting|selon|zitat|citando|thus spake"
    r"|around|by|from|al|d\S{0,3}a|på|vào|mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday"
    r"|friday|saturday|sunday|also sprach|once upon|somebody|someone|previously|yesterday|earlier"
    r"|hello|hi|in article|in message|\d{1,4}[-/.年]\d|在|于|於)(?=\W|\d|[一-龥]|$)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|\b[\w.+-]+ at [\w-]+(?:\.[\w-]+)+|<[^<>\s]+>")
_DATED = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}:\d\d|\d{1,2}h\d\d|(?:19|20)\d\d|\d{1,2}月\d{1,2}日"
)
_QUOTING = re.compile(
    r"\W{0,3}(?:quoting|selon|zitat von|citando|in reply to|according to|from)\b.{2,90}$", re.I
)
_NAMES = re.compile(r"(?:[A-Z?][\w.'?-]*,?\s+){0,3}[A-Z?][\w.'?-]*(?:\s+[?a-z]{1,9})?\s*:\s*$")
_NAME_SAID = re.compile(r"\W{0,3}(?:[A-Z?][\w.'?-]*,?\s+){1,4}\S+$")
_STRONG = re.compile(r"在.{4,160}(?:写道|写到|寫道)\s*[:：]|于.{4,160}(?:写道|写到|寫道)\s*[:：]")
_INSIDE = re.compile(
    r"[^:>]{0,80}(?:@[\w.-]+|\S at [\w-]+\.\w[\w.-]*)[^:]{0,40}\bwrote:[ \t]+[^\s>]"
)
_NAME_WROTE = re.compile(
    r"\W{0,3}[A-Z一-龥].{0,50}?(?:wrote|writes|schrieb|a \Scrit|ha scritto|escribi\S|写道|寫道)\s*[:：]\s*$"
)


def says(line: str) -> bool:
    """Tell whether a line ends in a verb of saying (a colon or the like may follow)."""
    said = line.rstrip(_AFTER_VERB)
    if said.endswith(")"):
        said = said[: said.rfind("(")].rstrip()
    word = said[said.rfind(" ") + 1 :].lower()
    if word in _VERBS or word.startswith(_VERB_STEMS):
        return True
    if said.endswith(_CHINESE_VERBS):
        return True
    return ("wrote " in said or "said " in said) and any(verb in said for verb in _ROUND_ABOUT)


def attribution_start(text: list[str], last: int, mark: bytearray) -> int:
    """Return the first line of the attribution that ends at line `last`, or -1 if there is none.

    The line stands right above lines with a quoting sign, so even weak signs count.
    """
    line = text[last].rstrip()
    if len(line) > _LONGEST:
        return -1
    if says(line):
        start = _begin(text, last, mark)
        told = not line.endswith(".") or _tells_who(" ".join(text[start : last + 1]))
        return start if told else -1
    if line[-1:] in (":", "：") and (_ADDRESS.search(line) or _DATED.search(line)):
        return _begin(text, last, mark)
    if len(line) < 100 and (_QUOTING.match(line) or _NAMES.match(line)):
        return last
    return -1


def _tells_who(whole: str) -> bool:
    """Tell an attribution that ends in a full stop from a sentence that ends so: "... we write."."""
    tells = _BEGINS.match(whole) or _DATED.search(whole) or _ADDRESS.search(whole)
    return tells is not None or whole.endswith("..") or _NAME_SAID.match(whole) is not None


def copies_below(text: list[str], last: int, mark: bytearray) -> int:
    """Return the first line of an attribution that is plain enough to announce an unsigned copy.

    It must end in a verb of saying and hold both a date and an address or a beginning like "On",
    or be one of the Chinese forms; else -1.
    """
    if len(text[last]) > _LONGEST:
        return -1
    if not says(text[last]):
        quoting = _QUOTING.match(text[last]) and _ADDRESS.search(text[last])
        return last if quoting else -1
    start = _begin(text, last, mark)
    whole = " ".join(text[start : last + 1])[-2 * _LONGEST :]
    if _STRONG.search(whole):
        return start
    dated = bool(_DATED.search(whole))
    named = bool(_ADDRESS.search(whole))
    return start if (dated and (named or _BEGINS.match(whole))) or named else -1


def names_quoted(line: str) -> bool:
    """Tell whether a line is a short "Name wrote:", which announces the text below it."""
    return len(line) <= 70 and _NAME_WROTE.match(line) is not None


def copies_inside(line: str) -> bool:
    """Tell whether a copied text begins in the same line as its attribution with an address."""
    return _INSIDE.match(line) is not None


def _begin(text: list[str], last: int, mark: bytearray) -> int:
    """Return where an attribution that ends at `last` begins, at most three lines above."""
    for back in range(4):
        k = last - back
        if k < 0 or mark[k] != OWN:
            break
        if _BEGINS.match(text[k]):
            whole = " ".join(text[k : last + 1])
            if len(whole) <= 300 and (back == 0 or _DATED.search(whole) or _ADDRESS.search(whole)):
                return k
    above = last - 1
    if above >= 0 and mark[above] == OWN and _ONLY_VERB.match(text[last]):
        return above
    return last
