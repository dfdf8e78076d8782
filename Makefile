# make         set up and build the site from the bundled sample
# make test    set up and run the tests
# make help    the rest
#
# Another Python: make PYTHON=python3.12 ...      Arguments for pytest: make test ARGS="-k rfm"

PYTHON ?= python3
ARGS ?=
VENV := .venv
RUN := $(VENV)/bin/python

# Modules are compiled once: an environment set not to would make every start several times slower.
unexport PYTHONDONTWRITEBYTECODE

# Prefect neither counts nor reports what is run here.
export PREFECT_SERVER_ANALYTICS_ENABLED ?= false
export DO_NOT_TRACK ?= 1

# One environment serves everything: the dev lock is the main lock and more, in the same versions. Each stamp is newer
# than the files it stands for; another Python starts the environment afresh.
PYTHON_VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
FOUND := $(VENV)/.python-$(PYTHON_VERSION)
MAIN := $(VENV)/.installed
DEV := $(VENV)/.installed-dev

.DEFAULT_GOAL := site
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: site screenshot test lint format scripts lock bench dist clean help

site: $(MAIN)  ## build the site from the bundled sample with the nightly flow (the default)
	@$(RUN) -m flows.nightly --config data/sample/retail.toml --output site

screenshot: site  ## the README's picture, from the bundled sample (needs Chromium)
	@$(RUN) -m tools.screenshot site docs/dashboard.png

test: $(DEV)  ## run the tests; what this machine lacks is skipped by name
	@sh web/run.sh
	@$(RUN) -m pytest --numprocesses=2 --dist=loadscope $(ARGS)

lint: $(DEV)  ## ruff and mypy; tsc and biome for the page scripts, where Node.js is
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy
	@sh web/run.sh check

format: $(DEV)  ## lay the code out
	@$(RUN) -m ruff check --fix-only --quiet .
	@$(RUN) -m ruff format .
	@sh web/run.sh format

scripts:  ## bundle the page scripts of web/src into templates/assets (needs Node.js)
	@RETAIL_REQUIRE=node sh web/run.sh build

bench: $(DEV)  ## time the build against bare imports and the flow against an empty one
	@$(RUN) -m tests.benchmarks.build $(ARGS)

LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links

lock: $(DEV)  ## write both locks from pyproject.toml (ARGS=--upgrade for newer versions)
	$(RUN) -m $(LOCK) $(ARGS) pyproject.toml -o requirements.lock
	$(RUN) -m $(LOCK) $(ARGS) --all-extras -c requirements.lock pyproject.toml -o requirements-dev.lock

dist: $(DEV)  ## build the wheel and the sdist into dist/
	@$(RUN) -m uv build --quiet --out-dir dist .

clean:  ## remove what was built; the environment and the working folder with its history stay
	rm -rf site build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST) | expand -t 14

# install FILE: pip's thousand lines as one dot for each package; errors are shown whole. The lock is complete, so nothing is
# resolved (older versions of pip trip over an extra of a package that the lock names without it).
define install
	@echo "Installing $(1) into $(VENV) (a few minutes the first time)"
	@{ $(RUN) -m pip install --disable-pip-version-check --progress-bar off --no-deps --require-hashes -r $(1) \
		|| touch $(VENV)/.failed; } | awk '/^ *(Collecting|Processing) / {printf "."; fflush()} END {print ""}'
	@if [ -e $(VENV)/.failed ]; then rm $(VENV)/.failed; exit 1; fi
	@$(RUN) -m pip install --disable-pip-version-check --quiet --no-deps --editable .
endef

$(MAIN): requirements.lock pyproject.toml | $(FOUND)
	$(call install,requirements.lock)
	@touch $@

$(DEV): requirements-dev.lock requirements.lock pyproject.toml | $(FOUND)
	$(call install,requirements-dev.lock)
	@touch $(MAIN) $@

$(FOUND):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or later is needed; $(PYTHON) is $(or $(PYTHON_VERSION),not found)." >&2; \
		echo "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Making $(VENV) with Python $(PYTHON_VERSION)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@
