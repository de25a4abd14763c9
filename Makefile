# The commands of the project. `make demo` and `make test` do all the set-up on a fresh machine with Python 3.11.
PYTHON ?= python3
BIN := .venv/bin
EXTRAS := dev,mesh,studio,maps
STAMP := .venv/.installed
# Two workers on two cores: one thread each, so that they do not fight over the cores.
PYTEST := OMP_NUM_THREADS=1 NUMBA_NUM_THREADS=2 $(BIN)/python -m pytest
OUT ?= out/gpu
MINUTES ?= 9
ARGS ?=

.PHONY: demo test test-ray check check-minimum lint types long docs gpu browser viewers clean help

help:
	@echo "make demo    install, run the main job on what ships with the package, say which files to open (out/demo/)"
	@echo "make test    install, run the tests"
	@echo "make test-ray   install Ray as well, run the tests of its engine"
	@echo "make check   make test, lint and types"
	@echo "make check-minimum   the tests with the smallest declared versions, without extras"
	@echo "make long    the proofs that take minutes"
	@echo "make docs    the pages of docs/ with an API reference, into out/docs/; links are checked"
	@echo "make gpu     kernel tests, benchmarks and training on a CUDA machine (OUT=folder MINUTES=n), installs nothing"

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 ..."; exit 2; }
	@$(PYTHON) -m venv .venv || { echo "the venv module is missing: apt-get install python3-venv"; exit 2; }
	@echo "Installing into .venv/ (a few minutes the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt torch
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[$(EXTRAS)]'
	@touch $@

demo: $(STAMP)
	@$(BIN)/sat2density demo --out out/demo --overwrite

# Debian's Chromium for the tests that need a browser; they say what is missing where it cannot be installed.
browser:
	@command -v chromium >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  { echo "Installing Chromium for the browser tests ..."; apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; }; } || \
	  echo "Chromium is not here: the browser tests will be skipped (as root: apt-get install chromium)"
	@[ -d web/node_modules ] || ! command -v npm >/dev/null 2>&1 || npm ci --silent --no-audit --no-fund --prefix web || \
	  echo "npm could not install web/: the accessibility test will be skipped"
	@[ -d tests/tools/node_modules ] || ! command -v npm >/dev/null 2>&1 || npm ci --silent --no-audit --no-fund --prefix tests/tools || \
	  echo "npm could not install tests/tools/: the glTF validator's test will be skipped"

test: $(STAMP) browser
	@$(PYTEST) -n 2 --dist loadfile -m "not long"

# The engine on Ray, whose extra has 414 MB.
test-ray: $(STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[$(EXTRAS),ray]'
	@$(PYTEST) tests/maps/test_ray.py

lint: $(STAMP)
	@$(BIN)/ruff check src tests benchmarks examples
	@$(BIN)/ruff format --check src tests benchmarks examples

types: $(STAMP)
	@$(BIN)/mypy

check: lint types test

# The smallest declared versions, without extras. torch is the one of constraints.txt unless MIN_TORCH says another: the
# smallest declared one, 2.6, has no CPU build on PyPI, and its CUDA build brings gigabytes.
MIN_BIN := .venv-min/bin
MIN_TORCH ?= $(shell sed -n 's/^torch==//p' constraints.txt)
check-minimum:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info[:2] != (3, 11))" || { echo "The smallest versions have wheels for Python 3.11 only: make PYTHON=python3.11 check-minimum"; exit 2; }
	@$(PYTHON) -m venv .venv-min
	@$(MIN_BIN)/python .ci/minimum.py torch==$(MIN_TORCH) > .venv-min/constraints.txt
	@echo "Installing the smallest versions into .venv-min/ ..."
	@$(MIN_BIN)/python -m pip install --quiet --disable-pip-version-check --constraint .venv-min/constraints.txt torch
	@$(MIN_BIN)/python -m pip install --quiet --disable-pip-version-check --constraint .venv-min/constraints.txt --editable . pytest pytest-xdist
	@OMP_NUM_THREADS=1 NUMBA_NUM_THREADS=2 $(MIN_BIN)/python -m pytest -n 2 --dist loadfile -m "not long and not browser" --ignore tests/apps/studio $(ARGS)

long: $(STAMP) browser viewers
	@$(PYTEST) -m long

# What opens our maps elsewhere: GDAL's own tools (Debian) and CesiumJS (npm, 133 MB).
viewers:
	@command -v gdaldem >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  apt-get install -y -qq --no-install-recommends gdal-bin >/dev/null; } || \
	  echo "GDAL's tools are not here: their tests will be skipped (as root: apt-get install gdal-bin)"
	@[ -d tests/tools/cesium/node_modules ] || ! command -v npm >/dev/null 2>&1 || \
	  npm ci --silent --no-audit --no-fund --ignore-scripts --prefix tests/tools/cesium || \
	  echo "npm could not install tests/tools/cesium/: the test in CesiumJS will be skipped"

# mkdocstrings reads the sources without importing them, so torch is not needed: an environment of its own, a minute.
# Strict: a page that is named and missing, or a docstring that cannot be read, fails. Then every link and anchor of what
# was built is followed.
.venv/docs/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -m venv .venv/docs || { echo "the venv module is missing: apt-get install python3-venv"; exit 2; }
	@.venv/docs/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt zensical 'mkdocstrings[python]'
	@touch $@

docs: .venv/docs/.installed
	@.venv/docs/bin/zensical build --strict --clean --config-file mkdocs.yml
	@.venv/docs/bin/python tests/docs/check_links.py out/docs

# Runs the machine's own python3 and packages; installs nothing. ARGS: see benchmarks/gpu.py.
gpu:
	@PYTHONPATH=src python3 benchmarks/gpu.py --out "$(OUT)" --minutes "$(MINUTES)" $(ARGS)

clean:
	rm -rf .venv .venv-min out build dist
