# SPDX-License-Identifier: Apache-2.0
"""evals/evals.json in the agentskills convention: what to ask this skill, and what must come back.

Prompts are made of topics and expected outputs of claim ids, so the file tells nothing that
SKILL.md does not.
"""

from __future__ import annotations

import re
from typing import Any

from countersign.seal import canonical
from countersign.skill.byline import GAP, disclosure
from countersign.skill.manifest import Manifest
from countersign.skill.shelves import MORE, in_order

MOST = 8
_HAN = re.compile("[\u3400-\u9fff]")


def evals(m: Manifest) -> bytes:
    """Return up to eight evaluations by topic, and one whose right answer is the gap line."""
    shelves = [s for s in in_order([c.shelf for c in m.claims]) if s != MORE][:MOST]
    made = [_about(m, number, shelf) for number, shelf in enumerate(shelves, 1)]
    made.append(
        {
            "id": len(made) + 1,
            "prompt": "What does this skill say about repairing a bicycle's gears?",
            "expected_output": f"The gap line and no advice: {GAP['en']} {GAP['zh']}",
            "files": [],
        }
    )
    return canonical({"skill_name": m.name, "evals": made})


def _about(m: Manifest, number: int, shelf: str) -> dict[str, Any]:
    ids = [c.id for c in m.claims if c.shelf == shelf][:3]
    said = shelf.replace("-", " ")
    prompt = (
        f"关于{said}，要注意什么？" if _HAN.search(said) else f"What should I know about {said}?"
    )
    return {
        "id": number,
        "prompt": prompt,
        "expected_output": f"Rests on {', '.join(ids)} and names them; says: {disclosure(m.byline, 'en')}.",
        "files": [],
    }
