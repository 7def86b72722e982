# SPDX-License-Identifier: Apache-2.0
"""The whole main job on `examples/`, as a person would type it: `make demo`.

Every step runs the real command line as a process of its own and checks what came out; the agent
is a real MCP client over stdio. Everything lands in `./demo-home`, made anew each run. Exit code 0
means that every expectation held.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import anyio
from mcp import Client, StdioServerParameters
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

EXAMPLES = Path(__file__).resolve().parent
SAYS = EXAMPLES / "decisions.txt"
COUNTERSIGN = Path(sys.executable).parent / "countersign"
STAGE = Path("demo-home")
MARK = STAGE / "this-is-a-demo"
HOME, PROJECT, ROUND = STAGE / "home", STAGE / "project", STAGE / "round.txt"
SKILL = "payments-lin"
COPY = PROJECT / ".claude" / "skills" / SKILL

# Planted in the examples: none of this may ever become a claim.
NEVER_A_CLAIM = (
    "YUNHE_API_KEY",
    "yh_test_",
    "13800138000",
    "11010519491231002X",
    "gnore all previous",
    "ignore your instructions",
    "refund administrator",
)
PRIVATE_TALK = ("in hospital", "Keep it between us", "饺子", "raise")

EN = "Is a timeout from the acquirer a failure?"
EN_EXPECTED = "query the payment's state before you try again"
ZH = "客户的证件号可以贴到群里吗？"
ZH_EXPECTED = "走工单的加密字段"
UNKNOWN = "Which restaurant has the best dumplings?"
HELD_BACK = "云禾的签名有哪些坑？"
FENCE = re.compile(r"(~{3,} *)?[0-9a-f]{4,16}|~{3,}")  # the marks around a quoted claim
GAP = "Not in this skill. Ask a person. 本技能未收录，请问人。"

T = TypeVar("T")
WIDE = 100
console = Console(highlight=False, soft_wrap=True)


class Unexpected(Exception):
    """Something came out otherwise than the demo promises."""


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str

    def lines(self, most: int) -> list[str]:
        """Return its first lines without hints for the next step, which the demo takes itself."""
        kept = [x for x in self.out.splitlines() if x.strip()]
        return [x for x in kept if not x.startswith(("Next:", "下一步", "Undo:", "撤销"))][:most]

    def id(self, letter: str) -> str:
        """Return the first id of a kind, `f` an offer, `a` an agreement: the same in any language."""
        found = re.search(rf"\b{letter}[a-z2-7]{{26}}\b", self.out)
        return expect(found, f"an id beginning with {letter}").group()


def expect(value: T | None, what: str) -> T:
    """Return `value`, or stop the demo where it is empty or false."""
    if not value:
        raise Unexpected(what)
    return value


class Show:
    """Prints the steps: a number, what is done in both languages, the command, what came of it."""

    def __init__(self) -> None:
        self.number = 0

    def step(self, en: str, zh: str) -> None:
        """Open a step."""
        self.number += 1
        console.print()
        console.print(Text.assemble((f"{self.number:2}  {en}", "bold"), "  ", (zh, "cyan")))

    def typed(self, command: str) -> None:
        """Print a command as a person types it."""
        if len(command) > WIDE:
            command = " \\\n        --".join(command.split(" --"))
        console.print(Text(f"    $ {command}", style="green"))

    def said(self, *lines: str) -> None:
        """Print what came out."""
        for line in lines:
            console.print(Text(f"      {line}"))

    def remark(self, en: str, zh: str) -> None:
        """Print what it means, and beside it in Chinese."""
        gap = " " if cell_len(en + zh) < WIDE else "\n    "
        console.print(Text(f"    {en}{gap}{zh}", style="dim"))

    def undo(self, how: str) -> None:
        """Print how to undo the step."""
        console.print(Text(f"    Undo 撤销: {how}", style="dim"))


show = Show()


def run(*words: str | Path, code: int = 0, lines: int = 2, quiet: bool = False) -> Ran:
    """Run `countersign WORDS` as its own process, show it, and expect its exit code."""
    arguments = [str(w) for w in words]
    if not quiet:
        show.typed(shlex.join(["countersign", *(_readable(a) for a in arguments)]))
    done = subprocess.run(
        [COUNTERSIGN, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env=_environment(),
        check=False,
    )
    ran = Ran(done.returncode, done.stdout + ("" if quiet else done.stderr))
    if done.returncode != code:
        show.said(*(done.stdout + done.stderr).splitlines()[-8:])
        raise Unexpected(f"exit code {code} of `countersign {arguments[0]}`, got {done.returncode}")
    if not quiet:
        show.said(*ran.lines(lines))
    return ran


def _readable(word: str) -> str:
    """Show a path below the folder we stand in as one types it."""
    return os.path.relpath(word) if word.startswith(str(EXAMPLES)) else word


def _environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COUNTERSIGN_")}
    return kept | {"COUNTERSIGN_HOME": str(HOME), "COLUMNS": "100"}


def clear_stage() -> None:
    """Make `./demo-home` anew; a folder of that name that is not ours is left alone."""
    if STAGE.exists() and not MARK.is_file():
        raise Unexpected(f"{STAGE}/ to be a home of this demo: move it away, it is not touched")
    shutil.rmtree(STAGE, ignore_errors=True)
    PROJECT.mkdir(parents=True)
    MARK.write_text("Made by examples/demo.py, replaced each run.\n", encoding="utf-8")


def words_become_claims() -> None:
    """Steps for the person alone: nothing is signed and nothing leaves the machine."""
    show.step("A home for Lin's words", "给林伟的话安个家")
    run("init", lines=0)
    show.remark(
        f"Only this user can read {HOME}. A real one has a passphrase.",
        "仅本用户可读；正式使用请设口令。",
    )
    show.undo(f"rm -r {STAGE}")

    show.step("Who is Lin, exactly", "哪些账号是林伟")
    who = ["people", "add", "Lin Wei 林伟", "--label", "lin", "--me"]
    for handle in ("mail:lin.wei@example.com", "mail:lin@old.example.com", "slack:U0LINWEI01"):
        who += ["--handle", handle]
    run(*who, lines=1)
    show.remark("By exact account, never by a name that looks alike.", "只认账号，不认相似的名字。")
    show.undo(f"rm -r {STAGE}")

    show.step("Read Lin's exports", "读入导出的文字")
    run("add", *(EXAMPLES / part for part in ("slack-export", "mail.mbox", "notes")), lines=1)
    show.remark(
        "Others' words are context: never quoted, never shared.", "他人的话不引用、不外传。"
    )
    show.undo(f"rm -r {STAGE} (still nothing was shared 尚未共享任何内容)")

    show.step("Claims from Lin's own words, each with its quote", "从本人的话提炼条目，附原话")
    run("distill", lines=4)
    proposed = run("claims", "--json", quiet=True).out
    for planted in NEVER_A_CLAIM:
        expect(planted not in proposed, "the planted secrets and orders to stay out of the claims")
    show.remark(
        "The planted key, phone and ID number, and two orders to AI, are in none of them.",
        "埋入的密钥、电话、证件号和两段“给 AI 的指令”都没有进来。",
    )
    show.undo("not needed: a proposal binds nobody and only Lin sees it 无需撤销，只有本人看得到")


def lin_decides() -> None:
    """Review: Lin decides in a file; what is not decided stays where it is."""
    show.step("Lin decides, line by line", "林伟逐条决定")
    show.typed(f"countersign review --print --size 200 > {ROUND}")
    listed = run("review", "--print", "--size", "200", quiet=True).out
    ROUND.write_text(decided(listed), encoding="utf-8")
    for talk in PRIVATE_TALK:
        expect(not any(talk in x for x in told("accept", "edit")), "private talk to stay private")
    show.said("(Lin changes the first word of a line: accept, edit, hold, reject 改行首的词即可)")
    run("review", "--from", ROUND, lines=1)
    show.remark(
        "Held back: Lin's alone, and a gap in the skill tells nobody. Not decided: not published.",
        "保留的只属于林伟，技能里看不出来；未决定的不会发布。",
    )
    show.undo("countersign review --from FILE (decide the same line again 重新决定同一条)")


def decided(listed: str) -> str:
    """Return the round with first words changed as `decisions.txt` says, by the words of a claim."""
    wanted = [x for x in SAYS.read_text(encoding="utf-8").splitlines() if x.strip() and x[0] != "#"]
    said, lines = Counter[str](), []
    for entry in listed.split("\nskip ")[1:]:
        id, text = entry.split("\n", 1)[0].split(" ", 1)
        for rule in wanted:
            verb, words, wording = _rule(rule)
            if words in text:
                lines.append(f"{verb} {id} {wording or text}")
                said[verb.split()[0]] += 1
                break
    for verb, least in (("accept", 12), ("edit", 1), ("hold", 2)):
        expect(said[verb] >= least, f"at least {least} claims to {verb}, found {said[verb]}")
    return "\n".join(lines) + "\n"


def _rule(line: str) -> tuple[str, str, str]:
    """Split a line of decisions: the act with its class, words of the claim, own wording."""
    verb, rest = line.split(None, 1)
    if verb == "hold":
        held, rest = rest.split(None, 1)
        verb = f"hold {held}"
    words, _, wording = rest.partition("=>")
    return verb, words.strip(), wording.strip()


def both_sign() -> str:
    """Terms, an offer, a refusal while a signature is missing, two signatures; the agreement's id."""
    show.step("The team asks, with terms on one card", "团队提出请求，条款就是一张卡")
    terms = EXAMPLES / "terms-team.toml"
    asked = run("ask-for", "lin", "--as", "Payments Team", "--terms", terms, lines=2)
    offer, agreement = asked.id("f"), asked.id("a")
    run("terms", "show", offer, lines=16)
    show.undo(f"countersign withdraw {offer}")

    show.step("No skill without a signature", "没有会签，不成技能")
    run("publish", SKILL, "--agreement", agreement, code=1)
    show.remark("Exit code 1: refused, naming who has not signed.", "退出码 1：拒绝，并说明缺谁。")

    show.step("Both sign the same bytes, each with an own key", "双方各用自己的密钥签同一份文本")
    run("sign", offer, "--as", "payments-team", lines=2)
    run("sign", offer, "--as", "lin", "--item", "short-cooling-off", lines=1)
    show.remark(
        "Lin alone may waive the 48 hours to sleep on it, as an item signed apart.",
        "只有林伟本人能免除 48 小时冷静期，并单独签字。",
    )
    show.undo(f"countersign withdraw {agreement}")
    return agreement


def published(agreement: str) -> None:
    """Publish, verify offline, install."""
    show.step("Publish, and let anybody check", "发布，任何人都可核验")
    run("publish", SKILL, "--agreement", agreement, "--title", "Payments by Lin 支付", lines=1)
    checked = run("verify", HOME / "skills" / SKILL, lines=0)
    show.said(f"{checked.out.count('✓')} steps passed, offline. 离线核验全部通过。")
    show.undo(f"countersign withdraw {SKILL}")

    show.step("Install into a project, where Claude Code finds it", "装进项目，Claude Code 可用")
    run("install", SKILL, "--host", "claude-code", "--project", PROJECT, lines=1)
    expect((COPY / "SKILL.md").is_file(), "the installed SKILL.md")
    stub = (COPY / "SKILL.md").read_text(encoding="utf-8")
    expect(EN_EXPECTED not in stub and ZH_EXPECTED not in stub, "no claim in the installed folder")
    show.remark(
        "A stub: byline, terms, how to ask. The claims stay here.", "只是索引，内容不离开。"
    )
    show.undo(f"countersign withdraw {SKILL} (the copy is recorded and goes with it 副本一并收回)")


async def agent_asks() -> None:
    """An agent asks over MCP; Lin takes back while its server runs; it asks the same again."""
    serve = ["serve", "--caller", "demo-agent", "--party", "payments-team"]
    parameters = StdioServerParameters(
        command=str(COUNTERSIGN), args=serve, env=_environment() | {"LC_ALL": "C.UTF-8"}
    )
    show.step("An agent asks over MCP", "智能体通过 MCP 提问")
    show.typed(shlex.join(["countersign", *serve]))
    wrong: Unexpected | None = None
    async with Client(parameters) as client:
        try:
            await before_and_after(client)
        except Unexpected as e:  # carried out by hand, or the task groups wrap it
            wrong = e
    if wrong:
        raise wrong


async def before_and_after(client: Client) -> None:
    """Questions answered, or honestly not; the withdrawal; the same question refused."""
    await answered(client, EN, EN_EXPECTED)
    await answered(client, ZH, ZH_EXPECTED)
    await answered(client, HELD_BACK, GAP)
    await answered(client, UNKNOWN, GAP)
    show.remark(
        "The last two get the same bytes: held back, or never known.",
        "后两问回复相同：看不出是保留还是没有。",
    )
    await anyio.to_thread.run_sync(lin_sees_and_takes_back)
    show.step("The same question, the same running server", "同一个服务，同一个问题")
    refusal, is_error = await ask(client, EN)
    show.said(f"Q {EN}", *(f"  {x}" for x in refusal.splitlines()))
    expect(is_error and EN_EXPECTED not in refusal, "the running server to refuse")
    run("ask", ZH, "--skill", SKILL, code=1, lines=1)


async def answered(client: Client, question: str, expected: str) -> None:
    """Ask, show the answer with its source, and expect it to hold certain words."""
    text, is_error = await ask(client, question)
    shown = [x.strip() for x in text.splitlines() if x.strip()]
    show.said(f"Q {question}", *(f"  {x}" for x in shown if not FENCE.fullmatch(x)))
    expect(not is_error and expected in text, f"an answer with “{expected}”")
    expect(expected == GAP or "Lin Wei" in text, "Lin's name under the answer")


async def ask(client: Client, question: str) -> tuple[str, bool]:
    """Return the text of the tool's result, and whether it is an error."""
    result = await client.call_tool("ask", {"question": question})
    return "\n".join(str(getattr(part, "text", "")) for part in result.content), result.is_error


def lin_sees_and_takes_back() -> None:
    """What Lin sees of the uses, and the withdrawal."""
    show.step(
        "Lin sees the use: topic and time, not question or name", "林伟看得到用途，看不到是谁"
    )
    seen = run("uses", lines=4).out
    expect("#2" in seen and "#3" not in seen, "two uses with their numbers")
    expect(EN not in seen and ZH not in seen and "demo-agent" not in seen, "no question, no caller")

    # Somebody pastes an answer into a page of the project: out of our reach, and said so.
    pasted = [x for x in told("accept", "edit") if EN_EXPECTED in x or ZH_EXPECTED in x]
    (PROJECT / "wiki.md").write_text("# Payments\n" + "\n".join(pasted), encoding="utf-8")

    show.step("Lin takes it back, no reason asked", "林伟收回，不问理由")
    run("withdraw", SKILL, lines=4)
    expect(not COPY.exists() and not (HOME / "skills" / SKILL).exists(), "both copies to be gone")
    show.remark(
        "Refused at once and erased now. Lin's own vault keeps what is Lin's.",
        "立即停用并删除；林伟自己的保险箱不动。",
    )
    show.undo("none, on purpose: only a new offer, signed by both 只能双方重新签署")


def told(*verbs: str) -> list[str]:
    """Return the texts that Lin gave one of these verdicts."""
    lines = [x.split(" ", 2) for x in ROUND.read_text(encoding="utf-8").splitlines()]
    return [text for said, _, text in lines if said in verbs]


def nothing_is_left() -> None:
    """Look for what was taken back, having shown that the search finds."""
    show.step("Is it really gone?", "真的没有了吗？")
    run("verify", COPY, code=3, lines=1)
    found = run("residue", "--place", PROJECT, code=1, lines=2)
    expect("wiki.md" in found.out, "the pasted copy to be found")
    show.remark(
        "Somebody had pasted the answers into a wiki: out of any tool's reach, but found.",
        "有人把答案贴进了 wiki：工具管不到，但找得到。",
    )
    show.typed(f"rm {PROJECT / 'wiki.md'}")
    (PROJECT / "wiki.md").unlink()
    run("residue", "--place", PROJECT, lines=2)
    checked = run("log", "verify", HOME / "log", lines=0)
    show.said(
        f"{checked.out.count('✓')} steps passed; every act above has its leaf. 日志核验通过。"
    )


def main() -> int:
    """Run all steps; 0 when every expectation held."""
    started = time.monotonic()
    console.print(Text("countersign 会签: the whole way in one go", style="bold"))
    console.print(Text("Invented people, this machine only. 虚构人物，只在本机。", style="dim"))
    try:
        clear_stage()
        show.typed(f"export COUNTERSIGN_HOME={HOME}")
        words_become_claims()
        lin_decides()
        published(both_sign())
        anyio.run(agent_asks)
        nothing_is_left()
    except Unexpected as e:
        console.print(Text(f"\nThe demo expected {e}.", style="bold red"))
        return 1
    console.print()
    for line in (
        "Two answers, each with Lin's name, date and claim id. 两次回答，均署名、有日期和编号。",
        "No signature: refused. Taken back: refused at once, by the same running server."
        " 未签：拒绝。收回：同一服务立即拒绝。",
        "After it: residue 0, log verified. Lin's own vault is untouched. 无残留，日志可核验。",
        f"Took {time.monotonic() - started:.0f} s. Your turn 轮到你: "
        ".venv/bin/countersign start PATH --try",
    ):
        console.print(Text(line, style="bold"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
