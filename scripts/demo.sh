#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# demo.sh WEFT: the digits example from model to verdict. Run from the repository's top.
set -euo pipefail

weft=$(cd "$(dirname "$1")" && pwd)/weft
example=firmware_examples/host
model=examples/digits/digits.tflite

echo "== weft compile $model, then run the library on held-out digits"
make -s -C "$example" clean
make -s -C "$example" "WEFT=$weft" "PYTHON=$(dirname "$weft")/python" run

echo
echo "== flash of the generated library"
scripts/flash_size.sh "$example/build/digits"

echo
echo "== weft verify $model"
"$weft" verify "$model"
