# SPDX-License-Identifier: Apache-2.0
"""Terms in one line that can be pasted in a chat: `countersign:terms/1/….WORDS`.

The line holds the whole terms, deflated with a dictionary that never changes, in base64url (RFC
1951, RFC 4648), and the first digest words of them, which reading checks. It names nobody, needs no
server, and is no web address: nothing is fetched when somebody taps on it.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib

from countersign.errors import BadInput, NotVerified
from countersign.seal import canonical, digest_words, read_canonical
from countersign.terms.terms import Terms

PREFIX = "countersign:terms/1/"
WORDS = 3
MOST_BYTES = 64 * 1024
# Frozen with the 1 in the prefix: links already pasted depend on every byte. What terms usually say
# stands last, where deflate reaches it with the fewest bits.
_DICTIONARY = (
    b'[{"amount":300000,"currency":"CNY","kind":"flat","period":"once"}{"amount":0,'
    b'"currency":"EUR","kind":"per-use","period":"use"}"currency":"USD","kind":"pool",'
    b'"period":"month""kind":"time-off","period":"quarter""kind":"training-budget",'
    b'"period":"year""kind":"zero""audience":["client","company","everyone","self","team"],'
    b'"attribution":"none""attribution":"pseudonym""delivery":"folder",'
    b'"gap":"topic""gap":"named""handOffHours":"any-time""onLeaving":"continue",'
    b'"profile":"company""profile":"public""profile":"self""kinds":["contact","criterion",'
    b'"decision","ownership","pitfall","preference","procedure","rule","style","vocabulary"],'
    b'"methods":["host-agent","local","remote-model"],"purposes":["answer-questions",'
    b'"hand-over","onboard","review-changes",'
    b'"train-models"]"representedBy":"counsel""representedBy":"union""representedBy":"works-council""identityAtLeast":"handle-challenge""successor":"ends""sources":["agent-sessions",'
    b'"code-review","commits","dingtalk","discord","documents","feishu","interview","mail",'
    b'"matrix","mattermost","meetings","notes","paste","slack","teams","telegram","wechat",'
    b'"wecom","whatsapp","zulip"],"termDays":730,"termDays":180,"termDays":90,'
    b'"cooling_off":72true,{"alias":"","attribution":"name","audience":["team"],'
    b'"benefits":[{"amount":0,"currency":"","kind":"credit","period":"once"},{"amount":2,'
    b'"currency":"","kind":"review-hours","period":"month"}],"callersAtMost":20,'
    b'"coolingOffChosenByPerson":false,"coolingOffHours":48,"countersigned":false,'
    b'"crossBorder":false,"delegate":"","delivery":"served","endpoints":[],"gap":"neutral",'
    b'"handOffHours":"working-hours","handOffsPerWeek":3,"identityAtLeast":"self-asserted",'
    b'"kinds":["criterion","decision","ownership","pitfall","procedure","rule","vocabulary"],'
    b'"methods":["local"],"models":[],"onLeaving":"suspend","persona":false,"profile":"team",'
    b'"publicRelease":false,"purposes":["answer-questions","onboard","review-changes"],'
    b'"quoteDocuments":false,"region":"here","representative":"","representedBy":"none",'
    b'"sensitive":false,"sources":["code-review","documents","interview","mail","notes",'
    b'"paste","slack"],"starts":"","successor":"asks-anew","takeAlong":["claims","credit",'
    b'"portfolio"],"termDays":365,"training":false,"v":2,"zeroChosenByPerson":false}'
)
_LINK = re.compile(re.escape(PREFIX) + r"([A-Za-z0-9_-]+)\.([a-z]+(?:-[a-z]+)*)")


def terms_link(terms: Terms) -> str:
    """Return the line for `terms`; equal terms give an equal line."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=_DICTIONARY)
    data = packed.compress(canonical(terms.to_value())) + packed.flush()
    text = base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")
    return f"{PREFIX}{text}.{digest_words(terms.digest, count=WORDS)}"


def is_link(text: str) -> bool:
    """Tell whether a text is meant to be such a line."""
    return text.strip().startswith("countersign:")


def read_link(text: str) -> Terms:
    """Return the terms of a line; raises `BadInput` for what is none, or was cut or changed."""
    found = _LINK.fullmatch(text.strip())
    if found is None:
        raise _unreadable("It does not have the form of one.")
    try:
        made = Terms.from_value(read_canonical(_inflated(found[1])))
    except (ValueError, zlib.error, binascii.Error, BadInput, NotVerified) as e:
        raise _unreadable("It was cut off, or is of a newer version.") from e
    if digest_words(made.digest, count=WORDS) != found[2]:
        raise _unreadable(
            "Its words do not fit its terms: it was changed, or is of a newer version."
        )
    return made


def _inflated(text: str) -> bytes:
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    reader = zlib.decompressobj(-15, zdict=_DICTIONARY)
    out = reader.decompress(data, MOST_BYTES)
    if not reader.eof or reader.unused_data:
        raise ValueError("not one whole stream")
    return out


def _unreadable(why: str) -> BadInput:
    return BadInput(
        "This link holds no terms that can be read.",
        why=why,
        remedy="Copy the whole line again, from countersign: to its last word.",
    )
