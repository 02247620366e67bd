#!/usr/bin/env bash
# Compares the contracts with each release in proto/released, and proves that
# the comparison finds a field that was removed and one that was retyped.
set -euo pipefail
buf=$PWD/proto/node_modules/.bin/buf
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

image() { # $1 folder of a workspace, $2 image to write
  (cd "$1" && "$buf" build --path proto/pulsetaker --exclude-source-info -o "$2")
}

image . "$work/current.binpb"
releases=(proto/released/*.binpb)
[ -f "${releases[0]}" ] || { echo "no release to compare with"; exit 1; }
for release in "${releases[@]}"; do
  "$buf" breaking "$work/current.binpb" --against "$release"
  echo "compatible with $(basename "$release" .binpb)"
done

# Plants a change and expects to be told.
expect_caught() { # $1 name, $2 sed script for wave.proto
  local copy=$work/$1
  mkdir -p "$copy/proto"
  cp buf.yaml "$copy"
  cp -r proto/pulsetaker "$copy/proto"
  ln -s "$PWD/proto/node_modules" "$copy/proto/node_modules"
  sed -i -E "$2" "$copy/proto/pulsetaker/survey/v1/wave.proto"
  cmp -s proto/pulsetaker/survey/v1/wave.proto \
    "$copy/proto/pulsetaker/survey/v1/wave.proto" &&
    { echo "$1: nothing was planted"; exit 1; }
  image "$copy" "$work/$1.binpb"
  if "$buf" breaking "$work/$1.binpb" --against "$work/current.binpb" \
      >"$work/$1.txt"; then
    echo "$1: not caught"
    exit 1
  fi
  echo "$1 is caught: $(head -n 1 "$work/$1.txt")"
}
expect_caught removed '/string snapshot_digest = 5 /d'
expect_caught retyped 's/string snapshot_digest = 5 /bytes snapshot_digest = 5 /'
