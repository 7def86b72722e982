# SPDX-License-Identifier: Apache-2.0
"""Measures, never timed tests: `make bench` prints one table."""
