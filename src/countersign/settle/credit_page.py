# SPDX-License-Identifier: Apache-2.0
"""A credit record as a page for people, in en or zh: the same facts, nothing more."""

from __future__ import annotations

from countersign.clock import to_text
from countersign.settle.credit import Credit

_EN = """# Credit record

**{who}** shared work knowledge with **{party}** on terms that both signed.

| | |
|---|---|
| Topics | {topics} |
| Period | {first} to {last} (UTC) |
| Answers informed | {answers} |
| Identity shown as | {identity} |
| Issued | {issued} |

{party} signs this record; it can be checked offline with `countersign verify FILE` and the party's
key. It says what was shared and used. It is no rating of anybody, and it holds no content, no
question and no name of anybody who asked.

Record: `{digest}`
"""
_ZH = """# 贡献证明

**{who}** 依双方签署的条款，向 **{party}** 分享了工作经验。

| | |
|---|---|
| 主题 | {topics} |
| 期间 | {first} 至 {last}（UTC） |
| 助成的回答 | {answers} 次 |
| 身份依据 | {identity} |
| 出具时间 | {issued} |

本证明由 {party} 签名，凭其公钥可用 `countersign verify FILE` 离线核验。它只说明分享了什么、用了多少，
不是对任何人的评价，不含内容、提问，也不含提问者的姓名。

编号：`{digest}`
"""
_NOBODY = {"en": "A person who chose to stay unnamed", "zh": "一位选择不署名的同事"}
_COMMA = {"en": ", ", "zh": "、"}


def credit_page(credit: Credit, *, digest: str, lang: str) -> str:
    """Return the Markdown page of a credit record; `digest` is its envelope's."""
    text = _ZH if lang == "zh" else _EN
    return text.format(
        who=credit.byline or _NOBODY[lang],
        party=credit.party_name,
        topics=_COMMA[lang].join(credit.topics),
        first=credit.first.isoformat(),
        last=credit.last.isoformat(),
        answers=f"{credit.answers:,}",
        identity=credit.identity,
        issued=to_text(credit.issued_at),
        digest=digest,
    )
