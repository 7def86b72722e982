# SPDX-License-Identifier: Apache-2.0
"""The closed sets that terms speak in. What is not here cannot be granted (clause 8).

What each word means to people stands in `meanings.py`, one plain sentence in each language.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from countersign.errors import BadInput


class Kind(StrEnum):
    """What a claim is. `style` exists only under a persona rider of its own."""

    RULE = "rule"
    DECISION = "decision"
    PROCEDURE = "procedure"
    PITFALL = "pitfall"
    CRITERION = "criterion"
    OWNERSHIP = "ownership"
    PREFERENCE = "preference"
    VOCABULARY = "vocabulary"
    CONTACT = "contact"
    STYLE = "style"


class Purpose(StrEnum):
    """What a skill may be used for."""

    ANSWER_QUESTIONS = "answer-questions"
    REVIEW_CHANGES = "review-changes"
    ONBOARD = "onboard"
    HAND_OVER = "hand-over"
    TRAIN_MODELS = "train-models"


class Audience(StrEnum):
    """Who may use a skill."""

    SELF = "self"
    TEAM = "team"
    COMPANY = "company"
    CLIENT = "client"
    EVERYONE = "everyone"


class Source(StrEnum):
    """Where the words behind a claim may come from; one word for each kind of reader."""

    MAIL = "mail"
    SLACK = "slack"
    NOTES = "notes"
    PASTE = "paste"
    DOCUMENTS = "documents"
    CODE_REVIEW = "code-review"
    COMMITS = "commits"
    MEETINGS = "meetings"
    FEISHU = "feishu"
    DINGTALK = "dingtalk"
    WECOM = "wecom"
    WECHAT = "wechat"
    TEAMS = "teams"
    DISCORD = "discord"
    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    ZULIP = "zulip"
    MATTERMOST = "mattermost"
    MATRIX = "matrix"
    AGENT_SESSIONS = "agent-sessions"
    INTERVIEW = "interview"


class Delivery(StrEnum):
    """How the text of a skill reaches who may use it. `folder` is the wider of the two."""

    SERVED = "served"
    FOLDER = "folder"


class Attribution(StrEnum):
    """How the person is named on the skill."""

    NAME = "name"
    PSEUDONYM = "pseudonym"
    NONE = "none"


class Profile(StrEnum):
    """How much ceremony an agreement needs, lightest first. A floor may raise it, never lower it."""

    SELF = "self"
    TEAM = "team"
    COMPANY = "company"
    PUBLIC = "public"


class OnLeaving(StrEnum):
    """What happens to the skill on the day the person leaves the party."""

    SUSPEND = "suspend"
    CONTINUE = "continue"


class Gap(StrEnum):
    """What an asker is shown where the skill holds nothing."""

    NEUTRAL = "neutral"
    TOPIC = "topic"
    NAMED = "named"


class BenefitKind(StrEnum):
    """What the person receives."""

    PER_USE = "per-use"
    FLAT = "flat"
    POOL = "pool"
    REVIEW_HOURS = "review-hours"
    TIME_OFF = "time-off"
    TRAINING_BUDGET = "training-budget"
    CREDIT = "credit"
    ZERO = "zero"


class Period(StrEnum):
    """How often a benefit falls due."""

    USE = "use"
    ONCE = "once"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Method(StrEnum):
    """How own words become claims. `remote-model` needs named endpoints; the others need none."""

    LOCAL = "local"
    HOST_AGENT = "host-agent"
    REMOTE_MODEL = "remote-model"


class Successor(StrEnum):
    """What happens when the party is merged, sold or renamed into another (clause 26)."""

    ENDS = "ends"
    ASKS_ANEW = "asks-anew"


class TakeAlong(StrEnum):
    """What the person may take along when they leave 带走; proofs and receipts are always theirs."""

    CREDIT = "credit"
    CLAIMS = "claims"
    PORTFOLIO = "portfolio"


class HandOffHours(StrEnum):
    """When a question may be handed on to the person. No answer is always fine."""

    WORKING_HOURS = "working-hours"
    ANY_TIME = "any-time"


class Representation(StrEnum):
    """Who stands beside the person, chosen by the person (clause 14)."""

    NONE = "none"
    WORKS_COUNCIL = "works-council"
    UNION = "union"
    COUNSEL = "counsel"


class Item(StrEnum):
    """What is off unless the person signs it on its own, beside the grant (clauses 6, 7, 12, 23)."""

    SHORT_COOLING_OFF = "short-cooling-off"
    ZERO_BENEFIT = "zero-benefit"
    PUBLIC_RELEASE = "public-release"
    CROSS_BORDER = "cross-border"
    SENSITIVE = "sensitive"
    TRAINING = "training"
    PERSONA = "persona"


_GROUPS: dict[type[StrEnum], str] = {Purpose: "purpose", Audience: "audience", Source: "source"}
TOGGLES = {word: f"{group}:{word.value}" for words, group in _GROUPS.items() for word in words}
"""The item that grants each purpose, audience and source on its own: `purpose:onboard`."""


class Act(StrEnum):
    """What somebody wants to do and needs a permit for."""

    KEEP = "keep"
    DISTILL = "distill"
    PUBLISH = "publish"
    INSTALL = "install"
    ANSWER = "answer"
    EXPORT = "export"


NEVER: dict[str, int] = {
    "evaluate-person": 20,
    "replace-person": 20,
    "set-workload": 20,
    "impersonate": 7,
}
"""Uses that no terms can express, with the clause of the rights page that forbids each."""

_Word = TypeVar("_Word", bound=StrEnum)


def read_word(words: type[_Word], text: object, field: str) -> _Word:
    """Return the member of `words` called `text`; raises `BadInput` naming the field or the clause."""
    if isinstance(text, str) and text in NEVER:
        raise BadInput(
            f"{field}: '{text}' can never be granted.",
            why=f"Clause {NEVER[text]} forbids it, whatever anybody signs.",
            remedy="Take it out of the terms.",
        )
    found = next((w for w in words if w.value == text), None)
    if found is None:
        shown = f"'{text}'" if isinstance(text, str) and len(text) <= 40 else "the value given"
        raise BadInput(
            f"{field}: {shown} is not one of its words.",
            why="Terms speak in closed sets, so that each use can be read before it is signed.",
            remedy="Choose from: " + ", ".join(w.value for w in words) + ".",
        )
    return found
