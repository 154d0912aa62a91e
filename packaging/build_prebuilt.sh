#!/bin/sh
# Cross-build the hook client for every machine that Handrail runs on:  packaging/build_prebuilt.sh FOLDER [SYSTEM-MACHINE]
# A release carries the four files (30 KB each) in hooks/prebuilt, for machines without a C compiler. Needs the
# package ziglang (a C compiler with the headers of all four) in the environment of $PYTHON.
set -eu
source=$(dirname "$0")/../hooks/client.c
folder=$1
only=${2:-}
PYTHON=${PYTHON:-python3}
"$PYTHON" -c 'import ziglang' 2>/dev/null || {
    echo "ziglang is missing: $PYTHON -m pip install ziglang" >&2
    exit 1
}
mkdir -p "$folder"
build() { # build TARGET SYSTEM-MACHINE LINKING...: the name is what `uname -sm` prints, in small letters
    [ -z "$only" ] || [ "$only" = "$2" ] || return 0
    target=$1
    file=$folder/handrail-hook-$2
    shift 2
    "$PYTHON" -m ziglang cc -target "$target" -std=gnu11 -O2 -Wall -Werror "$@" -s -o "$file.new" "$source"
    chmod 755 "$file.new"
    mv "$file.new" "$file"
}
build x86_64-linux-musl linux-x86_64 -static -Wl,-z,norelro
build aarch64-linux-musl linux-aarch64 -static -Wl,-z,norelro
build x86_64-macos.11.0 darwin-x86_64
build aarch64-macos.11.0 darwin-arm64
