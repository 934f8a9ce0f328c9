# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Every check lives in tools/checks/stages.py; here are only short names for them.
PYTHON ?= python3

.DEFAULT_GOAL := help
CHECKS := unit long-times compat sanity docs-check changelog-check build-check kernel-test molecule-trixie molecule-bookworm \
	molecule-networkmanager molecule-ifupdown molecule-ifcfg molecule-netplan molecule-netplan-nm molecule-openwrt \
	molecule-static molecule-zynos molecule-safeapply molecule-failover collapse
.PHONY: help test lint demo lab shell clean $(CHECKS)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-23s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

test: ## run every check, print each one's time
	@$(PYTHON) tools/check.py

lint: ## ansible-lint, yamllint, ruff, mypy, licences
	@$(PYTHON) tools/check.py lint

unit: ## unit tests with coverage
long-times: ## the monitor through a simulated day
compat: ## unit tests and syntax on the oldest supported ansible-core
sanity: ## ansible-test sanity
docs-check: ## documentation of plugins and roles
changelog-check: ## changelog fragments
build-check: ## build the tarball, look into it, install it offline
kernel-test: ## the modules against a real teql device
molecule-trixie: ## the roles on a Debian 13 guest
molecule-bookworm: ## the roles on a Debian 12 guest
molecule-networkmanager: ## the same where NetworkManager has the ports
molecule-ifupdown: ## the same where ifupdown has them
molecule-ifcfg: ## the same where the network scripts of RHEL 8 have them; LAB_INITSCRIPTS names a checkout of those
molecule-netplan: ## the same where netplan has them managed by networkd
molecule-netplan-nm: ## the same where it has NetworkManager do it
molecule-openwrt: ## the roles with routers that have uci and no Python
molecule-safeapply: ## changes that cut the controller off, are killed, or are made in traffic
molecule-static: ## routers with one address each, known by their MACs
molecule-zynos: ## simulated ZyNOS routers, set up by telnet
molecule-failover: ## the monitor against dead, late and lossy lines
collapse: ## the monitor on Debian's newest kernels, which do not pass over a dead line
$(CHECKS):
	@$(PYTHON) tools/check.py $@

demo: ## boot the lab, bond four lines, break one, watch it come back
	@$(PYTHON) -m lab demo

lab: ## boot the lab and keep it
	@$(PYTHON) -m lab up

shell: ## a shell on the lab's gateway
	@$(PYTHON) -m lab shell

clean: ## end every lab, remove all that checks and labs have cached (.cache)
	@$(PYTHON) -m lab down --all
	rm -rf .cache
