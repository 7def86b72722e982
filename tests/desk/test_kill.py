"""kill -9 at chosen points of add, distill, publish and withdraw: a rerun completes, nothing is half.

The process is killed (SIGKILL, by itself) before or after the k-th thing that changes a disk or
talks to a store: fsync, rename, unlink, mkdir, link, a statement, a commit. k is drawn by a seeded
die from a first run that is counted, so that each point is one that a real kill can hit.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from countersign import desk
from countersign.clock import utc_now
from countersign.desk.takeback import follow
from countersign.errors import NotAllowed
from countersign.skill import claims_of, rebuilds
from countersign.terms import standing, withdraw
from tests.desk import scene
from tests.desk.scene import ASK_EN, EXAMPLES, FILES, SKILL
from tests.doors.command import Done, start
from tests.quick import quick_folder

_TOUCHING = frozenset(
    "fsync rename replace unlink rmdir mkdir link ftruncate execute executemany commit".split()
)


def _killer(at: int, counted: Path) -> Callable[[], None]:
    """Return what makes a process die at its `at`-th touch, or count its touches if it is 0."""

    def prepare() -> None:
        touched = 0

        def look(_frame: Any, event: str, what: Any) -> None:
            nonlocal touched
            if event in ("c_call", "c_return") and what.__name__ in _TOUCHING:
                touched += 1
                if touched == at:
                    os.kill(os.getpid(), signal.SIGKILL)
                if at == 0:
                    counted.write_bytes(str(touched).encode())

        sys.setprofile(look)

    return prepare


@dataclass(frozen=True, slots=True)
class Case:
    """A verb, the state it begins with, and what must hold when it was run again."""

    words: tuple[str, ...]
    begin: str
    holds: Callable[[Path, Path, Done], None]
    at_once: Callable[[Path], None]
    again: tuple[int, ...] = (0,)


def _nothing(_home: Path) -> None: ...


def _opens_whole(home: Path) -> None:
    """Check what holds at any moment: all traces and claims open, and each claim is grounded."""
    with scene.opened(home) as h:
        ids = {t["id"] for t in desk.traces(h)}
        assert {x.trace for v in desk.ranked(h) for x in v.citations} <= ids


def _added(home: Path, reference: Path, done: Done) -> None:
    total = done.json
    kept = total["own"] + total["context"]
    assert total["read"] == kept + sum(total["skipped"].values()) + total["rejected"]
    with scene.opened(home) as h, scene.opened(reference) as r:
        assert desk.traces(h) == desk.traces(r)
        sql = sa.text("SELECT id, conversation FROM trace ORDER BY id")
        rows = []
        for vault in (h.vault, r.vault):
            with vault.db.read() as c:
                rows.append(c.execute(sql).all())
        assert rows[0] == rows[1]


def _distilled(home: Path, reference: Path, _done: Done) -> None:
    with scene.opened(home) as h, scene.opened(reference) as r:
        said = [[(v.id, v.text, v.status, v.final) for v in desk.ranked(x)] for x in (h, r)]
    assert said[0] == said[1]


def _log_holds(h: desk.Home) -> None:
    steps = desk.verify_log(h.path / "log", desk.log_keys(h, None))
    assert [s for s in steps if not s.passed] == []


def _published(home: Path, _reference: Path, done: Done) -> None:
    made = done.json
    with scene.opened(home) as h:
        steps = desk.verify(h, Path(made["folder"]), trust=None, now=utc_now())
        assert [s for s in steps if not s.passed] == []
        caller = scene.caller(h)
        numbers = []
        for _ in range(2):
            found = desk.ask(h.hub, caller, ASK_EN, now=utc_now())
            assert found.receipt is not None
            assert found.receipt.use.release == made["release"]
            numbers.append(found.receipt.number)
        assert numbers == [1, 2]
        with h.hub.db.read() as c:
            assert c.execute(sa.text("SELECT SUM(current) FROM release")).scalar() == 1
            served = set(c.execute(sa.text("SELECT ref FROM released_claim")).scalars())
        assert set(h.hub.index.refs(agreement=made["agreement"])) == served
        assert len(served) == made["claims"]
        assert [p.name for p in (h.path / "skills").iterdir()] == [SKILL]
        assert desk.residue(h).found == ()
        _log_holds(h)


def _refused_or_whole(home: Path) -> None:
    """Right after the kill the skill answers as before, or is refused; never half."""
    with scene.opened(home) as h:
        try:
            found = desk.ask(h.hub, scene.caller(h), ASK_EN, now=utc_now())
        except NotAllowed as e:
            said = e.what
        else:
            said = found.text
    assert "took this back" in said or "loses its place" in said


def _withdrawn(home: Path, _reference: Path, _done: Done) -> None:
    with scene.opened(home) as h:
        with pytest.raises(NotAllowed, match="took this back"):
            desk.ask(h.hub, scene.caller(h), ASK_EN, now=utc_now())
        report = desk.residue(h)
        assert (report.found, report.unfinished) == ((), 0)
        assert list((h.path / "skills").iterdir()) == []
        assert not list(home.parent.glob(".agents/skills/*"))
        with h.hub.db.read() as c:
            assert c.execute(sa.text("SELECT COUNT(*) FROM released_claim")).scalar() == 0
            kinds = list(c.execute(sa.text("SELECT kind FROM record")).scalars())
        assert (kinds.count("withdrawal"), kinds.count("deletion-receipt")) == (1, 1)
        numbers = [u.number for u in desk.uses(h)]
        assert numbers == list(range(len(numbers), 0, -1))
        _log_holds(h)


def _part_gone(home: Path, _reference: Path, _done: Done) -> None:
    """Check that nothing from mail is served or left, and the rest is one whole release."""
    with scene.opened(home) as h:
        agreement = desk.list_offers(h)[0].state.agreement_id
        with h.hub.db.read() as c:
            held = claims_of(c, h.hub.keys, agreement)
            assert rebuilds(c) == []
            kinds = list(c.execute(sa.text("SELECT kind FROM record")).scalars())
        assert (kinds.count("withdrawal"), kinds.count("deletion-receipt")) == (1, 1)
        assert held
        assert not [x.id for x in held.values() if "mail" in x.sources]
        assert set(h.hub.index.refs(agreement=agreement)) == set(held)
        steps = desk.verify(h, h.path / "skills" / SKILL, trust=None, now=utc_now())
        assert [s for s in steps if not s.passed] == []
        report = desk.residue(h)
        assert (report.found, report.unfinished) == ((), 0)
        _log_holds(h)


def _nothing_from_mail_or_as_before(home: Path) -> None:
    """Right after the kill either nothing was taken back, or nothing of it is served."""
    with scene.opened(home) as h:
        agreement = desk.list_offers(h)[0].state.agreement_id
        with h.hub.db.read() as c:
            found = standing(c, agreement)
            held = claims_of(c, h.hub.keys, agreement)
        assert found is not None
        taken_back = "source:mail" in found.withdrawn
        assert taken_back != any("mail" in x.sources for x in held.values())


def _signed(home: Path, _reference: Path, done: Done) -> None:
    """Check that every signature is there once, and that a code was printed or can be had."""
    if done.code:
        assert "signed already" in done.err
    with scene.opened(home) as h:
        state = desk.list_offers(h)[0].state
        assert state.complete
        assert "short-cooling-off" in state.items
        with h.hub.db.read() as c:
            kinds = list(c.execute(sa.text("SELECT kind FROM record")).scalars())
            waiting = sa.text("SELECT COUNT(*) FROM record WHERE leaf_index IS NULL")
            assert c.execute(waiting).scalar() == 0
        assert kinds.count("agreement") == 1
        assert desk.another_code(h, state.agreement_id, now=utc_now())
        _log_holds(h)


def _all_or_nothing_signed(home: Path) -> None:
    with scene.opened(home) as h:
        state = desk.list_offers(h)[0].state
    assert (not state.complete and not state.items) or "short-cooling-off" in state.items


_CASES = {
    "add": Case(
        ("add", str(EXAMPLES / "mail.mbox"), str(FILES), "--json"), "named", _added, _opens_whole
    ),
    "distill": Case(("distill", "--json"), "added", _distilled, _opens_whole),
    "publish": Case(
        ("publish", SKILL, "--agreement", "AGREEMENT", "--json"), "agreed", _published, _nothing
    ),
    "publish again": Case(
        ("publish", SKILL, "--agreement", "AGREEMENT", "--json"), "released", _published, _nothing
    ),
    "withdraw": Case(("withdraw", SKILL, "--json"), "released", _withdrawn, _refused_or_whole),
    "part": Case(
        ("withdraw", SKILL, "--source", "mail", "--json"),
        "released",
        _part_gone,
        _nothing_from_mail_or_as_before,
    ),
    "sign": Case(
        ("sign", "AGREEMENT", "--as", "lin", "--item", "short-cooling-off", "--json"),
        "offered",
        _signed,
        _all_or_nothing_signed,
        again=(0, 1),
    ),
    "erase": Case(("withdraw", SKILL, "--json"), "ordered", _withdrawn, _refused_or_whole),
}


@pytest.fixture(scope="module")
def begun() -> Iterator[Path]:
    """Return a folder with homes at each state that a case begins with, each with its project."""
    with quick_folder() as base:
        _states(base, utc_now())
        yield base


def _states(base: Path, now: datetime) -> None:
    with scene.opened(base / "named" / "home") as home:
        home.create()
        desk.add_someone(home, name="Lin", handles=scene.HANDLES, me=True, label="lin", now=now)
    shutil.copytree(base / "named", base / "added")
    with scene.opened(base / "added" / "home") as home:
        desk.add(home, [EXAMPLES / "mail.mbox", FILES], source=None, author=None, now=now)
    shutil.copytree(base / "added", base / "offered")
    with scene.opened(base / "offered" / "home") as home:
        desk.distill(home, now=now)
        scene.review(home)
        made = scene.offer(home, now=now)
        desk.sign(home, made.id, signer=made.party, now=now)
    shutil.copytree(base / "offered", base / "agreed")
    with scene.opened(base / "agreed" / "home") as home:
        items = [i.value for i in made.terms.items]
        desk.sign(home, made.id, signer=scene.LIN, items=items, now=now)


def _begin(begun: Path, case: Case, folder: Path) -> Path:
    """Make a fresh copy of the state; a release is made where it will stand, for paths' sake."""
    state = "agreed" if case.begin in ("released", "ordered") else case.begin
    home = Path(shutil.copytree(begun / state, folder)) / "home"
    if state != case.begin:
        with scene.opened(home) as h:
            under = _agreement(home)
            desk.publish(h, SKILL, agreement=under, title="", about="", now=utc_now())
            desk.install_skill(h, SKILL, host="agents", base=folder, actor="", now=utc_now())
            if case.begin == "ordered":
                _order(h, under)
    return home


def _order(h: desk.Home, under: str) -> None:
    """Do the first transaction of a withdrawal alone: all of the erasure is still to come."""
    with h.hub.db.write() as c:
        key, by = h.key(scene.LIN), h.owner.id
        envelope = withdraw(c, agreement_id=under, key=key, by=by, now=utc_now())
        follow(c, h.hub, envelope, now=utc_now())


def _agreement(home: Path) -> str:
    with scene.opened(home) as h:
        return desk.list_offers(h)[0].state.agreement_id


def _words(case: Case, home: Path) -> list[str]:
    return [_agreement(home) if w == "AGREEMENT" else w for w in case.words]


def _sweep(begun: Path, folder: Path, name: str, points: int, seed: int) -> list[int]:
    """Kill a case at so many points, each followed by a rerun and all checks; return the points."""
    case, counted = _CASES[name], folder / "counted"
    reference = _begin(begun, case, folder / "reference")
    words = _words(case, reference)
    whole = start(*words, home=reference, first=_killer(0, counted)).wait()
    assert whole.code == 0, whole.err
    touches = int(counted.read_bytes())
    chosen = sorted(Random(seed).sample(range(1, touches + 1), min(points, touches)))  # noqa: S311
    for at in chosen:
        home = _begin(begun, case, folder / f"at-{at}")
        words = _words(case, home)
        killed = start(*words, home=home, first=_killer(at, counted)).wait()
        assert killed.code == -signal.SIGKILL, (at, killed.err)
        case.at_once(home)
        again = start(*words, home=home).wait()
        assert again.code in case.again, (name, at, touches, again.err)
        case.holds(home, reference, again)
        shutil.rmtree(home.parent)
    return chosen


@pytest.mark.parametrize(("name", "points"), [(n, 2 if n != "distill" else 1) for n in _CASES])
def test_killed_at_a_few_points_a_rerun_completes(
    begun: Path, tmp_path: Path, name: str, points: int
) -> None:
    assert len(_sweep(begun, tmp_path, name, points, seed=1)) == points


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "points"), [("sign", 60), ("withdraw", 80), ("part", 100), ("erase", 60)]
)
def test_300_kills_while_signing_taking_back_and_erasing_lose_nothing_and_leave_nothing_half(
    begun: Path, tmp_path: Path, name: str, points: int
) -> None:
    assert len(_sweep(begun, tmp_path, name, points, seed=300)) == points


@pytest.mark.long
@pytest.mark.parametrize("name", ["add", "distill", "publish", "publish again", "withdraw"])
def test_killed_at_a_hundred_points_a_rerun_completes(
    begun: Path, tmp_path: Path, name: str
) -> None:
    points = {"add": 20, "distill": 10, "publish": 25, "publish again": 20, "withdraw": 25}
    assert sum(points.values()) == 100
    assert _sweep(begun, tmp_path, name, points[name], seed=2026)
