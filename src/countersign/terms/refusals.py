# SPDX-License-Identifier: Apache-2.0
"""What a refusal says: what, why, remedy in plain English, and one line in Chinese, by code.

Codes are stable: programs may act on them, people read the texts. The order here is the order in
which `decide` asks, so the first thing that is wrong is the thing that is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from countersign.errors import NotAllowed


class Refused(NotAllowed):
    """A refusal as an error, for those who would rather raise it; keeps its code and Chinese line."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.what, why=refusal.why, remedy=refusal.remedy)
        self.code = refusal.code
        self.zh = refusal.zh


@dataclass(frozen=True, slots=True)
class Refusal:
    """The answer no: a stable code, what is refused, why, what to do, and the same in Chinese."""

    code: str
    what: str
    why: str
    remedy: str
    zh: str

    def to_error(self) -> Refused:
        """Return the refusal as an error that can be raised."""
        return Refused(self)


class Text(NamedTuple):
    """The texts of one refusal; `{…}` stand for ids, dates and words of the closed sets."""

    what: str
    why: str
    remedy: str
    zh: str


TEXTS: dict[str, Text] = {
    "own-vault": Text(
        "This is not an act inside one's own vault.",
        "Without an agreement a person may only keep, distill and export in their own vault, locally.",
        "For anything that leaves the vault, sign terms first: `countersign ask-for`, then `sign`.",
        "无会签时，本人只可在自己的保险库内保存、整理、导出；要对外，请先会签。",
    ),
    "no-standing": Text(
        "There is no agreement for this.",
        "No skill without a signature.",
        "Ask the person: `countersign ask-for PERSON --as PARTY --terms my-team`.",
        "没有会签，不成技能。请先征求本人同意。",
    ),
    "missing-signature": Text(
        "The agreement is not fully signed: {missing} has not signed.",
        "It binds nobody, and allows nothing, before both sides signed the same bytes.",
        "Let them sign with their own key: `countersign sign OFFER --as ID`.",
        "会签未完成：尚缺 {missing} 的签名。",
    ),
    "missing-item": Text(
        "The agreement pays nothing, and the person did not choose that.",
        "Zero is only ever the person's own signed choice (clause 23).",
        "Make a new offer with a benefit, or let the person sign it with --item zero-benefit.",
        "回报为零，须由本人另行签署确认。",
    ),
    "withdrawn": Text(
        "The person took this back on {since}.",
        "A withdrawal ends all use at once and for good; no reason is owed.",
        "Ask the person, or the team. Money owed stays owed.",
        "本人已于 {since} 收回，即刻停用。",
    ),
    "suspended": Text(
        "The agreement is suspended since {since}.",
        "While it is suspended nothing may be used.",
        "Wait until the person resumes it, or ask the team.",
        "自 {since} 起暂停使用。",
    ),
    "old-terms": Text(
        "These terms are of an older form.",
        "They know fewer rights than today's, so nothing new is done under them (clause 9).",
        "Offer the same terms again; both sides sign once.",
        "条款为旧版，须重新会签后才可使用。",
    ),
    "transferred": Text(
        "The party passed to another one on {at}.",
        "An agreement is not handed on; the successor is a new recipient (clause 26).",
        "Let the successor offer terms of its own.",
        "相对方已于 {at} 变更，协议不随之转移，须重新征求同意。",
    ),
    "incapable": Text(
        "The person cannot decide for themself since {at}.",
        "Until they or their delegate say otherwise, nothing is used (clause 28).",
        "Ask the delegate named in the terms, or the team.",
        "本人自 {at} 起无法自行决定，暂停使用。",
    ),
    "left": Text(
        "The person left on {at}, and with them the skill stops.",
        "Use after leaving needs terms of its own, with pay (clause 27).",
        "Ask the person for terms like handover.",
        "本人已于 {at} 离开，技能随之停用。",
    ),
    "not-started": Text(
        "The agreement starts on {starts}.",
        "Nothing may be used before the day that was signed.",
        "Wait until then.",
        "协议自 {starts} 起生效，尚未开始。",
    ),
    "expired": Text(
        "The agreement ended on {expires}.",
        "Every grant ends, and none renews itself (clause 13).",
        "Offer new terms if both sides still want it.",
        "协议已于 {expires} 到期，不自动续。",
    ),
    "cooling-off": Text(
        "The cooling-off time runs until {cooled}.",
        "Before the first use the person has this time to change their mind (clause 12).",
        "Wait until then. Only the person can sign a shorter time: sign OFFER --item short-cooling-off.",
        "冷静期至 {cooled}，期间不可使用。",
    ),
    "below-floor": Text(
        "The terms are below a floor that binds both sides: {field}.",
        "Nobody can sign or use less than what was agreed together (clause 16).",
        "`countersign floor check AGREEMENT` says what to change; then offer the terms again.",
        "条款低于集体约定的底线（{field}），不可使用。",
    ),
    "undertaking": Text(
        "The party has not signed that saying no costs nothing.",
        "Before anybody is asked, the party undertakes that a no has no consequence (clause 12).",
        "Let the party sign the undertaking: `countersign ask-for` does it with its key.",
        "相对方尚未签署“不同意，不影响本人”的承诺。",
    ),
    "identity": Text(
        "It is not shown well enough who signed.",
        "These terms want at least: {level}.",
        "Prove a handle: `countersign people challenge`.",
        "签署人身份的证明等级不足，至少须为 {level}。",
    ),
    "notice": Text(
        "The representatives were not told yet.",
        "They are told before the first use (clause 17).",
        "Sign the notice: `countersign notice to-representatives --as PARTY`.",
        "首次使用前须先告知职工代表。",
    ),
    "assessment": Text(
        "The impact assessment is missing.",
        "Nothing goes live before somebody has written down what could go wrong (clause 30).",
        "Fill it in: `countersign notice assessment AGREEMENT --as PARTY`.",
        "缺少影响评估，不可启用。",
    ),
    "changed": Text(
        "What is done is no longer what was signed.",
        "A new purpose, method, kind, audience or model needs a new signature (clause 9).",
        "Go back to what was signed, or offer new terms.",
        "处理方式已变更，须重新征得同意。",
    ),
    "never": Text(
        "'{purpose}' is never allowed.",
        "Clause {clause} forbids it, whatever anybody signs.",
        "Use the skill for work, not against the person.",
        "任何条款都不允许此用途（第 {clause} 条）。",
    ),
    "purpose": Text(
        "The terms do not allow this purpose.",
        "Allowed: {purposes}. What is not named is not granted (clause 8).",
        "Ask for an allowed purpose, or ask the person for new terms.",
        "条款不含此用途；可用于：{purposes}。",
    ),
    "not-ticked": Text(
        "The person did not tick this.",
        "Each purpose, audience and source is its own choice, and may be taken back alone (clause 6).",
        "Ask for what was ticked, or ask the person.",
        "本人未勾选此项，或已单独收回。",
    ),
    "party": Text(
        "The agreement is with another party.",
        "Terms hold for the party that signed them and are not passed on (clause 26).",
        "Let that party ask, or sign an agreement of your own.",
        "协议的相对方不是你方，不可转用。",
    ),
    "audience": Text(
        "The terms do not reach this audience.",
        "Allowed: {audience}. Release to everyone needs an item of its own (clause 6).",
        "Ask the person for new terms.",
        "条款不含此范围；可用范围：{audience}。",
    ),
    "actor": Text(
        "This act is the person's own.",
        "Only the person keeps, distills and publishes their words; nobody does it for them.",
        "Let the person do it, with their own key.",
        "此事只能由本人来做。",
    ),
    "callers": Text(
        "More callers than the terms allow.",
        "The person signed for at most {callers}.",
        "Remove callers, or ask the person for new terms.",
        "使用者人数超过约定的 {callers} 人。",
    ),
    "delivery": Text(
        "The terms do not allow this delivery.",
        "Signed: {delivery}. A served skill is asked, not copied.",
        "Install the stub and ask over MCP, or ask the person for new terms.",
        "条款约定的交付方式为 {delivery}。",
    ),
    "kinds": Text(
        "The terms do not cover this kind of claim.",
        "Allowed: {kinds}.",
        "Leave out what is not allowed, or ask the person for new terms.",
        "条款不含此类内容；可用：{kinds}。",
    ),
    "sources": Text(
        "The terms do not cover this source.",
        "Allowed: {sources}.",
        "Leave out claims from other sources, or ask the person for new terms.",
        "条款不含此来源；可用：{sources}。",
    ),
    "part-withdrawn": Text(
        "The person took this part back.",
        "A part can be taken back alone, for good and without a reason.",
        "Ask about something else, or ask the person.",
        "本人已收回此部分。",
    ),
    "training": Text(
        "Training of models is not allowed.",
        "It needs the purpose, the item signed on its own, and an export for nothing else (clause 6).",
        "Ask the skill instead of training on it.",
        "不得用于训练模型。",
    ),
    "persona": Text(
        "The skill does not speak as the person.",
        "A persona needs a rider of its own, signed apart and not expired, and is only served (clause 7).",
        "Ask for what the person knows, not for their voice.",
        "不得冒充本人。",
    ),
    "sensitive": Text(
        "Sensitive matters are not granted.",
        "They need an item of their own, which the person did not sign (clause 6).",
        "Leave them out.",
        "未单独同意涉及敏感信息。",
    ),
    "region": Text(
        "The terms do not allow this place.",
        "Signed: {region}. Another region or border needs its own consent (clause 31).",
        "Serve from the signed place, or ask the person for new terms.",
        "条款约定的地点为 {region}。",
    ),
    "endpoint": Text(
        "The terms do not allow this model.",
        "Allowed remote models: {endpoints} (clause 31).",
        "Use a local engine, or ask the person for new terms.",
        "条款不含此模型；可用：{endpoints}。",
    ),
    "method": Text(
        "The terms do not allow this way of working on the words.",
        "Signed: {methods}. Another method or family of models needs a new signature (clause 9).",
        "Use a method that was signed, or ask the person for new terms.",
        "条款不含此处理方式；可用：{methods}。",
    ),
    "policy": Text(
        "The company's own policy does not allow this.",
        "A policy can only narrow what terms allow.",
        "`countersign policy show PARTY` says what it allows.",
        "公司政策不允许此用法。",
    ),
    "incomplete": Text(
        "The request does not say enough to be allowed.",
        "This act needs: {needs}.",
        "Say all of it; doubt is refused (clause 33).",
        "请求不完整，须说明：{needs}。",
    ),
    "error": Text(
        "The request could not be decided.",
        "An error or doubt is always a refusal (clause 33).",
        "Please report it: this is a defect of ours.",
        "无法判定，按拒绝处理。",
    ),
}


def refuse(code: str, **said: object) -> Refusal:
    """Return the refusal of that code with its places filled in."""
    text = TEXTS[code]
    filled = (part.format(**said) for part in text)
    what, why, remedy, zh = filled
    return Refusal(code, what, why, remedy, zh)
