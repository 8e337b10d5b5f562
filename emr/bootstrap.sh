#!/usr/bin/env bash
# A bootstrap action of EMR: installs s3distversions on a node, from the package that `make emr-package` builds.
#
#     bootstrap.sh s3://BUCKET/package      (or a local folder)
#
# Nothing comes from anywhere else: pip is not let near an index, so that a subnet without a way to the internet
# will do. Every file is compared with its checksum before it is installed: the dependencies with the hashes of
# the lock, and lock and wheel with the sums that were taken when they were built.
set -euo pipefail

PACKAGE=${1:?where the package is: s3://BUCKET/package, or a folder}
PYTHON=${PYTHON:-python3.11}          # tasks are run by it too: --python-bin
COMMAND=${COMMAND:-/usr/local/bin/s3distversions}  # what step.json calls
AS_ROOT=${AS_ROOT-sudo}               # empty: whoever runs this may install
PIP=(env PIP_CONFIG_FILE=/dev/null "$PYTHON" -m pip --quiet --disable-pip-version-check --no-input)
INSTALL=(install --no-index --no-cache-dir)

if [[ $PACKAGE == s3://* ]]; then
    folder=$(mktemp --directory)
    trap 'rm -rf "$folder"' EXIT
    aws s3 cp --recursive --only-show-errors "$PACKAGE" "$folder"
else
    folder=$PACKAGE
fi
cd "$folder"
sha256sum --check --strict --quiet SHA256SUMS

# Amazon Linux has it in a package of its own.
"$PYTHON" -m pip --version >/dev/null 2>&1 || $AS_ROOT dnf install --assumeyes --quiet python3.11-pip

$AS_ROOT "${PIP[@]}" "${INSTALL[@]}" --find-links wheels --only-binary :all: --require-hashes -r requirements.lock
$AS_ROOT "${PIP[@]}" "${INSTALL[@]}" --no-deps --force-reinstall ./s3distversions-*.whl

# A node on which it does not start must not join the cluster: a bootstrap action that fails ends it.
"$COMMAND" --version
