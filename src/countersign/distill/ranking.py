# SPDX-License-Identifier: Apache-2.0
"""Order: which claims a person should be shown first.

On top of a claim's own worth and trust count: that it asks for something (a rule serves a stranger
more than a remark), that it is about how work is done (tests, reviews, approvals, deadlines) and
not about one tool's inner life, and that the first pages are not all about one subject.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from countersign.terms import Kind

# How work is done, in many trades. General words; nobody's handbook was read for them.
_PRACTICE = re.compile(
    r"\b(?:(?:unit |regression |acceptance |integration )?tests?|test(?:ed|ing|able|s)?|test (?:cases?|suite|coverage)|coverage"
    r"|reviews?|review(?:ed|er|ers|ing)|commits?|committed|check(?:ed)? in|merg(?:e|ed|es|ing)|branch(?:es)?|trunk|releases?"
    r"|released|patch(?:es)?|tickets?|bug reports?|bugs?|tracker|issues? tracker|document(?:ed|s|ing|ation)?|docstrings?|docs"
    r"|comments?|naming|names?|named|style|coding|conventions?|polic(?:y|ies)|process|standards?|deploy\w*|backups?|migrat\w+"
    r"|deprecat\w+|compatib\w+|interfaces?|public|private|apis?|exceptions?|log(?:s|ged|ging)|versions?|maintain\w*|approv\w+"
    r"|sign(?:ed|ature|-off)?|contracts?|invoices?|customers?|clients? (?:data|account)|suppliers?|orders?|quotes?|deadlines?"
    r"|schedule[sd]?|budget|audits?|security|passwords?|permissions?|licen[cs]e[sd]?|copyright|contribut\w+|imports?|modules?"
    r"|dependenc(?:y|ies)|code|developers?|users?|reports?|examples?|meeting|on-?call|incidents?|escalat\w+|training|hand-?over"
    r"|labels?|safety|inspect\w+|measure\w*|quality|refactor\w*|duplicat\w+|simple|explicit\w*|readab\w+)\b"
    r"|测试|评审|评估|提交|合并|分支|发布|发版|上线|补丁|工单|文档|注释|命名|规范|流程|部署|备份|迁移|废弃|兼容|接口|异常|日志|版本"
    r"|审批|签字|合同|发票|客户|供应商|订单|报价|截止|预算|审计|安全|密码|权限|培训|交接|标签|检查|质量|盘点|验收",
    re.IGNORECASE,
)
# "should be able to", "should work", "must have been": expectations and guesses, which ask nothing.
_GUESS = (
    r"(?! (?:be (?:able|fine|obvious|clear|possible|easy|enough|good|ok(?:ay)?|safe|noted)|(?:also |just )?work"
    r"|already|end up|see|have|fix|help|be (?:a|some|the))\b)"
)
_ASKS = re.compile(
    rf"\b(?:should{_GUESS}|must{_GUESS}|shouldn't|never|always|don't|do not|needs? to|needs? (?:a|an|unit)"
    r"|ha(?:s|ve) to|required?|make sure|avoid|prefer|polic(?:y|ies)|standard|convention|rather than|instead of"
    r"|better|recommend\w*|best|important|can't|cannot|not (?:be )?(?:accept|allow)\w*|(?:good|bad) idea|welcome"
    r"|encourage\w*|discourage\w*|only|ought)\b"
    r"|必须|务必|应|不要|不得|不能|禁止|严禁|一律|统一|建议|最好|避免|先",
    re.IGNORECASE,
)
# "must be reviewed", "needs a test": a norm speaks of the thing, not of the one who is asking.
_NORM = re.compile(
    r"\b(?:should|shouldn't|must|ha(?:s|ve) to|needs? to|ought to|can't|cannot|may) (?:not |never |always |only |also )?be (?!able|fine|obvious|clear|possible|easy|enough|good|ok|safe|noted|a\b|the\b|some)\w+"
    r"|\bneeds? (?:a|an|some|more|at least|unit|new)\b|\b(?:all|every|any|no|new|each) (?:\w+ ){1,4}(?:should|must|needs?|ha(?:s|ve)|are|is)\b"
    r"|(?:一律|必须|统一|凡|所有|任何)",
    re.IGNORECASE,
)
_TALKING = re.compile(
    r"\b(?:you|your|you're|you'll|i|i'm|i've|i'd|me|my)\b|我|你|您", re.IGNORECASE
)
_CROWD = 0.94
_FEWEST = 0.6
_LONG = 280
_ENOUGH = 4


def lift(text: str, rule: float, worth: float, kind: Kind) -> float:
    """Return a factor around 1: more for what asks, and for what is about how work is done."""
    if kind is Kind.DECISION:
        return 1.0  # a decision asks nothing, it tells
    asks = _ASKS.search(text) is not None
    share = rule / (rule + worth) if worth else 0.0
    factor = (0.7 + 0.6 * share) * (1.0 if asks else 0.7)
    if asks:
        factor *= 1 + 0.2 * _touched(text)
        factor *= 1.25 if _NORM.search(text) else 1.0
    if len(text) > _LONG:
        factor *= 0.8  # what takes three lines to say is read by nobody first
    return factor * (1.15 if not _TALKING.search(text) else 1.0)


def _touched(text: str) -> int:
    """Return how many different things of work the text touches, at most `_ENOUGH`."""
    seen: set[str] = set()
    for match in _PRACTICE.finditer(text):
        seen.add(match.group().lower())
        if len(seen) == _ENOUGH:
            break
    return len(seen)


def spread(scores: Sequence[float], subjects: Sequence[Sequence[str]]) -> list[float]:
    """Lower the score of each claim whose subject already stands above it; given best first."""
    seen: Counter[str] = Counter()
    out = []
    for score, subject in zip(scores, subjects, strict=True):
        crowd = max((seen[s] for s in subject), default=0)
        out.append(score * max(_FEWEST, _CROWD**crowd))
        seen.update(subject)
    return out
