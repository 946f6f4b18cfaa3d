# SPDX-License-Identifier: Apache-2.0
# The generated digits library and test header, for the examples' Makefiles.
# In: BUILD. Out: DIGITS_READY, DIGITS_SOURCES (patterns for the recipe's shell), DIGITS_FLAGS.

ROOT := ../..
VENV ?= $(ROOT)/.venv
WEFT ?= $(or $(wildcard $(VENV)/bin/weft),weft)
PYTHON ?= $(or $(wildcard $(VENV)/bin/python),python3)

EXAMPLE := $(ROOT)/examples/digits
DIGITS := $(BUILD)/digits
DIGITS_READY := $(DIGITS)/digits.h $(BUILD)/test_digits.h
DIGITS_SOURCES := ../common/digits_demo.c $(DIGITS)/*.c $(DIGITS)/weft/*.c
DIGITS_FLAGS := -std=c99 -O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-align \
	-Wundef -Werror -I../common -I$(DIGITS) -I$(BUILD)

$(DIGITS)/digits.h: $(EXAMPLE)/digits.tflite
	rm -rf $(DIGITS)
	mkdir -p $(BUILD)
	$(WEFT) compile $< -o $(DIGITS) --name digits

$(BUILD)/test_digits.h: $(EXAMPLE)/test_digits.npz $(EXAMPLE)/make_header.py
	mkdir -p $(BUILD)
	$(PYTHON) $(EXAMPLE)/make_header.py $< $@
