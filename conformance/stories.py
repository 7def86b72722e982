"""Whole lives as text scripts: each line is a command of a real command line at a time of its own.

A script is meant to be read by people who write no programs. Its lines:

    # words                       what happens, for the reader
    after NAME                    first do all that another script does
    @ 2026-12-01 09:00            it is now this time (UTC)
    home NAME                     from now on this person's or team's own home
    file NAME                     a file; its lines follow, each after `| `
    move A B · copy A B · remove A      what somebody does with files, outside of the program
    share A B                     B's home uses the hub of A's home
    $ countersign …               a command; {name} stands for what was saved
    start countersign …           a command that goes on to the end of the story; {port} is free
    keep asking N: countersign …  N callers go on asking until they are refused
    save NAME from json a.0.b     keep a value of the answer
    save NAME from text REGEX     the same, from an answer in words

and what must come of the last command (without `= exit`, it ends with 0):

    = exit 1                      it was refused
    = says WORDS                  its answer or its refusal holds these words
    = not WORDS                   it does not
    = json a.b VALUE              a value of its answer
    = leaves 24                   the log has so many leaves
    = residue 0                   nothing is left of what was taken back
    = uses 3 · = owed 0.60 CNY    receipts that the person sees, and what they add up to
    = none asked after            nobody who kept asking got an answer that began after it
"""

from __future__ import annotations

import fnmatch
import json
import re
import shlex
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from conformance.run import Ended, Result, Run, Started

HERE = Path(__file__).resolve().parent
STORIES = HERE / "stories"
MOST_TURNS = 200
MOST_SECONDS = 60


class Broken(Exception):
    """The story went another way; says at which line and what came instead."""


@dataclass
class _Asking:
    """Callers who keep asking until they are refused: when each answered question began."""

    threads: list[threading.Thread] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    refused: int = 0


@dataclass
class Teller:
    """Tells one story in a folder of its own."""

    run: Run
    folder: Path
    at: str = "2026-12-01T09:00:00Z"
    home: str = "home"
    saved: dict[str, str] = field(default_factory=dict)
    last: Ended | None = None
    began: float = 0.0
    due: bool = False
    asking: _Asking = field(default_factory=_Asking)
    commands: int = 0
    _port: int = 0
    going: list[Started] = field(default_factory=list)

    @property
    def port(self) -> int:
        """A port of this machine that nobody used when it was first asked for."""
        if not self._port:
            with socket.socket() as one:
                one.bind(("127.0.0.1", 0))
                self._port = one.getsockname()[1]
        return self._port

    def tell(self, name: str) -> None:
        """Do what a script says; raises `Broken` where something else came."""
        lines = (STORIES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        numbered = iter(list(enumerate(lines, 1)))
        for number, line in numbered:
            try:
                self._line(line.strip(), numbered)
            except (Broken, KeyError, ValueError, OSError, IndexError) as e:
                raise Broken(f"{name}.txt line {number}: {line.strip()[:100]} — {e}") from e
        self._settle()

    def _line(self, line: str, rest: Iterator[tuple[int, str]]) -> None:
        word, _, said = line.partition(" ")
        if not line or word == "#":
            return
        if word == "=":
            self._expect(said)
            return
        if word == "save":
            self._save(said)
            return
        self._settle()
        if word == "file":
            self._write(said, rest)
        elif line.startswith("keep asking"):
            self._keep_asking(said)
        else:
            self._verbs[word](self._filled(said))

    @property
    def _verbs(self) -> dict[str, Callable[[str], None]]:
        return {
            "$": self._command,
            "@": self._clock,
            "after": self.tell,
            "home": lambda name: setattr(self, "home", name),
            "move": lambda said: self._files(said, shutil.move),
            "copy": lambda said: self._files(said, _copy),
            "share": self._share,
            "start": self._start,
            "remove": lambda said: _remove(self.folder / said),
        }

    def _clock(self, said: str) -> None:
        at = datetime.strptime(said, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
        self.at = at.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _files(self, said: str, act: Callable[[Path, Path], Any]) -> None:
        source, target = said.split(" ")
        (self.folder / target).parent.mkdir(parents=True, exist_ok=True)
        act(self.folder / source, self.folder / target)

    def _share(self, said: str) -> None:
        """Let a home stand on the hub of another one, as on a machine that several people use."""
        hub, home = (self.folder / name for name in said.split(" "))
        (home / "keys").mkdir(parents=True, mode=0o700)
        shared = ["hub.db", "keys.db", "index.db", "log", "trust.json"]
        for name in [*shared, *(f"keys/{p.name}" for p in (hub / "keys").glob("hub-*.key"))]:
            (home / name).symlink_to(hub / name)

    def _write(self, name: str, rest: Iterator[tuple[int, str]]) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        body = []
        for _, line in rest:
            if not line.startswith("|"):
                break
            body.append(self._filled(line[2:], loose=True) + "\n")
        path.write_text("".join(body), encoding="utf-8")

    def _filled(self, text: str, *, loose: bool = False) -> str:
        known = self.saved | {"dir": str(self.folder), "home": str(self.folder / self.home)}
        known["port"] = str(self.port)
        known["files"] = str(STORIES / "files")

        def value(m: re.Match[str]) -> str:
            if m[1] not in known and loose:
                return m[0]
            return known[m[1]]

        return re.sub(r"\{([a-z_0-9]+)\}", value, text)

    def _words(self, said: str) -> list[str]:
        name, *words = shlex.split(said)
        if name != "countersign":
            raise Broken("only countersign is run")
        return ["--home", str(self.folder / self.home), "--lang", "en", *words]

    def _do(self, *words: str) -> Ended:
        self.commands += 1
        return self.run(["--home", str(self.folder / self.home), *words], self.at, self.folder)

    def _command(self, said: str) -> None:
        self.began = monotonic()
        self.commands += 1
        self.last = self.run(self._words(said), self.at, self.folder)
        self.due = True

    def _start(self, said: str) -> None:
        started = self.run.start(self._words(said), self.at, self.folder)
        self.going.append(started)
        patience = monotonic() + MOST_SECONDS
        while "http://" not in started.said():
            if monotonic() > patience:
                raise Broken(f"it does not serve: {started.said()[:400]}")
            sleep(0.02)
        self.last = Ended(0, started.said(), "")

    def _settle(self) -> None:
        """A command of which nothing was said ends well."""
        if self.due and self.last is not None and self.last.code:
            raise Broken(f"the command before ended with {self.last.code}: {_short(self.last)}")
        self.due = False

    def _keep_asking(self, said: str) -> None:
        number, _, command = said.removeprefix("asking ").partition(": ")
        words = self._words(self._filled(command))
        asking, at = self.asking, self.at

        def go_on() -> None:
            for _ in range(MOST_TURNS):
                began = monotonic()
                if self.run(words, at, self.folder).code:
                    asking.refused += 1
                    return
                asking.answered.append(began)

        asking.threads = [threading.Thread(target=go_on) for _ in range(int(number))]
        for thread in asking.threads:
            thread.start()
        for _ in count():  # each has had an answer before anything else happens
            if len(asking.answered) >= len(asking.threads) or asking.refused:
                return
            asking.threads[0].join(0.02)

    def _expect(self, said: str) -> None:
        word, _, wanted = said.partition(" ")
        wanted = self._filled(wanted, loose=True)
        last = self.last
        if last is None:
            raise Broken("nothing was done yet")
        if word == "exit":
            self.due = False
            _same(wanted, str(last.code), _short(last))
            return
        text = last.out + last.err
        if word in ("says", "not"):
            if (wanted in " ".join(text.split())) != (word == "says"):
                raise Broken(f"it said: {_short(last)}")
            return
        if word == "json":
            path, _, value = wanted.partition(" ")
            _same(value, _plain(_at(json.loads(last.out), path)))
            return
        self._settle()
        _same(wanted, getattr(self, f"_{word}")(wanted))

    def _leaves(self, _: str) -> str:
        return self._do("log", "checkpoint").out.split("\n")[1]

    def _residue(self, _: str) -> str:
        found = json.loads(self._do("residue", "--json").out)
        return "unfinished" if found["unfinished"] else str(len(found["found"]))

    def _uses(self, _: str) -> str:
        return str(len(json.loads(self._do("uses", "--json").out)))

    def _owed(self, _: str) -> str:
        uses = json.loads(self._do("uses", "--json").out)
        minor = sum(use["amount"] for use in uses)
        currency = {use["currency"] for use in uses if use["currency"]}
        return f"{minor // 100}.{minor % 100:02} {' '.join(sorted(currency))}".strip()

    def _none(self, said: str) -> str:
        ended = monotonic()
        for thread in self.asking.threads:
            thread.join()
        late = [x for x in self.asking.answered if x > ended]
        if self.asking.refused != len(self.asking.threads) or late:
            return f"{len(late)} got an answer"
        return said

    def _save(self, said: str) -> None:
        name, _, how = said.partition(" from ")
        kind, _, what = how.partition(" ")
        if self.last is None:
            raise Broken("nothing was done yet")
        if kind == "json":
            self.saved[name] = _plain(_at(json.loads(self.last.out), what))
            return
        found = re.search(what, self.last.out + self.last.err)
        if not found:
            raise Broken(f"it said: {_short(self.last)}")
        self.saved[name] = found[found.lastindex or 0]


def _at(value: Any, path: str) -> Any:
    for step in path.split("."):
        value = value[int(step)] if step.lstrip("-").isdigit() else value[step]
    return value


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _same(wanted: str, came: str, more: str = "") -> None:
    if wanted != came:
        raise Broken(f"expected {wanted}, came {came}" + (f": {more}" if more else ""))


def _short(ended: Ended) -> str:
    return " ".join((ended.err + " " + ended.out).split())[:400]


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy2(source, target)


def _remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def names(only: str = "*") -> list[str]:
    """Return the stories' names; what begins with an underscore is the beginning of others."""
    found = sorted(p.stem for p in STORIES.glob("*.txt") if not p.name.startswith("_"))
    return [name for name in found if fnmatch.fnmatch(name, only)]


def try_story(name: str, run: Run) -> Result:
    """Tell one story in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        teller = Teller(run, Path(folder))
        try:
            teller.tell(name)
        except Broken as e:
            return Result(name, "story", "as told", str(e))
        finally:
            for started in teller.going:
                started.stop()
        return Result(name, "story", "as told", "as told")


def try_all(run: Run, *, only: str = "*") -> Iterator[Result]:
    """Tell every story that matches."""
    for name in names(only):
        yield try_story(name, run)
