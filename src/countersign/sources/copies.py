# SPDX-License-Identifier: Apache-2.0
"""Copies of whole mails inside a mail, as Outlook, Foxmail, QQ and forwards make them.

Such a copy begins with a rule or a block of header lines and often bears no quoting signs at all.
The words in it are another's; where its end cannot be told, everything below is left outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from countersign.sources.attributions import copies_inside
from countersign.sources.marks import BLANK, OWN, QUOTED, Lines

_NEXT_PART = re.compile(r"-{6,} next part -{6,}\s*$")
_COPY = re.compile(
    r"[ \t*]*(?:-{2,}|_{2,}|={2,})[ \t]*(?:original message|original mail|original e-?mail"
    r"|forwarded message|forwarded by|forwarded mail|forwarded from|message from|reply message"
    r"|replied message|urspr\S*ngl\S*|weitergeleitete nachricht|message d.origine"
    r"|message transf\S+|mensaje original|mensaje reenviado|messaggio original|mensagem original"
    r"|oorspronkelijk bericht|originalmeddelande|原始邮件|原邮件|原始信件|原始郵件|原始訊息|邮件原件"
    r"|转发邮件|转发的邮件|轉寄郵件|转发信息|轉寄|转发|回复的原邮件|回复的邮件)",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"[ \t*]*(?:begin forwarded message|anfang der weitergeleiteten \S+|d.but du message \S+"
    r"|下面是(?:被)?转发的邮件|以下是转发的邮件|转发的?邮件信息)\s*[:：]?\s*$",
    re.IGNORECASE,
)
_BARE_RULE = re.compile(r"[-_=*]{5,}\s*$")
_COPY_END = re.compile(
    r"[ \t*]*-{2,}[ \t]*(?:end (?:of )?(?:forwarded|original)|ende der|fin du message)", re.I
)
_HEADER = re.compile(
    r"[ \t*|]*(?:(?P<sender>from|von|de|da|van|fr\Sn|fra|发件人|發件人|寄件人|寄件者|差出人)"
    r"|(?P<other>sent|date|to|cc|subject|gesendet|datum|an|betreff|envoy\S(?: le)?|objet|\S|para"
    r"|asunto|assunto|enviado(?: el| em)?|oggetto|data|inviato|skickat|till|\Smne|verzonden|aan|onderwerp"
    r"|发送时间|发送日期|發送時間|时间|日期|寄件日期|收件人|收件者|抄送|副本|主题|主旨|宛先|件名|送信日時"
    r"|reply-to|organization|message-id|newsgroups|x-mailer|user-agent|mime-version|importance|priority"
    r"|content-type|delivered-to|received|in-reply-to|references|sender|list-id|attachments?))"
    r"[ \t*]*[:：]",
    re.IGNORECASE,
)
# A block in a language that is not known here: fields, one of which is a subject that answers.
_FIELD = re.compile(r"[ \t*]*[^\s:：]{1,14}(?: [^\s:：]{1,6})?[ \t*]*[:：][ \t]")
_ANSWERING = re.compile(
    r"[^:：]{1,24}[:：]\s*(?:re|aw|sv|antw|fwd?|wg|回复|答复|转发)\s*[:：]", re.IGNORECASE
)
_FORWARD_STARTS = re.compile(r"[ BbAaDd下以转]")
_FORWARD_HINTS = ("orwarded message", "FORWARDED", "weitergeleiteten", "du message", "转发")


def put_copies_outside(lines: Lines, text: str) -> None:
    """Mark copies of whole mails as outside: their header lines, and their text."""
    _put_announced_outside(lines, lines.own_rules())
    if any([hint in text for hint in _FORWARD_HINTS]):  # a list: no generator for five words
        _put_announced_outside(lines, lines.own_beginning(_FORWARD_STARTS))
    for i, below in _perhaps_headers(lines):
        if lines.mark[i] == OWN and (end := _header_block(lines, i, below)):
            _put_copy_outside(lines, i, end)
    if "wrote: " in text:
        for i in lines.colons:
            if lines.mark[i] == OWN and "wrote: " in lines.text[i] and copies_inside(lines.text[i]):
                lines.put_outside(i, len(lines.mark))


def _put_announced_outside(lines: Lines, candidates: Iterator[int]) -> None:
    """Find the lines that announce a copy, and Mailman's that announces attachments."""
    for i in candidates:
        line = lines.text[i]
        if not line.strip(" -_=*~#"):
            continue  # a rule with nothing in it
        if _NEXT_PART.match(line):
            lines.put_outside(i, len(lines.mark))
        elif _COPY.match(line) or _FORWARD.match(line):
            _put_copy_outside(lines, i, i + 1)


def _perhaps_headers(lines: Lines) -> list[tuple[int, list[int]]]:
    """Return the own lines with an early colon, each with such lines close below (two at least)."""
    if len(lines.colons) < 3:
        return []
    text, mark = lines.text, lines.mark
    early = [
        i for i in lines.colons if mark[i] == OWN and (":" in text[i][:26] or "：" in text[i][:12])
    ]
    return [
        (first, [k for k in early[n : n + 16] if k < first + 16])
        for n, (first, third) in enumerate(zip(early, early[2:], strict=False))
        if third - first <= 8
    ]


def _header_block(lines: Lines, i: int, colons: list[int]) -> int:
    """Return the end of a block of mail headers that begins at line `i`, or 0.

    `colons` are the lines from `i` on that may hold a header; the block ends with its paragraph.
    """
    text = lines.text
    if not (_HEADER.match(text[i]) or _FIELD.match(text[i])):
        return 0
    end = lines.paragraph_end(i, reach=16)
    inside = [k for k in colons if k < end]
    found = [(k, f) for k in inside if (f := _HEADER.match(text[k]))]
    names = {f[0].strip(" \t*|:：").lower() for _, f in found}
    if len(names) >= 3 and any(f["sender"] for _, f in found):
        return found[-1][0] + 1
    fields = [k for k in inside if _FIELD.match(text[k])]
    if len(fields) >= 3 and any(_ANSWERING.match(text[k]) for k in fields):
        return fields[-1] + 1
    return 0


def _put_copy_outside(lines: Lines, start: int, head_end: int) -> None:
    """Leave out a copied mail: its head, and its text too unless signs tell it from answers.

    Below an own text the copy is that of a top-poster: the signs in it are older quotations and
    what stands between them is the copied mail's. Only a copy that begins the mail, and whose text
    begins with a sign, is answered piece by piece.
    """
    body = head_end
    while body < len(lines.mark) and (
        lines.mark[body] == BLANK
        or (lines.mark[body] == OWN and _HEADER.match(lines.text[body]))
        or (body > head_end and lines.mark[body] == OWN and lines.mark[body - 1] != BLANK)
    ):
        body += 1
    while start and _BARE_RULE.match(lines.text[start - 1]) and lines.mark[start - 1] == OWN:
        start -= 1
    answered = OWN not in lines.mark[:start]
    if answered and body < len(lines.mark) and lines.mark[body] == QUOTED:
        lines.put_outside(start, body)
        return
    end = next((n + 1 for n in range(body, len(lines.text)) if _COPY_END.match(lines.text[n])), 0)
    lines.put_outside(start, end or len(lines.mark))
