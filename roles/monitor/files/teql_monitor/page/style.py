# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The look of the page: light, dark, narrow and on paper.

Colours keep apart for colour-blind readers by lightness too: pale is well, strong is not; blue is time, red is loss.
"""

from __future__ import annotations

LIGHT = """
--paper:#fff;--ink:#18212c;--soft:#566373;--rule:#dde2e8;--ground:#f4f6f9;--grid:#0f1b2a;
--low:#1d4f91;--mean:#5c95d0;--high:#b9d5ef;--lost:#d3201f;--out:#e4d8f1;--blank:#98a2ae;--tx:#d79a2b;--rx:#3a4552;
--spread:#54708f;--every:#8a5a00;
--in:#b4dccf;--u:#2f9e7d;--d:#b5161a;--g:#cc6a00;--r:#7a50ad;--s:#4aa3dd;--m:#7d3c12;--h:#66727f;--x:#222;
--good-paper:#e5f4ee;--good:#0d6b50;--warn-paper:#fff2da;--warn:#7a4b00;--bad-paper:#fde8e6;--bad:#9c1512;
"""
DARK = """
--paper:#11161d;--ink:#e6ebf1;--soft:#9ba8b7;--rule:#2b3440;--ground:#1a212b;--grid:#fff;
--low:#6fb0ee;--mean:#3a73b3;--high:#254364;--lost:#ff5d52;--out:#42305a;--blank:#66727f;--tx:#b07c1e;--rx:#dfe6ee;
--spread:#7f9dbf;--every:#f0b95a;
--in:#1a4d41;--u:#3fbf98;--d:#ff5d52;--g:#ffb02e;--r:#b592e6;--s:#6cbcf0;--m:#d98a55;--h:#9aa5b1;--x:#f4f4f4;
--good-paper:#12312a;--good:#8fe0c6;--warn-paper:#3a2b0d;--warn:#ffcf7d;--bad-paper:#43181a;--bad:#ffb1aa;
"""
TEXT = """
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1148px;margin:0 auto;padding:20px 20px 40px}
h1{font-size:22px;margin:0}h2{font-size:15px;margin:26px 0 2px}p{margin:2px 0 8px;color:var(--soft);max-width:75em}
header{display:flex;flex-wrap:wrap;gap:2px 18px;align-items:baseline}
.facts{margin:0;display:flex;flex-wrap:wrap;gap:0 14px}
.overall{margin:12px 0;padding:10px 14px;border-left:5px solid;font-size:17px;max-width:none;overflow-wrap:anywhere}
.good{background:var(--good-paper);color:var(--good)}.warn{background:var(--warn-paper);color:var(--warn)}
.bad,.alarm{background:var(--bad-paper);color:var(--bad)}
.alarm{margin:12px 0;padding:10px 14px;border:2px solid;max-width:none;overflow-wrap:anywhere}
small{color:var(--soft);font-size:12px}
code{font-size:13px}
"""
TABLES = """
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th{font-weight:600;font-size:12px;color:var(--soft);text-align:left;padding:4px 12px 4px 0;
border-bottom:1px solid var(--rule)}
td{padding:5px 12px 5px 0;border-bottom:1px solid var(--rule);vertical-align:top}
th:first-child,td:first-child{padding-left:8px}
.n{text-align:right;white-space:nowrap}.state,.since,.t{white-space:nowrap}
.who,.why{overflow-wrap:anywhere}.why{min-width:9em}.who{min-width:7em}
.lines .n small{display:block;line-height:1.2}.lines .since small{display:block;line-height:1.2}
.lines .ill{background:var(--bad-paper)}.lines .kept{background:var(--warn-paper)}
.bar{display:block;height:3px;width:56px;margin:3px 0 0 auto;background:var(--rule)}
.bar i{display:block;height:3px;background:var(--u)}
.square{display:inline-block;width:11px;height:11px;margin-right:6px;vertical-align:-1px}
.square.in,.square.fill-in{background:var(--in);outline:1px solid var(--u);outline-offset:-1px}
.square.out{background:var(--d)}
.many td{padding-top:1px;padding-bottom:1px}.many .since small{display:inline}.many .n small,.many .bar{display:none}
.events td{padding-top:2px;padding-bottom:2px}
"""
STRIPS = """
.strips{position:relative}
.row{display:grid;grid-template-columns:160px minmax(0,900px) 48px}
.row>div{min-width:0}
.head{padding-right:8px;overflow:hidden}.tail{padding-left:6px;font-size:11px;line-height:14px}
.member{margin-bottom:3px}.member .head{line-height:14px;font-size:13px;white-space:nowrap;text-overflow:ellipsis}
.row.line{margin:10px 0 4px}.line .head{padding-right:56px;line-height:1.3}
.line .title{display:block;font-size:15px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.now{display:block;font-size:12px;white-space:nowrap}.sum,.sum span{display:block;font-size:12px;color:var(--soft)}
.strip{display:block;overflow:visible}
text{font-size:10px;fill:var(--soft);font-variant-numeric:tabular-nums}
.axis text{text-anchor:middle}.left{text-anchor:end}.axis .date{fill:var(--ink);font-weight:700}
path,rect{vector-effect:non-scaling-stroke}
.ground{fill:var(--ground)}
.hour{stroke:var(--grid);stroke-opacity:.09;fill:none}.midnight{stroke:var(--grid);stroke-opacity:.45;fill:none}
.low{fill:var(--low)}.mean{fill:var(--mean)}.high{fill:var(--high)}.lost{fill:var(--lost)}.out{fill:var(--out)}
.harm{stroke:var(--lost);stroke-opacity:.35;stroke-dasharray:1 3;fill:none}
.blank{stroke:var(--blank);fill:none}.tx{fill:var(--tx)}.rx{stroke:var(--rx);fill:none}
.spread{fill:var(--spread)}.every{stroke:var(--every);stroke-dasharray:3 2;fill:none}
.fill-in{fill:var(--in)}.tips{fill:none;pointer-events:all}
.legend{display:grid;grid-template-columns:minmax(0,5fr) minmax(0,7fr);gap:6px 32px}
.legend ul{list-style:none;margin:0 0 10px;padding:0}.legend li{margin:3px 0;padding-left:34px;text-indent:-34px}
.legend ul+ul li{padding-left:17px;text-indent:-17px}
.swatch{margin-right:8px;vertical-align:-2px}
.cross{position:absolute;top:0;bottom:0;width:1px;background:var(--ink);opacity:.55;pointer-events:none}
.tip{position:fixed;z-index:2;pointer-events:none;background:var(--paper);color:var(--ink);border:1px solid var(--soft);
padding:5px 9px;font-size:12px;line-height:1.4;white-space:pre;
box-shadow:0 2px 8px #0004;font-variant-numeric:tabular-nums}
"""
NARROW = """
.row{grid-template-columns:52px minmax(0,1fr) 40px}
main{padding:12px 10px 30px}
.row.line{margin-top:16px}
.line .head{grid-column:1/-1;display:flex;flex-wrap:wrap;gap:0 12px;align-items:baseline;padding:0 0 3px}
.line .head+div{grid-column:2}.sum{display:flex;gap:0 10px}.spread-row .head{visibility:hidden}
.member .head{font-size:11px;padding-right:4px}.tail{padding-left:4px}
.fine,.near{display:none}
.lost,.fill-d,.fill-g,.fill-r,.fill-s,.fill-m,.fill-h,.fill-x{stroke-width:.7px}
.lost{stroke:var(--lost)}
.legend{grid-template-columns:1fr}
table,tbody{display:block}thead{display:none}
tr{display:flex;flex-wrap:wrap;gap:1px 14px;padding:6px 8px;border-bottom:1px solid var(--rule)}
td,td:first-child{border:0;padding:0}td:empty{display:none}
.lines td.n::before,.lines td.since::before{content:attr(data-l) " ";color:var(--soft);font-size:12px}
.lines .why{flex-basis:100%}.lines .n small,.lines .since small{display:inline}.bar{display:none}.n{text-align:left}
.who{min-width:0}.many .n small{display:inline}.lines .state{flex-grow:1}
"""
PRINT = """
main{max-width:none;padding:0}body{font-size:11px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
.row,tr,.overall{break-inside:avoid}h2{break-after:avoid}.cross,.tip{display:none}
.near{display:none}small,.now,.sum,.sum span{font-size:10px}
.row{grid-template-columns:120px minmax(0,1fr) 42px}.line .head{padding-right:46px}
"""


def _fills() -> str:
    """One colour a state, for squares and for marks in strips."""
    return "".join(f".fill-{letter}{{fill:var(--{letter});background:var(--{letter})}}" for letter in "udgrsmhx")


STYLE = (
    f":root{{color-scheme:light dark;{LIGHT}}}"
    f"@media screen and (prefers-color-scheme:dark){{:root{{{DARK}}}}}"
    f"{TEXT}{TABLES}{STRIPS}{_fills()}"
    f"@media screen and (max-width:760px){{{NARROW}}}"
    f"@media print{{{PRINT}}}"
)
