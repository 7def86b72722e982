"""What the clause tests do over and over: all of it through `desk`, with real keys and records."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from countersign import desk
from tests.desk import scene
from tests.desk.council import COUNCIL, agree_on, council
from tests.desk.scene import ASK_EN, LIN, NOW, SKILL, TEAM

DAY = 24


def ask(
    home: desk.Home,
    question: str = ASK_EN,
    *,
    now: datetime = NOW,
    purpose: str = "answer-questions",
) -> desk.Answered:
    """Ask Lin's skill as the team's bot."""
    return desk.ask(home.hub, scene.caller(home), question, now=now, purpose=purpose)


def answers(home: desk.Home, *, now: datetime = NOW) -> bool:
    """Tell whether the question got its answer, with a receipt."""
    made = ask(home, now=now)
    return made.receipt is not None and "quillback" in made.text


def agreement(home: desk.Home) -> str:
    """Return the id of the one agreement there is."""
    (seen,) = desk.list_offers(home)
    return seen.state.agreement_id


def publish(
    home: desk.Home, under: str, *, now: datetime = NOW, name: str = SKILL
) -> desk.Published:
    """Publish what was approved."""
    return desk.publish(home, name, agreement=under, title="", about="", now=now)


def sign(
    home: desk.Home,
    terms: str,
    *items: str,
    leave_out: tuple[str, ...] = (),
    party: str = "Payments Team",
    now: datetime = NOW,
) -> str:
    """Offer terms and sign on both sides, the person with exactly these items."""
    made = scene.offer(home, terms=terms, party=party, now=now)
    desk.sign(home, made.id, signer=made.party, now=now)
    state = desk.sign(home, made.id, signer=LIN, items=items, leave_out=leave_out, now=now)
    return state.agreement_id


def terms(home: desk.Home, name: str = "my-team", *, hours: int = 0, **changes: str) -> str:
    """Write changed terms as a file beside the home."""
    return scene.write_terms(home.path.parent, name, hours=hours, **changes)


def install(home: desk.Home, base: Path, *, now: datetime = NOW) -> Path:
    """Install the skill for an agent host in `base`."""
    made = desk.install_skill(home, SKILL, host="agents", base=base, actor="", now=now)
    return made.path


def floor(home: desk.Home, *lines: str) -> None:
    """Let a works council and the team agree on a floor of these lines."""
    council(home)
    agree_on(home, *lines)


def tell(home: desk.Home, under: str, *, now: datetime = NOW) -> desk.Noticed:
    """Sign the notice to the representatives."""
    return desk.notice_representatives(home, under, to=[], signer=TEAM, now=now)


def council_id(home: desk.Home) -> str:
    """Make the works council known and return its label."""
    council(home)
    return COUNCIL


def declare(home: desk.Home, **changes: list[str]) -> desk.Noticed:
    """Let the team declare what it does: what was signed, changed as said."""
    signed = desk.terms_of(home, agreement(home))
    said: dict[str, list[str]] = {
        "purposes": sorted(signed.purposes),
        "methods": sorted(signed.methods),
        "kinds": sorted(signed.kinds),
        "audience": sorted(signed.audience),
        "models": sorted(signed.models),
    }
    said |= changes
    path = home.path.parent / "processing.toml"
    lines = [
        f"{field} = [{', '.join(repr(str(w)) for w in words)}]" for field, words in said.items()
    ]
    path.write_text("\n".join(lines).replace("'", '"') + "\n", encoding="utf-8")
    return desk.notice_processing(home, path, signer=TEAM, now=NOW)


def company(home: desk.Home, path: str, *items: str) -> str:
    """Sign terms of a full profile and do all that its ceremony asks for before a use."""
    under = sign(home, path, *items)
    prove_handle(home)
    council(home)
    desk.notice_representatives(home, under, to=[COUNCIL], signer=TEAM, now=NOW)
    assess(home, under)
    return under


def prove_handle(home: desk.Home) -> None:
    """Let the team check Lin's mail account."""
    handle = scene.HANDLES[0]
    asked = desk.challenge(home, LIN, handle, by=TEAM, now=NOW)
    line = desk.answer_handle(home, asked.challenge.line, handle, now=NOW)
    desk.accept_handle(home, line, by=TEAM, now=NOW)


def assess(home: desk.Home, under: str) -> desk.Noticed:
    """Fill in and sign the full impact assessment."""
    path = home.path.parent / "assessment.md"
    path.write_text(filled(desk.assessment_form(home, under, lang="en", now=NOW)), encoding="utf-8")
    return desk.notice_assessment(home, under, path, lang="en", signer=TEAM, now=NOW)


def filled(form: str) -> str:
    """Return an assessment's form as somebody filled it in."""
    lines = [
        line if line.startswith("## ") else re.sub(r"\[[^\]]*\]", "as discussed", line)
        for line in form.splitlines()
    ]
    done = re.sub(r"\| (?=\|)", "| low ", "\n".join(lines))
    return done.replace("☐", "☑", 1)


def paid_by_use(home: desk.Home) -> str:
    """Write terms under which each answer is paid with 20 fen."""
    path = Path(terms(home))
    hours = 'kind = "review-hours"\namount = 2\ncurrency = ""\nperiod = "month"'
    use = 'kind = "per-use"\namount = 20\ncurrency = "CNY"\nperiod = "use"'
    path.write_text(path.read_text(encoding="utf-8").replace(hours, use), encoding="utf-8")
    return str(path)
