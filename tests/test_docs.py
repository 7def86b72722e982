"""The docs say what the program does: each name has its entry, each command line parses.

The walk: commands, options, environment variables, MCP tools and errors must stand in the
reference; whatever is written as a command in a page must be one; links lead somewhere.
"""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import typer.main
from typer.exceptions import TyperException

from countersign.doors.cli import main as cli
from countersign.doors.cli.verbs import IN_ORDER
from countersign.errors import CountersignError
from docs import write_commands

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "examples" / "README.md"])
TWINS = [
    (ROOT / "README.md", ROOT / "README.zh-CN.md"),
    *(
        (DOCS / "tutorial" / f"{page}.md", DOCS / "tutorial" / f"{page}.zh-CN.md")
        for page in ("first-hour", "asked-for-a-skill", "a-floor", "for-auditors")
    ),
]
_ids = [str(p.relative_to(ROOT)) for p in PAGES]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _headings(text: str) -> list[str]:
    prose = re.sub(r"^(`{3,}|~{3,}).*?^\1", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^(#{1,6} .+?)\s*$", prose, flags=re.MULTILINE)


def _verbs(command: Any, name: str = "") -> Iterator[str]:
    for verb, below in getattr(command, "commands", {}).items():
        yield f"{name} {verb}".strip()
        yield from _verbs(below, f"{name} {verb}".strip())


def test_commands_page_is_what_the_command_line_says() -> None:
    page = _read(write_commands.PAGE)
    assert write_commands.replaced(page) == page, "run `make docs`"


def test_every_verb_has_a_heading_and_a_place_in_help() -> None:
    root: Any = typer.main.get_command(cli.app)
    titles = {x.lstrip("# ") for x in _headings(_read(write_commands.PAGE))}
    assert [v for v in _verbs(root) if v not in titles] == []
    placed = [verb for verbs in IN_ORDER.values() for verb in verbs]
    assert sorted(placed) == sorted(root.commands)
    for panel, verbs in IN_ORDER.items():
        for verb in verbs:
            assert root.commands[verb].rich_help_panel == panel, verb


def test_every_environment_variable_has_a_heading() -> None:
    sources = "".join(_read(p) for p in (ROOT / "src").rglob("*.py"))
    named = set(re.findall(r"\bCOUNTERSIGN_[A-Z_]+\b", sources))
    assert named
    titles = {x.lstrip("# ") for x in _headings(_read(write_commands.PAGE))}
    assert sorted(named - titles) == []


def test_every_mcp_tool_and_parameter_has_an_entry() -> None:
    page = _read(REFERENCE / "mcp.md")
    tools = [
        node
        for node in ast.walk(ast.parse(_read(ROOT / "src/countersign/doors/mcp.py")))
        if isinstance(node, ast.FunctionDef) and "server.tool" in map(_called, node.decorator_list)
    ]
    assert tools
    for tool in tools:
        assert f"\n### {tool.name}\n" in page
        part = page.split(f"\n### {tool.name}\n")[1].split("\n## ")[0].split("\n### ")[0]
        for parameter in tool.args.args:
            assert f"- `{parameter.arg}`" in part, f"{tool.name}({parameter.arg})"


def _called(node: ast.expr) -> str:
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ast.unparse(node)


def test_every_error_has_an_entry_with_its_exit_code() -> None:
    page = _read(REFERENCE / "errors.md")
    kinds = [k for k in CountersignError.__subclasses__() if k.__module__ == "countersign.errors"]
    assert len(kinds) == 8
    for kind in kinds:
        name = kind.__name__
        assert f"\n## {name}\n" in page
        assert f"| [{name}](#{name.lower()}) | {kind.exit_code} |" in page


def _command_lines(text: str) -> Iterator[list[str]]:
    """Yield the words after `countersign` of every command written in a page."""
    joined = text.replace("\\\n", " ")
    fenced = re.findall(r"^```(?:console|sh|bash)?\n(.*?)^```", joined, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`((?:\S*/)?countersign [^`]+)`", joined.replace("\n", " "))
    for line in [*(x for block in fenced for x in block.splitlines()), *spans]:
        found = re.match(r"\s*(?:\$ )?(?:[A-Z_]+=\S+ )*(?:\S*/)?countersign (.+)", line)
        if found:
            yield _before_the_shell(shlex.split(found[1].replace("…", "X"), comments=True))


def _before_the_shell(words: list[str]) -> list[str]:
    ends = [n for n, word in enumerate(words) if word in (">", "|", "&&", ";", "<")]
    return words[: min(ends, default=len(words))]


def _parse(words: list[str]) -> None:
    """Parse a command line as the program does, without running it."""
    root: Any = typer.main.get_command(cli.app)
    context = root.make_context("countersign", cli._hoist(words))
    command, rest = root, [*context._protected_args, *context.args]
    while hasattr(command, "commands") and rest:
        _, command, rest = command.resolve_command(context, rest)
        context = command.make_context("verb", rest, parent=context)
        rest = [*context._protected_args, *context.args] if hasattr(command, "commands") else []


def _written() -> list[tuple[str, list[str]]]:
    pages = [p for p in PAGES if p.name != "commands.md"]
    return [(str(p.relative_to(ROOT)), words) for p in pages for words in _command_lines(_read(p))]


def test_every_command_that_a_page_shows_parses() -> None:
    wrong = []
    for page, words in _written():
        if "--help" in words or "--version" in words or words[0] in ("VERB", "[--home"):
            continue
        # A page may name a verb alone, without what it needs: `countersign sign`.
        given = words if len(words) > 1 else [*words, "--help"]
        try:
            _parse(given)
        except typer.Exit:  # --help has printed the verb's help and left
            pass
        except TyperException as e:
            wrong.append(f"{page}: countersign {shlex.join(words)}: {e}")
    assert wrong == []


def test_the_check_of_commands_finds_what_is_wrong() -> None:
    assert list(_command_lines("```console\n$ countersign add X --json > y  # z\n```")) == [
        ["add", "X", "--json"]
    ]
    for wrong in (["sing", "X"], ["add", "X", "--sauce", "y"], ["review", "--size", "many"]):
        with pytest.raises(TyperException):
            _parse(wrong)


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_links_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"^(`{3,}|~{3,}).*?^\1", "", _read(page), flags=re.MULTILINE | re.DOTALL)
    wrong = []
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        known = target.exists() and target.is_relative_to(ROOT)
        if not known or (anchor and anchor not in map(_slug, _headings(_read(target)))):
            wrong.append(link)
    assert wrong == []


def _slug(heading: str) -> str:
    words = re.sub(r"[^\w\- ]", "", heading.lstrip("# ").lower())
    return words.replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_no_page_names_a_place_of_one_machine(page: Path) -> None:
    found = re.findall(r"(?<![\w.])/(?:work|tmp|root|home|Users|mnt)/\S*", _read(page))
    assert found == []


@pytest.mark.parametrize(("english", "chinese"), TWINS, ids=[page.stem for page, _ in TWINS])
def test_both_languages_have_the_same_parts(english: Path, chinese: Path) -> None:
    def shape(page: Path) -> list[int]:
        return [x.count("#", 0, x.index(" ")) for x in _headings(_read(page))]

    assert shape(english) == shape(chinese)
    in_english = [shlex.join(w) for w in _command_lines(_read(english))]
    assert in_english
    assert in_english == [shlex.join(w) for w in _command_lines(_read(chinese))]


def test_threats_name_tests_that_exist() -> None:
    named = set(re.findall(r"\btest_\w+", _read(REFERENCE / "threats.md")))
    real = {
        x for p in (ROOT / "tests").rglob("*.py") for x in re.findall(r"def (test_\w+)", _read(p))
    }
    assert named
    assert sorted(named - real) == []
