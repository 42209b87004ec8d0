#!/usr/bin/env bash
# Try a command of run.py as a newcomer has it: a fresh clone of HEAD, an empty home, nothing in the environment.
#   tools/fresh_clone.sh                  python3 run.py
#   tools/fresh_clone.sh test fast        python3 run.py test fast
# KEEP=1 leaves the clone where it is; SANZHI_TRY_PATH sets another PATH.
set -euo pipefail
source_folder="$(cd "$(dirname "$0")/.." && pwd)"
place="$(mktemp -d "${TMPDIR:-/tmp}/sanzhi-clone.XXXXXX")"
if [ -z "${KEEP:-}" ]; then trap 'rm -rf "$place"' EXIT; fi
mkdir "$place/home"
chmod 755 "$place"
git clone --quiet --no-hardlinks "$source_folder" "$place/sanzhi"
cd "$place/sanzhi"
echo "fresh clone of $(git log -1 --format='%h %s') in $place/sanzhi" >&2
started=$SECONDS
code=0
env -i PATH="${SANZHI_TRY_PATH:-$PATH}" HOME="$place/home" python3 run.py "$@" || code=$?
printf 'python3 run.py %s: exit %s after %s s\n' "$*" "$code" "$((SECONDS - started))" >&2
exit "$code"
