#!/bin/sh
# Build the compiled hook client:  packaging/build_client.sh SOURCE TARGET
# Static and in few segments where the system can (each mapping and page fault of the start is the cost of a hook),
# dynamic otherwise. CC chooses the compiler.
# Exit code 1 when there is no working compiler: the installer then uses the Python client.
set -eu
source=$1
target=$2
fresh="$target.new.$$"
trap 'rm -f "$fresh"' EXIT
for compiler in ${CC:-musl-gcc cc gcc clang}; do
    command -v "$compiler" >/dev/null 2>&1 || continue
    for linking in "-static -Wl,-z,noseparate-code,-z,norelro" -static ""; do
        # shellcheck disable=SC2086
        if "$compiler" -std=gnu11 -O2 -Wall $linking -s -o "$fresh" "$source" 2>/dev/null; then
            chmod 755 "$fresh"
            mv "$fresh" "$target"
            exit 0
        fi
    done
done
echo "no C compiler could build the hook client" >&2
exit 1
