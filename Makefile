# Every target sets up .venv by itself; with uv if there is one, else with pip.
PYTHON ?= python3
VENV   ?= .venv
PY     := $(VENV)/bin/python
# what the tests need, heavy extras included, so that none of them has to skip itself
EVERYTHING := .[test,test-postgres,cluster,postgres]
# nbgrader calls `alembic` and `jupyter` from PATH
export PATH := $(abspath $(VENV))/bin:$(PATH)

.PHONY: help demo study test lint fuzz attack faults bench screenshots notebooks clean
help:
	@echo "make demo         a simulated class goes through release, submit, grade, feedback"
	@echo "make study        the notebooks in a folder of your own (TO=~/matrix-calculus), with answers checked"
	@echo "make test         the tests              make lint        ruff and mypy"
	@echo "make notebooks    weave the records into the notebooks"
	@echo "make fuzz | attack | faults | bench      the long ones"

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; say which with: make PYTHON=python3.12 ..."; exit 1; }
	@if command -v uv >/dev/null 2>&1; then uv venv --quiet --python $(PYTHON) $(VENV); \
	  else $(PYTHON) -m venv $(VENV) || { echo "On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }; fi

define install
	@echo "Setting up $(VENV) (once; a minute or so with pip, seconds with uv) ..."
	@if command -v uv >/dev/null 2>&1; then VIRTUAL_ENV=$(abspath $(VENV)) uv pip install --quiet -c constraints.txt -e '$(1)'; \
	  else $(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '$(1)'; fi
	@touch $@
endef

$(VENV)/.ready: pyproject.toml constraints.txt | $(PY)
	$(call install,.)

$(VENV)/.ready-test: pyproject.toml constraints.txt | $(PY)
	$(call install,$(EVERYTHING))
	@touch $(VENV)/.ready

demo: $(VENV)/.ready
	@$(VENV)/bin/matcalc demo

study: $(VENV)/.ready
	@$(VENV)/bin/matcalc study $(if $(TO),--to "$(TO)")

test: $(VENV)/.ready-test
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder --durations=12 --durations-min=4

lint: $(VENV)/.ready-test
	$(PY) -m ruff check .
	$(PY) -m mypy

notebooks: $(VENV)/.ready
	@$(VENV)/bin/matcalc notebooks

screenshots: $(VENV)/.ready-test
	$(PY) -m tests.browser.screenshots docs/pictures

# The long ones; a short run of each is part of `make test`.
fuzz: $(VENV)/.ready-test
	MATCALC_FUZZ=20000 $(PY) -m pytest -n 2 tests -k "fuzz or wire"

attack: $(VENV)/.ready-test
	MATCALC_ATTACK=all $(PY) -m pytest -n 2 tests -k attack

faults: $(VENV)/.ready-test
	MATCALC_FAULTS=all $(PY) -m pytest -n 2 tests -k fault

bench: $(VENV)/.ready-test
	@for file in benchmarks/*.py; do echo "== $$file"; $(PY) $$file || exit 1; done

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache *.egg-info
