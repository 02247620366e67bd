#!/bin/sh
# A program that holds one of these libraries from its archive must not load it,
# or another that needs it, as a shared one, too: each copy would have its own
# registries. Arguments: the programs.
set -eu
for program in "$@"; do
  loaded=$(ldd "$program")
  if echo "$loaded" | grep -E 'lib(protobuf|absl_|grpc|gpr|rocksdb)'; then
    echo "$program loads what it should hold" >&2
    exit 1
  fi
  echo "$program: $(echo "$loaded" | wc -l) shared libraries, none of them held"
done
