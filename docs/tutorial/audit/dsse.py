# SPDX-License-Identifier: Apache-2.0
"""Lay out a DSSE envelope for `openssl`: python3 dsse.py RECORD TRUST.JSON

Writes `message` (what was signed, DSSE's pre-authentication encoding), `signature`, `key.der` (the
trusted key that the envelope names) and `log.vkey`. Python's own library, no line of countersign.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

record, trust = (json.loads(Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:3])
body, kind = base64.b64decode(record["payload"]), record["payloadType"].encode()
signed = record["signatures"][0]
for key in trust["keys"]:
    raw = base64.b64decode(key["public"])
    if hashlib.sha256(raw).hexdigest() == signed["keyid"]:
        # An Ed25519 public key as X.509 knows it (RFC 8410): twelve fixed bytes, then the key.
        Path("key.der").write_bytes(bytes.fromhex("302a300506032b6570032100") + raw)
        print("signed by", key["subject"], "identity:", key["identityLevel"])
        break
else:
    sys.exit("No trusted key has the id that the envelope names.")
Path("message").write_bytes(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body))
Path("signature").write_bytes(base64.b64decode(signed["sig"]))
Path("log.vkey").write_text(trust["logs"][0], encoding="utf-8")
