#!/bin/bash
# Builds the media of tests/boots/firmware-*.yaml out of the firmware that cmake built. Idempotent: a medium is made when it
# is missing or older than the firmware or than the script that makes it. Needs no root.
#   build.sh BUILD_DIR OUT_DIR      firmware from BUILD_DIR/firmware; media go to OUT_DIR
# Each tests/firmware/media-*.sh makes a family of media, with the words below.
set -euo pipefail
export SOURCE_DATE_EPOCH=1700000000 TZ=UTC LC_ALL=C MTOOLS_SKIP_CHECK=1
PATH=$PATH:/usr/sbin:/sbin
HERE=$(cd "$(dirname "$0")" && pwd)
FW=$(cd "${1:?usage: build.sh BUILD_DIR OUT_DIR}" && pwd)/firmware
M=$(mkdir -p "${2:?usage: build.sh BUILD_DIR OUT_DIR}" && cd "$2" && pwd)
W=$(mktemp -d); NOW=; RECIPE=
trap 's=$?; [ $s = 0 ] || { rm -f "$NOW"; echo "tests/firmware/build.sh: no ${NOW##*/}" >&2; }; rm -rf "$W"' EXIT # never half a medium

# want NAME FILE...: true when NAME has to be made, because it is missing or older than a FILE of the firmware it is made
# of, or than its recipe. Leaves an empty folder $W/t, and $NOW as the path to make.
want() {
  local name=$1 file
  shift
  if [ -e "$M/$name" ]; then
    local fresh=1
    for file in "$RECIPE" "$HERE/place.py" "$HERE/say.inc" "$@"; do
      if [ "$file" -nt "$M/$name" ]; then fresh=; fi
    done
    if [ -n "$fresh" ]; then return 1; fi
  fi
  echo "build firmware/$name"
  NOW=$M/$name; rm -rf "$W/t" "$NOW"; mkdir -p "$W/t"
}

stamp() { find "$1" -exec touch -h -d @$SOURCE_DATE_EPOCH {} +; } # stamp TREE: fixed times

for RECIPE in "$HERE"/media-*.sh; do
  [ ! -e "$RECIPE" ] || . "$RECIPE"
done
