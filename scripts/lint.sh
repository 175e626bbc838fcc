#!/usr/bin/env bash
# Checks what a reviewer should not have to: formatting, vet on 64 and 32 bits,
# staticcheck, the design rules on imports, and the syntax of the scripts.
set -euo pipefail
cd "$(dirname "$0")/.."
unset GOOS GOARCH GOARM

unformatted=$(gofmt -l .)
[[ -z $unformatted ]] || { printf 'not formatted with gofmt:\n%s\n' "$unformatted" >&2; exit 1; }

go vet ./...
GOARCH=arm go vet ./...
go -C scripts/bench vet ./...
# Run by version, so that it stays out of go.mod.
go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...
scripts/deps.sh

for script in scripts/*.sh .ci/run; do
	bash -n "$script"
done
