# SPDX-License-Identifier: Apache-2.0
"""Asking over MCP on stdio, as an agent does: a real client, a real server process."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from mcp import Client, StdioServerParameters

from bench.answer import build_hub, questions

SKILLS, CLAIMS, ASKED = 10, 100, 200
Row = tuple[str, str, str]


def rows() -> list[Row]:
    """Return (name, value, comment) for connecting and for one question over stdio."""
    with tempfile.TemporaryDirectory() as name:
        home, _, texts, _ = build_hub(Path(name), skills=SKILLS, claims=CLAIMS)
        home.close()
        connect, taken = asyncio.run(_ask(home.path, list(questions(texts, ASKED))))
    taken.sort()
    p50, p99 = taken[len(taken) // 2] * 1e3, taken[int(len(taken) * 0.99)] * 1e3
    return [
        ("MCP stdio, first answer", f"{connect:.2f} s", "starting the server included"),
        (
            "MCP stdio ask p50 / p99",
            f"{p50:.1f} / {p99:.1f} ms",
            f"{SKILLS * CLAIMS:,} claims over {SKILLS} skills",
        ),
    ]


async def _ask(home: Path, asked: list[str]) -> tuple[float, list[float]]:
    words = ["-m", "countersign.doors.mcp", "--home", str(home), "--caller", "bench"]
    server = StdioServerParameters(command=sys.executable, args=[*words, "--party", "team"])
    started = time.perf_counter()
    taken: list[float] = []
    async with Client(server) as client:
        await client.call_tool("ask", {"question": asked[0]})
        connect = time.perf_counter() - started
        for question in asked:
            began = time.perf_counter()
            await client.call_tool("ask", {"question": question})
            taken.append(time.perf_counter() - began)
    return connect, taken
