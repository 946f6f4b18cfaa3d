#!/bin/sh
# run.sh FIRMWARE.elf: run on an emulated Cortex-M4; its text on stdout, its exit code is ours.
exec qemu-system-arm -M mps2-an386 -display none -monitor none -serial none \
    -chardev stdio,id=text -semihosting-config enable=on,target=native,chardev=text \
    -kernel "$1" </dev/null
