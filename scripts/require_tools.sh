#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# require_tools.sh TOOL...: make sure that the tools are there. What is missing is installed with
# apt-get when that is possible without a password; else one line says what to install.
set -euo pipefail

present() {
    case $1 in
    newlib) # part of the cross compiler's installation, not a command
        [ -f "$(arm-none-eabi-gcc -print-file-name=nano.specs 2>/dev/null)" ] ;;
    venv) "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

# The Debian packages that bring a tool.
packages_of() {
    case $1 in
    arm-none-eabi-gcc) echo gcc-arm-none-eabi ;;
    cc) echo gcc libc6-dev ;;
    newlib) echo libnewlib-arm-none-eabi ;;
    venv) echo python3 python3-venv ;;
    *) echo "$1" ;;
    esac
}

missing() {
    local tool
    for tool in "$@"; do
        present "$tool" || packages_of "$tool"
    done
}

packages=$(missing "$@" | xargs)
[ -n "$packages" ] || exit 0

as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo -n)

install() {
    echo "installing $*" >&2
    "${as_root[@]}" apt-get update -qq >&2 &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -qq -y --no-install-recommends "$@" >&2
}

# Whether it worked is seen below, by looking again.
if command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null; then
    # shellcheck disable=SC2086 # a list of words
    install $packages || echo "apt-get could not install $packages" >&2
fi

packages=$(missing "$@" | xargs)
if [ -n "$packages" ]; then
    echo "error: tools are missing; install (Debian and Ubuntu names): $packages" >&2
    exit 1
fi
