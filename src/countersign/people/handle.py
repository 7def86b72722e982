# SPDX-License-Identifier: Apache-2.0
"""A handle: an account on one platform by its exact identifier, never a name's substring."""

from __future__ import annotations

import re
from dataclasses import dataclass

from countersign.errors import BadInput

SCHEMES = frozenset(
    [
        "mail",
        "slack",
        "feishu",
        "dingtalk",
        "wecom",
        "wechat",
        "teams",
        "discord",
        "telegram",
        "whatsapp",
        "zulip",
        "mattermost",
        "matrix",
        "github",
        "gitlab",
        "gerrit",
        "git",
        "meeting",
        "name",
        "claude-code",
        "codex",
    ]
)
_CASE_BLIND = frozenset({"mail", "github", "gitlab"})


@dataclass(frozen=True, slots=True, order=True)
class Handle:
    """`scheme:value`, compared byte for byte after the platform's own normal form.

    Mail addresses and forge logins are compared without case, as those platforms do; every other
    identifier exactly. A display name is never a handle, save for the schemes `name` and
    `meeting`, whose formats have nothing better; those are always confirmed by the person.
    """

    scheme: str
    value: str

    @classmethod
    def parse(cls, text: str) -> Handle:
        """Read `scheme:value`; raises `BadInput` for an unknown scheme or an impossible value.

        A value has no invisible character, and a mail address neither a space nor a display name:
        such a handle would never meet a trace, and nobody would see why.
        """
        scheme, _, value = text.partition(":")
        made = cls.of(scheme.strip().lower(), value.strip())
        odd = made.scheme == "mail" and not _ADDRESS.fullmatch(made.value)
        if made.scheme not in SCHEMES or odd or not (made.value and made.value.isprintable()):
            raise BadInput(
                "This is not a handle.",
                why="A handle is scheme:value, for example mail:ann@example.org or slack:U012AB3CD.",
                remedy="Schemes: " + ", ".join(sorted(SCHEMES)) + ".",
            )
        return made

    @classmethod
    def of(cls, scheme: str, value: str) -> Handle:
        """Return the handle in the platform's normal form (used by readers, never fails)."""
        if scheme == "mail":
            value = _unmangle(value)
        return cls(scheme, value.lower() if scheme in _CASE_BLIND else value)

    def __str__(self) -> str:
        """Print as `scheme:value`."""
        return f"{self.scheme}:{self.value}"


_ADDRESS = re.compile(r"[^\s<>]+")
_MANGLED = re.compile(r"^(\S+)\s+at\s+(\S+)$")


def _unmangle(address: str) -> str:
    """Undo Mailman's `user at host`, which stands for the same mailbox as `user@host`."""
    found = _MANGLED.match(address.strip())
    return f"{found[1]}@{found[2]}" if found else address.strip()
