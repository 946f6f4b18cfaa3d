# SPDX-License-Identifier: Apache-2.0
PYTHON ?= python3
VENV ?= .venv
JOBS ?= 2

BIN := $(VENV)/bin
# Tests that are quick enough for `make check`; with the doctests, about ten seconds.
FAST_TESTS := codegen tests/test_frontend.py tests/test_frontend_graph.py
LIST_C := find runtime firmware_examples -name '*.[ch]' -not -path '*/build/*'

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/demo.stamp ## Compile the digits model, run it on this machine, prove it bit-exact
	@scripts/demo.sh $(BIN)

test: tools $(VENV)/dev.stamp ## Set up everything, then run all checks and tests
	$(MAKE) check
	$(BIN)/pytest -n $(JOBS)
	$(BIN)/python benchmarks/ram.py --check
	$(BIN)/python benchmarks/bench.py --check
	$(BIN)/python benchmarks/code_bytes.py --check
	$(MAKE) examples

check: $(VENV)/dev.stamp ## Format, lint, types, layers and fast tests, without changing a file
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(LIST_C) | xargs $(BIN)/clang-format --dry-run -Werror
	$(BIN)/pytest -q $(FAST_TESTS)

format: $(VENV)/dev.stamp ## Format Python and C in place
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(LIST_C) | xargs $(BIN)/clang-format -i

examples: $(VENV)/dev.stamp ## Build and run the firmware examples, by make and by CMake
	rm -rf build/examples
	$(MAKE) -C firmware_examples/host clean
	$(MAKE) -C firmware_examples/qemu_mps2 clean compare
	cmake -S . -B build/examples -DWEFT_EXECUTABLE=$(abspath $(BIN))/weft
	cmake --build build/examples
	cd build/examples && ctest --output-on-failure

clean: ## Remove what builds and tests leave behind; the environment stays
	rm -rf build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	$(MAKE) -s -C firmware_examples/host clean
	$(MAKE) -s -C firmware_examples/qemu_mps2 clean
	find codegen tests -name __pycache__ -prune -exec rm -rf {} +

tools:
	@scripts/require_tools.sh venv cc clang cmake arm-none-eabi-gcc newlib qemu-system-arm

$(VENV)/demo.stamp: pyproject.toml
	@scripts/require_tools.sh venv cc
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[verify]'
	touch $@

$(VENV)/dev.stamp: pyproject.toml
	@scripts/require_tools.sh venv
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

.PHONY: help demo test check format examples clean tools
