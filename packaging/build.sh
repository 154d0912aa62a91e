#!/bin/sh
# Build what a release holds: wheel and source archive in dist/, both with the compiled client for every machine, and with
# --wheelhouse every dependency's wheel beside them, so that `install.sh --wheels dist` needs no network on machines like this one.
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3}
rm -rf dist build
export PYTHON
sh packaging/build_prebuilt.sh hooks/prebuilt
"$PYTHON" -m build --no-isolation --outdir dist .
if [ "${1:-}" = "--wheelhouse" ]; then
    "$PYTHON" -m pip download --quiet --require-hashes --only-binary :all: --dest dist -r packaging/requirements.lock
fi
(cd dist && { sha256sum ./* 2>/dev/null || shasum -a 256 ./*; } >SHA256SUMS)
ls -l dist
