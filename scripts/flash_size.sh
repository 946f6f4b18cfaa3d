#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# flash_size.sh LIBRARY: bytes of code and constants in a generated library's objects, for
# Cortex-M4 when the cross compiler is there, else for this machine.
set -euo pipefail

library=$1
if command -v arm-none-eabi-gcc >/dev/null; then
    core=Cortex-M4 size=arm-none-eabi-size
    compiler=(arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb)
else
    core="this machine" size=size
    compiler=(cc)
fi

objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT
for source in "$library"/*.c "$library"/weft/*.c; do
    "${compiler[@]}" -std=c99 -O2 -I"$library" -c "$source" -o "$objects/$(basename "$source").o"
done
"$size" -A "$objects"/*.o | awk -v core="$core" '
    $1 ~ /^\.text/ { code += $2 }
    $1 ~ /^\.(rodata|data)/ { constants += $2 }
    END {
        printf "%d bytes: code %d, constants %d (%s, -O2)\n",
               code + constants, code, constants, core
    }'
