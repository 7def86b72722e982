# SPDX-License-Identifier: Apache-2.0
"""Training of the local engine's weights: seeds written for it, and hand labels on public traces."""
