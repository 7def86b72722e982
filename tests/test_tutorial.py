"""The tutorial pages work when followed to the letter, in a folder that holds only the examples."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "tutorial"
NOT_HERE = ("make setup", "export PATH=", "countersign start PATH")  # of a clone; of one's own


def _typed(page: str = "first-hour") -> list[str]:
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line[2:] for block in blocks for line in block.splitlines() if line[:2] == "$ "]
    return [line for line in lines if not line.startswith(NOT_HERE)]


class Reader:
    """Somebody who types what the page says, with the ids that the program showed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ids: dict[str, str] = {}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        kept = {k: v for k, v in os.environ.items() if not k.startswith("COUNTERSIGN_")}
        self.env = kept | {"PATH": path, "HOME": str(folder), "LC_ALL": "C.UTF-8"}

    def types(self, line: str) -> tuple[int, str]:
        """Run a line; remember ids that it shows, as the page tells to use them."""
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").partition("=")
            self.env[name] = value.strip('"')
            return 0, ""
        for word, id in self.ids.items():
            line = line.replace(word, id)
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        said = done.stdout + done.stderr
        for word, shown in (
            ("AGREEMENT", r"show (a[a-z2-7]{26})"),
            ("OFFER", r"\b(f[a-z2-7]{26})"),
            ("REQUEST", r"\b(q[a-z2-7]{26})"),
        ):
            if word not in self.ids and (found := re.search(shown, said)):
                self.ids[word] = found[1]
        return done.returncode, said


@pytest.mark.long
def test_the_first_hour_works_to_the_letter(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    reader = Reader(tmp_path)
    said: dict[str, str] = {}
    for line in _typed():
        if line == "countersign review --from round.txt":
            todo = tmp_path / "round.txt"
            words = todo.read_text(encoding="utf-8").replace("\nskip ", "\naccept ")
            todo.write_text(words, encoding="utf-8")
        first_try = line == "countersign publish my-notes --to-self" and line not in said
        code, said[line] = reader.types(line)
        assert code == (1 if first_try else 0), f"$ {line}\n{said[line]}"
    assert "Nothing was kept on disk." in said[_typed()[0]]
    assert said['countersign ask "渠道给的日期怎么存？"'].count("DATE") == 1
    assert "Ask a person" in said['countersign ask "What is the wifi password?"']
    assert "Cooling off" in said["countersign sign OFFER --as lin"]
    assert "0 found" in said["countersign residue"]
    code, found = reader.types("countersign residue --place .")
    assert code == 1
    assert "my-notes.md" in found


# What a page lets fail on purpose: the first try before signing, and terms below the floor.
REFUSED = {
    "asked-for-a-skill": [],
    "a-floor": ["countersign floor check low.toml --party acme"],
    "for-auditors": ["countersign publish my-notes --to-self"],
}
SHOWN = {
    "asked-for-a-skill": ("No answer is fine too.", "Days: 365 → 180", "take-back code", "erased"),
    "a-floor": ("longer than 365 days", "Everything in its scope is refused", "Verified."),
    "for-auditors": ("Verified Successfully", "in the log's own tiles", "Conforms: True"),
}


@pytest.mark.long
@pytest.mark.parametrize("page", REFUSED)
def test_a_page_for_one_of_the_three_sides_works_to_the_letter(page: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copytree(PAGES / "audit", tmp_path / "docs" / "tutorial" / "audit")
    reader, said = Reader(tmp_path), ""
    refused, missing = list(REFUSED[page]), set()
    for line in _typed(page):
        tool = next((x for x in ("openssl ", "go run", "pyshacl ") if x in line), "")
        if tool and shutil.which(tool.split()[0], path=reader.env["PATH"]) is None:
            missing.add(tool)
            continue
        code, shown = reader.types(line)
        assert code == (1 if line in refused else 0), f"$ {line}\n{shown}"
        if line in refused:
            refused.remove(line)
        said += shown
    assert refused == []
    for words in () if missing else SHOWN[page]:
        assert words in said
    if missing:
        pytest.skip(f"not installed: {', '.join(sorted(missing))}")


@pytest.mark.parametrize("page", REFUSED)
def test_both_languages_of_a_page_type_the_same(page: str) -> None:
    assert _typed(page) == _typed(f"{page}.zh-CN")
