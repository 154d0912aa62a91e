#!/bin/sh
# Regenerate the two lock files from setup.cfg: every dependency of every supported Python and platform, with hashes.
# Fails at the end when a supported Python on a supported machine lacks a wheel: nobody's laptop should have to compile one.
# Needs uv (pip install uv). Run it after a change of setup.cfg, look at the difference, commit it.
set -eu
cd "$(dirname "$0")"
UV=${UV:-uv}
PYTHON=${PYTHON:-python3}

inputs=$(mktemp -d)
trap 'rm -rf "$inputs"' EXIT
"$PYTHON" - "$inputs" <<'END'
import configparser, pathlib, sys
setup = configparser.ConfigParser()
setup.read("../setup.cfg")
folder = pathlib.Path(sys.argv[1])
build = pathlib.Path("build.in").read_text()
runtime = setup["options"]["install_requires"] + "\n" + build
(folder / "requirements.in").write_text(runtime)
(folder / "requirements-test.in").write_text(runtime + setup["options.extras_require"]["test"] + "\nbuild\n")
END

compile() {
    "$UV" pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-emit-index-url --no-header --no-annotate \
        "$inputs/$1.in" --output-file "$1.lock" $2
}
compile requirements ""
# The tests run on exactly what is shipped.
compile requirements-test "--constraint requirements.lock"

missing=0
for machine in x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu x86_64-apple-darwin aarch64-apple-darwin; do
    for version in 3.10 3.11 3.12 3.13 3.14; do
        "$UV" pip compile --quiet --no-deps --only-binary :all: --python-platform "$machine" --python-version "$version" \
            --no-header requirements.lock --output-file "$inputs/$machine-$version" >"$inputs/said" 2>&1 && continue
        printf 'Python %s on %s: %s\n' "$version" "$machine" "$(tr -s ' \n' ' ' <"$inputs/said")" >&2
        missing=1
    done
done
exit $missing
