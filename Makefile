# Two commands matter: `make demo` and `make test`. Both set up what they need, once.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ARGS   ?=

.PHONY: fuzz coverage demo test check lint format types contracts lock bench chaos e2e playground peers clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    a whole case, played against a simulated site (ARGS='--fault time.clock --locale en')"
	@echo "make test    format, lint, types, import contracts and every test, in under 3 minutes"
	@echo "make bench   measured speed, as ratios against a peer in the same run"
	@echo "make chaos   kills the bot and its Redis at random instants of a case"
	@echo "make e2e     every fault played to its end, every card drawn, a case in Microsoft's test client (ARGS='-k playground')"
	@echo "make playground  the bot in Microsoft's test client, for you to click through (FAULT=time.clock)"
	@echo "make fuzz    10,000 malformed inputs for every parser of what comes from the network"
	@echo "make coverage  how much of those parsers the tests reach, branches included (95 % at least)"
	@echo "make peers   the probes against other people's servers, and as fast as blackbox_exporter (installs them; needs root)"
	@echo "make lock    resolves requirements/*.txt anew (needs uv)"

$(VENV)/.created:
	$(PYTHON) -c 'import sys; sys.exit("Décroche needs Python 3.11 or newer; set PYTHON=") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml | $(VENV)/.created
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@

demo: $(VENV)/.runtime
	$(BIN)/decroche demo $(ARGS)

test: check
	$(BIN)/python -m pytest -n 3 $(ARGS)

check: lint types contracts

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench $(ARGS)

chaos: $(VENV)/.dev
	$(BIN)/python -m tests.chaos $(ARGS)

# Node if there is none, npm packages at their locked versions, a Chromium: all of it inside $(VENV).
$(VENV)/.client: tests/e2e/client/package-lock.json tests/e2e/client/node.txt $(VENV)/.dev
	$(BIN)/python -m tests.support.clienttools
	touch $@

e2e: $(VENV)/.client
	$(BIN)/python -m pytest -m e2e -v -s tests/e2e $(ARGS)

playground: $(VENV)/.client
	$(BIN)/python -m tests.e2e.client --fault $(or $(FAULT),network.dns)

fuzz: $(VENV)/.dev
	$(BIN)/python -m pytest -m fuzz -n 2 --inputs 10000 $(ARGS)

coverage: $(VENV)/.dev
	$(BIN)/python -m coverage run -m pytest -q tests/bot/runner tests/bot/probes $(ARGS)
	$(BIN)/python -m coverage report

# Services must not start by themselves: the tests start what they need, on ports of their own.
PEERS := unbound coturn chrony nginx-light prometheus-blackbox-exporter snmpd iproute2 curl util-linux

peers: $(VENV)/.dev
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  for package in $(PEERS); do \
	    DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -qq -y --no-install-recommends $$package >/dev/null \
	      || echo "$$package cannot be had: its tests are skipped"; \
	  done; fi
	$(BIN)/python -m pytest -m peers -s tests/peers $(ARGS)

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --extra bot --extra runner pyproject.toml requirements/build.in -o requirements/runtime.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --extra bot --extra runner --extra dev -c requirements/runtime.txt pyproject.toml requirements/build.in -o requirements/dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header tests/e2e/client/node.in -o tests/e2e/client/node.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache
