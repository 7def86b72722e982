"""Lin and the Payments Team on the example exports: real files, real keys, real terms.

Lin's notes hold words that stand nowhere else (canaries): `QUILLBACK` is approved and served,
`MARMOTGATE` held back, `ZIBELLINE` rejected, `PANGOLIN` never decided on, and `WOMBATKEY` stands
in a claim whose approved wording leaves it out, as it leaves out `INES`, a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from countersign import desk
from countersign.terms import preset_text

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = Path(__file__).parents[1] / "files" / "desk"
EXPORTS = [EXAMPLES / "slack-export", EXAMPLES / "mail.mbox", EXAMPLES / "notes"]
HANDLES = ["mail:lin.wei@example.com", "mail:lin@old.example.com", "slack:U0LINWEI01"]
QUILLBACK, MARMOTGATE, ZIBELLINE = "quillback", "marmotgate", "zibelline"
PANGOLIN, WOMBATKEY, INES = "pangolin", "wombatkey", "inesqua"
NOT_RELEASED = (MARMOTGATE, ZIBELLINE, PANGOLIN, WOMBATKEY, INES)
EDITED = "Never open the safe without a second person."
BACKUP = "灰度发布之前必须先备份"
ASK_EN = "May I restart the quillback importer by hand?"
ASK_ZH = "灰度发布之前要先备份吗？"
SKILL, LIN, TEAM = "payments-lin", "lin", "payments-team"
GAP = "Not in this skill. Ask a person. 本技能未收录，请问人。"


def build(folder: Path) -> None:
    """Make a home in which Lin has added, distilled and reviewed; nothing is offered yet."""
    home = desk.Home(folder)
    home.create()
    desk.add_someone(home, name="Lin Wei 林伟", handles=HANDLES, me=True, label=LIN, now=NOW)
    desk.add(home, [*EXPORTS, FILES], source=None, author=None, now=NOW)
    desk.distill(home, now=NOW)
    review(home)
    home.close()


def review(home: desk.Home, *, most: int = 12) -> None:
    """Decide on the canaries as the names say, and approve some more claims as they stand."""
    views = desk.ranked(home)
    lines = [
        f"accept {one(views, QUILLBACK).id}",
        f"accept {one(views, BACKUP).id}",
        f"hold pitfall {one(views, MARMOTGATE).id}",
        f"reject {one(views, ZIBELLINE).id}",
        f"edit {one(views, WOMBATKEY).id} {EDITED}",
    ]
    plain = [v for v in views if not v.flags and not _canary(v)]
    lines += [f"accept {v.id}" for v in plain[:most]]
    desk.apply_round(home, desk.read_round(home, "\n".join(lines)), now=NOW)


def one(views: list[desk.ClaimView], word: str) -> desk.ClaimView:
    """Return the one claim that holds `word`."""
    (found,) = [v for v in views if word in v.text]
    return found


def _canary(view: desk.ClaimView) -> bool:
    return any(word in view.text for word in (QUILLBACK, BACKUP, *NOT_RELEASED))


def write_terms(folder: Path, name: str = "my-team", *, hours: int = 0, **changes: str) -> str:
    """Write a preset with another cooling-off (and other fields) as a file; return its path."""
    text = preset_text(name)
    changes |= {"cooling_off_hours": str(hours)}
    if hours < 48 and name != "only-me":
        changes |= {"cooling_off_chosen_by_person": "true"}
    for field, value in changes.items():
        text, n = re.subn(rf"(?ms)^{field} = (\[.*?\]|[^\n]*)$", f"{field} = {value}", text)
        if not n:
            text = text.replace("version = 1\n", f"version = 1\n{field} = {value}\n", 1)
    path = folder / f"{name}-{hours}.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def offer(
    home: desk.Home, *, terms: str = "", party: str = "Payments Team", now: datetime = NOW
) -> desk.OfferState:
    """Offer Lin the team's terms, by default without cooling-off."""
    terms = terms or write_terms(home.path.parent)
    return desk.ask_for(home, LIN, party=party, terms=terms, now=now)


def agree(
    home: desk.Home, *, terms: str = "", party: str = "Payments Team", now: datetime = NOW
) -> str:
    """Offer and sign on both sides; return the agreement's id."""
    made = offer(home, terms=terms, party=party, now=now)
    items = [i.value for i in made.terms.items]
    desk.sign(home, made.id, signer=made.party, now=now)
    return desk.sign(home, made.id, signer=LIN, items=items, now=now).agreement_id


def released(home: desk.Home, *, terms: str = "", name: str = SKILL) -> desk.Published:
    """Agree and publish."""
    under = agree(home, terms=terms)
    return desk.publish(home, name, agreement=under, title="", about="", now=NOW)


def caller(home: desk.Home, name: str = "bot", *, party: str = TEAM) -> desk.Caller:
    """Return a caller of the team."""
    return desk.open_caller(home.hub, name, party=party, now=NOW)


def asked(home: desk.Home, question: str = ASK_EN, **other: str) -> desk.Answered:
    """Ask as the team's bot, in time."""
    return desk.ask(home.hub, caller(home), question, now=NOW, **other)


def hours(number: float) -> datetime:
    """Return the time so many hours after `NOW`."""
    return NOW + timedelta(hours=number)


@contextmanager
def opened(folder: Path) -> Iterator[desk.Home]:
    """Open a home and close it at the end."""
    home = desk.Home(folder)
    try:
        yield home
    finally:
        home.close()


def all_bytes(*folders: Path) -> Iterator[tuple[Path, bytes]]:
    """Return every file below `folders` with its bytes, the vault left out."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith("vault.db"):
                yield path, path.read_bytes()
