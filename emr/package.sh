#!/usr/bin/env bash
# package.sh FOLDER: builds what goes to S3 for EMR. `make emr-package` calls it.
#
#     bootstrap.sh  requirements.lock  wheels/  s3distversions-*.whl  SHA256SUMS
#
# The wheels are for Python 3.11 on both kinds of processors, for Graviton and for the others.
set -euo pipefail

FOLDER=${1:?the folder to build}
PYTHON=${PYTHON:-python3}
here=$(cd "$(dirname "$0")" && pwd)
pip=("$PYTHON" -m pip --quiet --disable-pip-version-check)

rm -rf "$FOLDER"
mkdir -p "$FOLDER/wheels"
for processor in x86_64 aarch64; do
    platforms=()
    for libc in manylinux_2_34 manylinux_2_28 manylinux_2_26 manylinux_2_17 manylinux2014; do
        platforms+=(--platform "${libc}_$processor")
    done
    "${pip[@]}" download --dest "$FOLDER/wheels" --require-hashes -r "$here/requirements.lock" \
        --only-binary :all: --python-version 3.11 --implementation cp "${platforms[@]}"
done
# From a copy, so that the build leaves nothing in the checkout, and takes nothing that lies about there.
source=$(mktemp -d)
trap 'rm -rf "$source"' EXIT
cp -r "$here"/../{s3distversions,jobs,pyproject.toml,README.md,LICENSE} "$source"
"${pip[@]}" wheel --no-deps --wheel-dir "$FOLDER" "$source"
cp "$here"/{bootstrap.sh,requirements.lock} "$FOLDER"
cd "$FOLDER"
find . -type f ! -name SHA256SUMS -print0 | LC_ALL=C sort -z | xargs -0 sha256sum > SHA256SUMS
