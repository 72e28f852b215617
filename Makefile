# Everything a person does here. Each target makes what it needs; `make site` and `make test` start from a bare clone.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh

TIEOUT = .venv/bin/tieout
DEMO = .demo
SITE = site

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

site: .venv/runtime ## the demo operator's audit site, in site/
	@$(TIEOUT) demo $(DEMO) --content isms-content
	@$(TIEOUT) build --isms $(DEMO)/isms --output $(SITE)

test: .venv/develop ## all tests
	@.venv/bin/python -m pytest -n auto

torture: .venv/develop ## the properties over twenty times as many examples; minutes, and other ones each time
	@.venv/bin/python -m pytest -n auto -m hypothesis --hypothesis-profile torture

lint: .venv/develop ## ruff, mypy and the import rules
	@.venv/bin/ruff check generator tests benchmarks
	@.venv/bin/ruff format --check generator tests benchmarks
	@.venv/bin/mypy
	@.venv/bin/python -m pytest tests/test_architecture.py

docs: .venv/develop ## the generated pages of docs/reference/
	@.venv/bin/python -m tieout.cli.reference docs/reference
	@PYTHONPATH=tests .venv/bin/python -m checks.examples.page docs/reference/outcomes.md

bench: .venv/develop ## what is fast: figures beside their peers (HISTORIES=git directories to read)
	@.venv/bin/python benchmarks/demo.py
	@.venv/bin/python benchmarks/check.py
	@.venv/bin/python benchmarks/histories.py $(HISTORIES)

lock: .venv/develop ## both lock files, after a change of pyproject.toml
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra setup --extra import --extra serve --extra xlsx pyproject.toml -o requirements.lock
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra setup --extra import --extra serve --extra xlsx --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## removes what was made here
	rm -rf .venv $(DEMO) $(SITE) .tieout

# The develop environment has everything the runtime one has, so a site needs no second one.
.venv/runtime: requirements.lock pyproject.toml
	@test -e .venv/develop -a .venv/develop -nt requirements.lock || { echo "Making .venv (once, about a minute) …"; .ci/environment .venv requirements.lock; }
	@touch $@

.venv/develop: requirements-dev.lock pyproject.toml
	@echo "Making .venv with the tools for tests (once, about a minute) …"
	@.ci/environment .venv requirements-dev.lock
	@touch $@ .venv/runtime

.PHONY: help site test torture lint docs bench lock clean
