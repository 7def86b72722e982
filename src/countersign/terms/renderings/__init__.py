# SPDX-License-Identifier: Apache-2.0
"""Records for others to read: DPV/ISO 27560, ODRL, Kantara. Renderings, never the source of truth."""
