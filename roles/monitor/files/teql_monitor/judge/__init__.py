# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that decides about a line. Pure: no socket, no clock, no log; time is an argument, in seconds.

    judge = Judge(config)
    judge.links(now, ...), judge.probe(now, ...), judge.router(...), judge.tick(now)     what was seen
    decision = judge.decide(now)                                                         what follows from it

`track` holds what one target over one line answered, `line` what is known of a line, `quality` when a line is late or
lossy, `damping` how a line that flaps is kept out, `membership` who is in the bond; `bond` brings them together.
"""

from teql_monitor.judge.bond import Change, Decision, Judge, Port

__all__ = ["Change", "Decision", "Judge", "Port"]
