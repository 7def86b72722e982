# SPDX-License-Identifier: Apache-2.0
"""Signatures, closings, list footers and other endings that are not what the author had to say.

A rule of underscores by itself ends nothing: decisions stand below such rules. Only a rule with a
list's or a provider's own lines below it is a footer, and only those lines.
"""

from __future__ import annotations

import re
from functools import lru_cache

from countersign.sources.marks import BLANK, OUTSIDE, OWN, Lines

_DELIMITER = re.compile(r"(?:- )?--\s?$|-- ?\s*$")
_RULE = re.compile(r"(?:_{10,}|-{10,}|={10,}|\*{10,}|~{6,}|#{10,}|--~--~-+~--~----~)[\s_=*~-]*$")
_FOOTER = (
    *("mailing list", "mailing-list", "mailman", "listinfo", "unsubscribe", "google groups"),
    *("yahoo!", "hotmail", "msn", "free email", "sponsored by", "sourceforge", "sf.net"),
    *("virus", "scanned", "confidential", "disclaimer", "lists.", "邮件列表", "退订"),
)
_DEVICE = re.compile(
    r"\s*(?:sent (?:from|via|by|using) (?:my|the|a|mail|outlook|yahoo|proton|gmail|blackberry)\b.{0,60}"
    r"|get outlook for \S+.{0,40}|来自我的.{1,30}|发自我?的?\s?\S{1,30}|從我的.{1,30}傳送"
    r"|von meinem .{1,30} gesendet|envoy\S de mon .{1,30}|sent from .{1,25})\s*$",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"\W{0,4}(?:this (?:e-?mail|message|communication|transmission)\b.{0,120}\b(?:confidential|intended"
    r"|privileged)|the information (?:contained )?in this (?:e-?mail|message)|confidentiality notice"
    r"|disclaimer\s*:|important notice\s*:|you received this message because you are subscribed"
    r"|to unsubscribe\b|本邮件.{0,30}(?:保密|机密)|此邮件.{0,30}(?:保密|机密)|no virus found)",
    re.IGNORECASE,
)
_NOTICE_START = re.compile(
    r"\W{0,4}(?:this |the info|confid|discl|import|you rec|to unsub|本邮|此邮|no virus)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\s*(?:(?:many |with |best |kind |kindest |warm |warmest |my )*(?:thanks|thank you|thanx|thx|tia"
    r"|regards|wishes|cheers|greetings|salutations)(?: in advance| again| a ?lot| very much| so much"
    r"| for (?:any|your|the) help)?|best|ciao|bye|hth|(?:i )?hope (?:this|that|it) helps|yours(?: truly| sincerely| faithfully)?|sincerely"
    r"(?: yours)?|respectfully|mit freundlichen gr\S+|gr\S+e|gru\S+|cordialement|saludos|later|peace"
    r"|enjoy|take care|love|此致|敬礼|祝好|祝顺利|祝商祺|顺祝商祺|谢谢|多谢|以上)[\s,.!;:~，。！-]*(?:[:;]\s?-?\s?[)D])?\s*$",
    re.IGNORECASE,
)
_CLOSING_WORD = re.compile(
    r"^\s*(?:(?:best|kind|warm) )?(?:regards|wishes|thanks|cheers|greetings|谢谢)\b[\s,.!-]*",
    re.IGNORECASE,
)
_SENTENCE_ENDS = frozenset(".!?:;。！？：；")
# Two lines or more of nothing but ways to reach somebody are a signature without its mark.
_CONTACT = re.compile(
    r"https?://|www\.|@[\w-]+\.|\(at\)|\bat [\w-]+\.\w{2,4}\b|\+?\d[\d\s()./-]{7,}\d|^\W*$",
    re.IGNORECASE,
)
_CONTACT_SIGN = re.compile(r"[@(/.\d]")
_NO_WORD = re.compile(r"\W*$")
_WORDS = re.compile(r"[^\W\d_]+")
_MAX_SIGNATURE = 12  # lines below a `--` whose blank was lost; more than that is text under a rule


def put_signatures_outside(lines: Lines, text: str, name: str) -> None:
    """Mark signatures, closings, footers, device lines and PGP armor as outside."""
    if "-" in lines.first and "-----BEGIN PGP" in text:
        _put_armor_outside(lines)
    for i in lines.own_rules():
        _put_block_outside(lines, i, lines.text[i])
    _put_tail_outside(lines, name)


def _put_block_outside(lines: Lines, i: int, line: str) -> None:
    """Leave out the signature or footer that line `i` begins, if it does."""
    if len(line) > 200:
        return
    if _DELIMITER.match(line):
        end = lines.next_quoted(i)
        said = lines.mark.count(OWN, i + 1, end)
        if line.startswith("-- ") or said <= _MAX_SIGNATURE:
            lines.put_outside(i, end)
    elif _RULE.match(line):
        below = lines.next_said(i)
        end = lines.paragraph_end(below, reach=8)
        named = " ".join(lines.text[below:end]).lower()
        if any(word in named for word in _FOOTER):
            lines.put_outside(i, end)


def _put_armor_outside(lines: Lines) -> None:
    i = 0
    while i < len(lines.text):
        line = lines.text[i]
        if line.startswith("-----BEGIN PGP SIGNED"):
            end = i + 1
            while end < len(lines.text) and lines.mark[end] == OWN:
                end += 1
            lines.put_outside(i, end)
        elif line.startswith("-----BEGIN PGP"):
            end = i + 1
            while end < len(lines.text) and not lines.text[end].startswith("-----END PGP"):
                end += 1
            lines.put_outside(i, min(end + 1, len(lines.text)))
            i = end
        i += 1


def _put_tail_outside(lines: Lines, name: str) -> None:
    """Walk up from the end of the last own run and leave out what only closes the mail."""
    last = _last_own(lines, len(lines.mark))
    while last >= 0 and (start := _closing_start(lines, last, name)) >= 0:
        for k in range(start, last + 1):
            if lines.mark[k] == OWN:
                lines.mark[k] = OUTSIDE
        last = _last_own(lines, start)


def _last_own(lines: Lines, end: int) -> int:
    return lines.mark.rfind(OWN, 0, end)


def _closing_start(lines: Lines, last: int, name: str) -> int:
    """Return the first line of a closing that ends at line `last`, or -1."""
    line = lines.text[last]
    if len(line) <= 90 and _DEVICE.match(line):
        return last
    if len(line) <= 60:
        if _signs(line, name) or _closes(line):
            return last
        if not _ends_sentence(line) and (start := _signed_above(lines, last, name)) >= 0:
            return start
    start = last
    while start > 0 and lines.mark[start - 1] == OWN:
        start -= 1
    if start < last <= start + 5 and all(map(_only_contact, lines.text[start : last + 1])):
        return start
    if not _NOTICE_START.match(lines.text[start]):
        return -1
    return start if _NOTICE.match(" ".join(lines.text[start : last + 1])[:2000]) else -1


def _signed_above(lines: Lines, last: int, name: str) -> int:
    """Return the closing or name line right above a title or firm in line `last`, or -1.

    "Best regards, / Ann Lee / Example Ltd" is one closing, a blank line in it or not.
    """
    for k in range(last - 1, max(-1, last - 5), -1):
        line = lines.text[k]
        if lines.mark[k] == BLANK:
            continue
        if lines.mark[k] != OWN or len(line) > 60 or _ends_sentence(line):
            break
        if _closes(line) or _signs(line, name):
            return k
    return -1


def _ends_sentence(line: str) -> bool:
    return line.rstrip()[-1:] in _SENTENCE_ENDS or len(line.split()) > 6


def _only_contact(line: str) -> bool:
    if len(line) > 200:
        return False
    if not _CONTACT_SIGN.search(line.rstrip(" .")):  # prose: most lines, told at little cost
        return _NO_WORD.match(line) is not None
    return _CONTACT.search(line) is not None


def _closes(line: str) -> bool:
    return len(line) <= 45 and _CLOSING.match(line) is not None


def _signs(line: str, name: str) -> bool:
    """Tell whether a line only signs with the author's name, a part of it, or their initials."""
    if len(line) > 50:
        return False
    if found := _CLOSING_WORD.match(line):  # "Regards, Ann Lee" in one line
        line = line[found.end() :]
    words = [w.lower() for w in _WORDS.findall(line)]
    if not words or len(words) > 4:
        return False
    parts, initials = _name_parts(name)
    return bool(parts) and all(
        w in parts or (initials.startswith(w) and (len(w) > 1 or len(words) == 1)) for w in words
    )


@lru_cache(maxsize=1024)
def _name_parts(name: str) -> tuple[frozenset[str], str]:
    parts = [w.lower() for w in _WORDS.findall(name)]
    return frozenset(parts), "".join(w[0] for w in parts)
