# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How to read the page, in plain words."""

from __future__ import annotations

from teql_monitor.page.states import STATES

SWATCHES = (
    ("low", "the fastest answer in 100 seconds"),
    ("mean", "the average answer"),
    ("high", "the slowest answer"),
    ("lost", "probes lost, hanging from the top"),
    ("out", "out of the bond for most of these 100 seconds"),
    ("blank", "the monitor did not run: nothing is known"),
)
RATES = (("tx", "upload"), ("rx", "download (the line)"))

READING = """
Every strip shows 25 hours, one column is 100 seconds, and all strips share one time axis and one scale.

Latency stands on the bottom. A steady low band is good; a slowest answer far above the rest is a queue that fills.

Loss hangs from the top on a square-root scale, so that little of it shows: a tenth of the height is 1 %, a third is
10 %, all of it 100 %. From 1 % on (the dotted line) it costs a per-packet bond much of its speed.

High latency together with an upload that is flat at its top is the line's own traffic: it is full, not broken.

A saw-tooth is mostly the way a router answers, and harmless. A step that stays is another path.

In the rows on top, pale is in the bond and strong is out of it. A short mark is a short absence; a low foot is a line
that stayed in although its state was bad, because it was one of the last. Point at a mark for its reason.

Only upload is spread over the lines by the bond; what arrives took the way the provider chose.
"""


def draw(rates: bool) -> str:
    states = "".join(
        f'<li><i class="square fill-{each.letter}"></i><b>{each.name}</b> {each.meaning}</li>' for each in STATES
    )
    states = '<li><i class="square fill-in"></i><b>in the bond</b> carries its share of the packets</li>' + states
    states += (
        '<li><i class="square fill-h"></i><b>held out</b> up, but waits or is damped after changing too often</li>'
    )
    swatches = "".join(
        f'<li><svg class="swatch" width="26" height="14">{_swatch(kind)}</svg>{meaning}</li>'
        for kind, meaning in SWATCHES + (RATES if rates else ())
    )
    words = "".join(f"<p>{each.strip()}</p>" for each in READING.split("\n\n"))
    return f'<div class="legend"><div><ul>{swatches}</ul><ul>{states}</ul></div><div>{words}</div></div>'


def _swatch(kind: str) -> str:
    shapes = {"blank": "M-2 14L6 0M6 14L14 0M14 14L22 0M22 14L30 0", "rx": "M0 10h9v-5h8v3h9", "lost": "M0 0h26v9h-26z"}
    shape = shapes.get(kind, "M0 0h26v14h-26z")
    return f'<path class="ground" d="M0 0h26v14h-26z"/><path class="{kind}" d="{shape}"/>'
