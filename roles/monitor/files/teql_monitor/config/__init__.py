# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration: its values and defaults, and how its JSON is read, refused or warned about."""

from __future__ import annotations

from teql_monitor.config.advice import warnings
from teql_monitor.config.model import Config, Damping, Latency, LineConfig, Loss
from teql_monitor.config.reading import ConfigError, load, parse

__all__ = ["Config", "ConfigError", "Damping", "Latency", "LineConfig", "Loss", "load", "parse", "warnings"]
