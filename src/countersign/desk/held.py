# SPDX-License-Identifier: Apache-2.0
"""What is looked at before anything is served: files in the home, and a hub put back by hand.

A hub that is older than a log that was seen serves nothing: it may lack withdrawals.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from countersign.desk.dropped import honour_dropped
from countersign.errors import CountersignError
from countersign.log import catch_up, head
from countersign.people import Hub
from countersign.terms import held_hub, hold_hub


def look_around(hub: Hub, *, now: datetime) -> None:
    """Before serving: take in files that lie in the home, and notice a hub that was put back by hand.

    Such a hub takes over the leaves that its folder has, so that its log stays one history, and is
    held: what those leaves stand for, withdrawals among them, it does not know.
    """
    with hub.db.read() as c:
        held, size = held_hub(c), head(c).size
    caught_up = False
    if not held and size < (published := _published(hub)):
        with hub.db.write() as c:
            hold_hub(c, published)
        with suppress(CountersignError), hub.db.write() as c:
            catch_up(c, hub.log_folder, vkey=hub.signer.vkey, at=now)
            caught_up = True
    honour_dropped(hub, now=now, caught_up=caught_up)


def _published(hub: Hub) -> int:
    try:
        text = (hub.log_folder / "checkpoint").read_text(encoding="utf-8")
        return int(text.split("\n")[1])
    except (OSError, ValueError, IndexError):
        return 0
