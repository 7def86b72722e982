# SPDX-License-Identifier: Apache-2.0
"""The command line."""

import os
import signal
import sys

if os.path.basename(sys.argv[0]) == "countersign" and (
    signal.getsignal(signal.SIGINT) is signal.default_int_handler
):
    # Until everything is imported Ctrl-C ends us silently, not with a traceback (see main.run).
    signal.signal(signal.SIGINT, signal.SIG_DFL)
