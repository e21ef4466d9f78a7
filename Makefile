# `make` lists the targets. Needs only make and Python 3.11 or newer.
.DEFAULT_GOAL := help
.PHONY: help run test check bench test-deep format messages lock

PYTHON ?= python3
PORT ?= 8000
DATA ?= .planner
ARGS ?=
export PORT DATA
unexport PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONPATH DJANGO_SETTINGS_MODULE

python := .venv/bin/python

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

run: ## start all of Planner with demo data (PORT=8000, DATA=.planner); Ctrl-C stops it
	@$(PYTHON) planner/embedded/environment.py run
	@exec $(python) -m planner.embedded

test: ## run the tests on real PostgreSQL, Valkey and Chromium (ARGS=tests/summons for some of them)
	@$(PYTHON) planner/embedded/environment.py test
	@$(python) -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

check: ## format, lint, types, imports, migrations, translations, generated documents
	@$(PYTHON) planner/embedded/environment.py test
	@$(python) -m planner.quality

bench: ## measure speed and concurrency (docs/spec/quality.md); writes reports/figures.json
	@$(PYTHON) planner/embedded/environment.py test
	@$(python) -m benchmarks $(ARGS)

test-deep: ## faults, security, clocks and access at length, and all tests in three time zones
	@$(PYTHON) planner/embedded/environment.py test
	@$(python) -m pytest -m deep -s $(ARGS)
	@set -e; for zone in UTC Europe/Copenhagen America/New_York; do \
	    echo "CLOCK-03 TZ=$$zone"; TZ=$$zone $(python) -m pytest -n auto --dist loadfile --no-loadscope-reorder -q; done

format: ## format the code
	@$(PYTHON) planner/embedded/environment.py test
	@$(python) -m ruff format . && $(python) -m ruff check --fix .

messages: ## collect the Danish texts into the translation files
	@$(PYTHON) planner/embedded/environment.py test
	@$(python) -m planner.quality.messages

lock: ## lock the requirements of pyproject.toml anew (ARGS=--upgrade for newer versions)
	@$(PYTHON) planner/embedded/environment.py test
	@$(python) -m planner.quality.lock $(ARGS)
