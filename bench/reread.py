# SPDX-License-Identifier: Apache-2.0
"""Find every quote of every claim again, by another reader: the standard library alone.

    countersign claims --json > claims.json
    python -m bench.reread claims.json ARCHIVE…

Nothing of countersign is imported. Mails are split by `git mailsplit`'s rule (a From_ line with a
date after an empty line) and decoded by `email`; a quote must stand in the mail that its locator
names, at its offsets, outside lines that begin with a quote mark, and the From header must be the
claim's author. Exit 1 if any is not found.
"""

from __future__ import annotations

import argparse
import email
import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from email.message import Message
from email.utils import parseaddr
from pathlib import Path

_FROM = re.compile(rb"^From \S+.*\d{2}:\d{2}:\d{2} \d{4}\r?$", re.MULTILINE)
_MANGLED = re.compile(r"^(\S+) at (\S+)")


def mails(path: Path) -> Iterator[Message]:
    """Yield the mails of an archive, plain or gzip, body `>From ` unescaped."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    starts = [
        m.start()
        for m in _FROM.finditer(data)
        if data[max(0, m.start() - 2) : m.start()] in (b"", b"\n\n")
    ]
    for begin, end in zip(starts, [*starts[1:], len(data)], strict=True):
        raw = data[begin:end].split(b"\n", 1)[1]
        if re.match(rb"[A-Za-z-]+:", raw):
            yield email.message_from_bytes(re.sub(rb"^>(>*From )", rb"\1", raw, flags=re.MULTILINE))


def bodies(message: Message) -> Iterator[str]:
    """Yield the decoded plain texts of a mail, line ends made LF."""
    for part in message.walk():
        if part.get_content_type() != "text/plain" or not isinstance(part.get_payload(), str):
            continue
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            for charset in (part.get_content_charset() or "ascii", "utf-8", "gb18030", "latin-1"):
                try:
                    yield data.decode(charset).replace("\r\n", "\n")
                except (LookupError, UnicodeDecodeError):
                    continue


def address(message: Message) -> str:
    """Return the sender's address, Mailman's `user at host` undone."""
    header = str(message.get("From", ""))
    mangled = _MANGLED.match(header)
    return (f"{mangled[1]}@{mangled[2]}" if mangled else parseaddr(header)[1]).lower()


def _stands(quote: str, start: int, text: str) -> str:
    if text[start : start + len(quote)] == quote:
        place = start
        found = "at its offset"
    elif quote in text:
        place = text.index(quote)
        found = "elsewhere in the mail"
    else:
        return ""
    line = text[text.rfind("\n", 0, place) + 1 : place + 1]
    return "in a quoted line" if line.lstrip().startswith(">") else found


def main() -> None:
    """Print how each citation was found; exit 1 unless all stand in their author's own mail."""
    parser = argparse.ArgumentParser(prog="python -m bench.reread")
    parser.add_argument("claims", type=Path)
    parser.add_argument("archives", type=Path, nargs="+")
    chosen = parser.parse_args()
    archive: dict[str, list[Message]] = {}
    for path in chosen.archives:
        for message in mails(path):
            archive.setdefault(str(message.get("Message-ID", "")).strip().strip("<>"), []).append(
                message
            )
    claims = json.loads(chosen.claims.read_text(encoding="utf-8"))
    results: Counter[str] = Counter()
    for claim in claims:
        for x in claim["citations"]:
            results[_check(x, archive)] += 1
    for result, n in results.most_common():
        print(f"{n:6}  {result}")
    print(f"{results.total():6}  citations of {len(claims)} claims")
    sys.exit(0 if set(results) <= {"at its offset", "elsewhere in the mail"} else 1)


def _check(x: dict[str, str], archive: dict[str, list[Message]]) -> str:
    copies = archive.get(x["locator"].removeprefix("mail:"), [])
    if not copies:
        return "no such mail"
    if all(f"mail:{address(m)}" != x["author"] for m in copies):
        return "another author"
    found = {_stands(x["quote"], int(x["start"]), text) for m in copies for text in bodies(m)}
    order = ("at its offset", "elsewhere in the mail", "in a quoted line")
    return next((result for result in order if result in found), "not found")


if __name__ == "__main__":
    main()
