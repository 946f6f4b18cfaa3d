#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# demo.sh BIN: the digits example from model to verdict, with the commands that a user would type.
# BIN is the folder of weft and its Python. Run from the repository's top.
set -euo pipefail

PATH=$(cd "$1" && pwd):$PATH
model=examples/digits/digits.tflite
build=build/demo

step() { printf '\n== %s\n' "$*"; }
run() {
    printf '$ %s\n' "$1"
    eval "$1"
}

rm -rf $build
mkdir -p $build

step "1. Compile the model, a digit classifier of $(wc -c <$model) bytes, to a C library"
run "weft compile $model -o $build/digits"

step "2. Build the library with a main program that holds 20 test digits, and run it"
python examples/digits/make_header.py examples/digits/test_digits.npz $build/test_digits.h
run "cc -std=c99 -O2 -Ifirmware_examples/common -I$build -I$build/digits \\
    firmware_examples/host/main.c firmware_examples/common/digits_demo.c \\
    $build/digits/*.c $build/digits/weft/*.c -o $build/digits_host"
run "$build/digits_host"

step "3. Size of the library's code and constants in flash"
run "scripts/flash_size.sh $build/digits"

step "4. Prove it: random and extreme inputs, every layer compared with the reference"
run "weft verify $model"
