# Two commands: `make run` opens the app, `make test` checks it. Both install what they need.

PYTHON3 ?= python3
VENV := .venv
BIN := $(VENV)/bin
FRONTEND := explorer/ui/frontend
# What an installation depends on; it builds the front end.
SOURCES := requirements.txt pyproject.toml explorer/pyproject.toml setup.py \
  $(wildcard $(addprefix $(FRONTEND)/,*.json *.mjs src/* src/*/*))
# Node.js of the virtual environment: the one that the installation builds with.
# A file of tests runs in one process: its fixtures serve all its tests.
ON_TWO_CORES := --numprocesses=2 --dist=loadfile --no-loadscope-reorder
IN_FRONTEND = export PATH="$(abspath $(BIN)):$$PATH"; cd $(FRONTEND) &&

.PHONY: run test check check-python check-frontend lint bench checkpoints lock install install-dev frontend audit clean

run: install
	@echo "The app opens in your browser, at http://localhost:8501 unless another port is told below."
	$(BIN)/streamlit run app.py

test: install-dev check-frontend
	$(BIN)/python -m pytest $(ON_TWO_CORES)

# The inner loop, a minute on two cores: what needs neither a browser nor a training nor much time.
check: install-dev
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target check-python check-frontend lint

check-python:
	$(BIN)/python -m pytest $(ON_TWO_CORES) --quiet -m "not browser and not slow"

check-frontend:
	$(IN_FRONTEND) npm run --silent check && npm test --silent

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: install-dev
	failed=; for name in cold map compare raster million decode clustering cluster_page train busy story; do \
	  $(BIN)/python -m benchmarks.$$name || failed="$$failed $$name"; \
	done; test -z "$$failed" || { echo "Failed:$$failed"; exit 1; }

# Trains the checkpoints that ship, each only if it is absent, draws their pictures, and writes the
# images that the browser decoder must give for them.
checkpoints: install-dev
	$(BIN)/python -m explorer recipes
	$(BIN)/python tests/golden/make.py decoders

install: $(VENV)/installed
install-dev: $(VENV)/installed-dev

$(VENV):
	@$(PYTHON3) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Latent Explorer needs Python 3.11 or newer: install it, or name it with 'make PYTHON3=…'."; exit 1; }
	$(PYTHON3) -m venv $(VENV)

$(VENV)/installed: $(SOURCES) | $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	touch $@

$(VENV)/installed-dev: $(SOURCES) requirements-dev.txt | $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	touch $(VENV)/installed $@

# Builds the front end alone, after a change of its sources: an installation does so too.
frontend:
	test -d $(FRONTEND)/node_modules || $(MAKE) install-dev
	$(IN_FRONTEND) npm run --silent build

# Pins all packages anew. Versions that are pinned already stay; --upgrade moves them.
lock: install-dev
	grep -v '^-e' requirements.txt > requirements.new
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --no-header \
	  --no-annotate --quiet --output-file requirements.new
	{ echo "# Made by 'make lock' from pyproject.toml."; echo "-e ."; cat requirements.new; } \
	  > requirements.txt
	rm requirements.new

# Known weaknesses of the pinned packages, by the registries' advisories. pip-audit is pinned too, and
# runs apart from what is audited. Where no service answers, or it does not know a package, it fails.
PIP_AUDIT := pip-audit==2.9.0
audit: install-dev
	@grep -v '^-e' requirements.txt > requirements.new; \
	  told=$$($(BIN)/uv tool run --isolated --from $(PIP_AUDIT) pip-audit --strict --no-deps --disable-pip \
	    --progress-spinner off --requirement requirements.new 2>&1); failed=$$?; \
	  rm requirements.new; echo "$$told"; $(ANSWERED)
	@$(IN_FRONTEND) told=$$(npm audit 2>&1); failed=$$?; echo "$$told"; $(ANSWERED)

ANSWERED = case "$$told" in *vulnerabilit*) exit $$failed ;; *) \
  echo "Not audited: no service of advisories answers here, or it does not know a package."; exit 1 ;; esac

clean:
	rm -rf $(VENV) $(FRONTEND)/node_modules
	find $(FRONTEND)/dist -type f ! -name .gitkeep -delete
