"""The MCP door as an agent sees it: a real client over stdio, in both protocol modes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult, TextContent

from countersign.terms import withdraw
from tests.desk import scene
from tests.desk.scene import ASK_EN, ASK_ZH, GAP, SKILL, TEAM
from tests.doors.command import PLAIN, run

COMMAND = Path(sys.executable).with_name("countersign")
Mode = Literal["auto", "legacy"]
pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@asynccontextmanager
async def _served(
    home: Path, *, mode: Mode = "auto", caller: str = "agent", words: tuple[str, ...] = ()
) -> AsyncIterator[Client]:
    arguments = ["--home", str(home), "serve", "--caller", caller, *words]
    server = StdioServerParameters(command=str(COMMAND), args=arguments, env=dict(PLAIN))
    async with Client(server, mode=mode) as client:
        yield client


async def _call(client: Client, tool: str, **arguments: Any) -> tuple[bool, str]:
    """Return whether the tool failed, and its text."""
    result = await client.call_tool(tool, arguments)
    assert isinstance(result, CallToolResult)
    texts = [c.text for c in result.content if isinstance(c, TextContent)]
    return bool(result.is_error), "\n".join(texts)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_an_agent_lists_asks_and_looks_behind_the_answer(released: Path, mode: Mode) -> None:
    (released / "keys" / "vault.key").unlink()  # serving never opens the vault
    (released / "vault.db").unlink()
    (released / "keys" / "lin.key").unlink()
    async with _served(released, mode=mode) as client:
        tools = {t.name: t for t in (await client.list_tools()).tools}
        assert set(tools) == {"ask", "show_evidence", "list_skills"}
        for tool in tools.values():
            assert len((tool.description or "").split()) > 10
            for field in tool.input_schema["properties"].values():
                assert len(field["description"].split()) > 2
        assert tools["ask"].input_schema["required"] == ["question"]
        failed, listed = await _call(client, "list_skills")
        assert not failed
        assert SKILL in listed
        for question, part in (
            (ASK_EN, "loses its place"),
            (ASK_ZH, "必须先备份"),
            ("备份", "备份"),
        ):
            failed, answer = await _call(client, "ask", question=question)
            assert not failed
            assert part in answer
        failed, answer = await _call(client, "ask", question=ASK_EN, skill=SKILL)
        found = re.search(r" · (c[a-z2-7]+) · ", answer.splitlines()[-1])
        assert found, answer
        failed, evidence = await _call(client, "show_evidence", claim=found[1])
        assert not failed
        assert "commitment" in evidence
        failed, gap = await _call(client, "ask", question="What is the capital of France?")
        assert (failed, gap) == (False, GAP)


async def test_clause_02_a_running_server_refuses_from_the_withdrawal_on(released: Path) -> None:
    async with _served(released) as client:
        failed, answer = await _call(client, "ask", question=ASK_EN)
        assert not failed
        claim = re.search(r" · (c[a-z2-7]+) · ", answer)
        assert run("withdraw", SKILL, home=released).code == 0
        for arguments in ({}, {"skill": SKILL}, {"purpose": "onboard"}):
            failed, refusal = await _call(client, "ask", question=ASK_EN, **arguments)
            assert failed
            assert "took this back" in refusal
            assert "quillback" not in refusal
        failed, _ = await _call(client, "show_evidence", claim=claim[1] if claim else "")
        assert failed
        failed, listed = await _call(client, "list_skills")
        assert not failed
        assert SKILL not in listed
    (use,) = run("uses", "--json", home=released).json
    assert use["number"] == 1


_HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("ask", {}),
    ("ask", {"question": 7}),
    ("ask", {"question": None}),
    ("ask", {"question": ["a"]}),
    ("ask", {"question": {"text": "a"}}),
    ("ask", {"question": ASK_EN, "skill": 3}),
    ("ask", {"question": ASK_EN, "skill": ""}),
    ("ask", {"question": ASK_EN, "skill": "../../etc/passwd"}),
    ("ask", {"question": ASK_EN, "skill": "x" * 100_000}),
    ("ask", {"question": ASK_EN, "purpose": ""}),
    ("ask", {"question": ASK_EN, "purpose": "evaluate-person"}),
    ("ask", {"question": ASK_EN, "purpose": "\x00"}),
    ("show_evidence", {}),
    ("show_evidence", {"claim": ""}),
    ("show_evidence", {"claim": "' OR 1=1 --"}),
    ("show_evidence", {"claim": "c" * 100_000}),
    ("list_skills", {"purpose": 1}),
]
_ODD = ["", "\x00", "a\x00b", "‮", "\u2028", "%s" * 50, "a" * 1_000_000, "备" * 200_000, "🦊" * 9]


async def test_hostile_arguments_are_tool_errors_or_gaps_and_the_server_lives_on(
    released: Path,
) -> None:
    async with _served(released) as client:
        for tool, arguments in _HOSTILE:
            try:
                failed, text = await _call(client, tool, **arguments)
            except Exception as e:  # noqa: BLE001 -- a protocol error is a clear answer too
                failed, text = True, str(e)
            assert failed, (tool, arguments)
            assert "Traceback" not in text
            assert "sqlite" not in text.lower()
        for question in _ODD:
            assert await _call(client, "ask", question=question) == (False, GAP)
        failed, answer = await _call(client, "ask", question=ASK_EN)
        assert not failed
        assert "loses its place" in answer
    assert len(run("uses", "--json", home=released).json) == 1


def _serve(home: Path, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [COMMAND, "--home", home, "serve", *words], input=stdin, capture_output=True, env=PLAIN
    )


def test_half_a_surrogate_pair_is_answered(standing: Path) -> None:
    call = (
        b'{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"ask","arguments":'
        b'{"question":"\\ud800 restart the quillback importer by hand"}}}\n'
    )
    begin = (
        b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",'
        b'"capabilities":{},"clientInfo":{"name":"raw","version":"0"}}}\n'
        b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n'
    )
    done = _serve(standing, "--caller", "raw", stdin=begin + call % 2)
    assert b"Traceback" not in done.stderr
    assert b'"id":1' in done.stdout.replace(b" ", b"")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "--caller"),
        (("--caller", "x", "--party", "nobody"), 2, "nobody"),
    ],
)
def test_a_server_that_cannot_start_says_why_on_stderr(
    standing: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    done = _serve(standing, *words)
    assert (done.returncode, done.stdout) == (code, b"")
    assert said in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_without_a_home_there_is_nothing_to_serve(tmp_path: Path) -> None:
    done = _serve(tmp_path / "none", "--caller", "x")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"There is no countersign home" in done.stderr


def test_serving_completes_an_erasure_that_was_killed(released: Path) -> None:
    with scene.opened(released) as home:
        me = home.owner
        with home.hub.db.write() as c:
            (under,) = c.exec_driver_sql("SELECT agreement FROM release").one()
            withdraw(c, agreement_id=under, key=home.key(me.label), by=me.id, now=scene.NOW)
    assert _serve(released, "--caller", "x", "--party", TEAM).returncode == 0
    report = run("residue", "--json", home=released)
    assert (report.code, report.json["found"], report.json["unfinished"]) == (0, [], 0)
