# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the local hooks of the network scripts do for a bond: a port joins after its ifup and parts after its ifdown.

The network service brings interfaces up in the order of their names, VLANs after all others, and the kernel does not
bring a bond up that has no members. So they join before the bond's own ifup, whichever comes first; of VLANs that the
scripts make, the first one is brought up then. Where there was none to join, that ifup fails, and the first port that
comes up runs it again.
"""

from __future__ import annotations

import typing as t

from ...module_utils.bond_state import default_sysctl_file
from ...module_utils.ifcfg import FOLDER, IFUP, STARTED, hook_file, ifcfg_file, pending_file
from .udev import JOIN

# The site's script (or none) that the network scripts call, and what is done there: the scripts say `ifcfg-eth2` to the
# first one and `eth2` to the others.
HOOKS = {"ifup-pre-local": "pre-up", "ifup-local": "up", "ifdown-local": "down"}

SCRIPT = """\
set -f
net=/sys/class/net

root() {
    /sbin/tc qdisc show dev "$1" 2>/dev/null | grep ' root '
}

is_member() {
    case $(root "$1") in "qdisc $bond "*) return 0 ;; esac
    return 1
}

free() {
    # No queueing discipline of somebody else's: none yet, one that the kernel attached by itself, or the bond's.
    case $(root "$1") in
        '' | 'qdisc '*' 0: root '* | "qdisc $bond "*) return 0 ;;
    esac
    return 1
}

is_up() {
    read -r flags <"$net/$1/flags" && [ $((flags & 1)) = 1 ]
}

attach() ( # in a shell of its own: it has variables with the names of ours
@JOIN@
)

join() {
    [ -d "$net/$1" ] && free "$1" && attach "$1" "$bond"
}

keep_mtu() {
    # The kernel sets it anew when the bond goes up or the first port joins.
    [ -z "$mtu" ] || /sbin/ip link set dev "$bond" mtu "$mtu"
}

made_by_scripts() {
    [ ! -d "$net/$1" ] && grep -Eqs '^[[:space:]]*VLAN=["'"']?yes" "@FOLDER@/ifcfg-$1"
}

pre_up() {
    [ -d "$net/$bond" ] || /sbin/modprobe sch_teql
    [ "$1" = "$bond" ] || return 0
    rm -f "$pending" # a port that is brought up from here is not to bring the bond up
    joined=
    for port in $members; do
        # A port that is down sends nothing, and some kernels then send all by one line.
        if [ -d "$net/$port" ] && is_up "$port" && join "$port"; then joined=yes; fi
    done
    if [ -z "$joined" ]; then # as at boot: they are brought up next
        for port in $members; do if join "$port"; then joined=yes; fi; done
    fi
    if [ -z "$joined" ]; then
        # The network service makes VLANs after all others, but counts a bond without members as a failure of its own.
        for port in $members; do
            made_by_scripts "$port" || continue
            @IFUP@ "ifcfg-$port" # 0 also where what it is made of is missing
            ! is_member "$port" || break
        done
    fi
    : >"$pending"
}

port_up() {
    # Also those that the scripts may have reset just now.
    [ ! -r "$settings" ] || /sbin/sysctl -e -q -p "$settings" >/dev/null 2>&1
    # The port's address and route are not a matter of what its router advertises.
    [ ! -e "/proc/sys/net/ipv6/conf/$1/accept_ra" ] || echo 0 >"/proc/sys/net/ipv6/conf/$1/accept_ra"
    neighbours "$1"
    case " $members " in
        *" $1 "*) join "$1" || return 0 ;;
        *) return 0 ;;
    esac
    if [ -e "$pending" ]; then
        @IFUP@ "$config"
    elif is_up "$bond"; then
        keep_mtu
    fi
}

bond_up() {
    rm -f "$pending"
    keep_mtu
}

part() {
    ! is_member "$1" || /sbin/tc qdisc del dev "$1" root
}

plugged() {
    # Before the service has started it brings them up itself, and what is stopped stays so.
    [ -e @STARTED@ ] || return 0
    if [ -d "$net/$1" ] && is_up "$1"; then return 0; fi
    IN_HOTPLUG=1 @IFUP@ "ifcfg-$1"
}

name=${2##*/}
name=${name#ifcfg-}
case $1 in
    pre-up)
        case " $bond $ports " in *" $name "*) pre_up "$name" ;; esac
        ;;
    up)
        case " $ports " in *" $name "*) port_up "$name" ;; esac
        [ "$name" != "$bond" ] || bond_up
        ;;
    down)
        case " $ports " in *" $name "*) part "$name" ;; esac
        [ "$name" != "$bond" ] || rm -f "$pending"
        ;;
    plugged)
        case " $ports " in *" $name "*) plugged "$name" ;; esac
        ;;
    *)
        echo "usage: $0 pre-up|up|down|plugged INTERFACE" >&2
        exit 2
        ;;
esac
exit 0
"""


def hook_call(bond: str, does: str) -> str:
    """The line in one of the site's hooks. Whatever goes wrong there, the site's own commands are run."""
    script = hook_file(bond)
    return f'[ ! -r {script} ] || /bin/sh {script} {does} "$1" || :\n'


def hook_script(plan: dict[str, t.Any], mtu: int | None) -> list[str]:
    bond, lines = plan["bond"], plan["lines"]
    indented = "\n".join(f"    {line}" for line in JOIN.splitlines())
    return [
        f"# Called by {', '.join(f'/sbin/{hook}' for hook in HOOKS)} with {', '.join(HOOKS.values())};",
        "# by udev with plugged.",
        f"bond={bond}",
        f"ports='{' '.join(line['interface'] for line in lines)}'",
        f"members='{' '.join(line['interface'] for line in lines if line['enabled'])}'",
        f"mtu={'' if mtu is None else mtu}",
        f"config={ifcfg_file(bond).rpartition('/')[2]}",
        f"settings={default_sysctl_file(bond)}",
        f"pending={pending_file(bond)}",
        "",
        *neighbours(plan),
        "",
        *filled(SCRIPT, JOIN=indented, IFUP=IFUP, FOLDER=FOLDER, STARTED=STARTED).splitlines(),
    ]


def filled(script: str, **values: str) -> str:
    """With a value for each @NAME@."""
    for name, value in values.items():
        script = script.replace(f"@{name}@", value)
    return script


def neighbours(plan: dict[str, t.Any]) -> t.Iterator[str]:
    """What the kernel forgets when a port goes down."""
    yield "neighbours() {"
    if plan["address6"]:
        yield "    # Linux answers no neighbour solicitation on a port for an address of the bond."
        yield '    [ ! -e "/proc/sys/net/ipv6/conf/$1/proxy_ndp" ] || echo 1 >"/proc/sys/net/ipv6/conf/$1/proxy_ndp"'
        yield f'    /sbin/ip -6 neigh replace proxy {plan["address6"].partition("/")[0]} dev "$1"'
    yield "    case $1 in"
    for line in plan["lines"]:
        if line["router_mac"]:
            yield f"        {line['interface']})"
            for common in filter(None, (plan["common_address"], plan["common_address6"])):
                entry = f"{common} lladdr {line['router_mac']}"
                yield f'            /sbin/ip neigh replace {entry} dev "$1" nud permanent'
            yield "            ;;"
    yield "    esac"
    yield "}"
