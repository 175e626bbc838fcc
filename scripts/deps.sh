#!/usr/bin/env bash
# Proves the design rules on imports and purity, see scripts/deps.
#
#	scripts/deps.sh              check this tree
#	scripts/deps.sh --self-test  show that planted violations are found
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1-}" in
--self-test) exec go test -count=1 ./scripts/deps ;;
"") exec go run ./scripts/deps . ;;
*) echo "usage: scripts/deps.sh [--self-test]" >&2; exit 2 ;;
esac
