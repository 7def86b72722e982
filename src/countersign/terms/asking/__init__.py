# SPDX-License-Identifier: Apache-2.0
"""Asking without pressure: requests, answers, terms agreed together, and the reply kit.

Other parts of `terms` import the modules by name; the room's front door lists what is public.
"""
