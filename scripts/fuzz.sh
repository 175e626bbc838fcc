#!/usr/bin/env bash
# Runs every fuzz target of the module, one after the other, for FUZZTIME each.
#
#	FUZZTIME=1m scripts/fuzz.sh [PACKAGE...]   default: 10s, ./...
set -euo pipefail
cd "$(dirname "$0")/.."

files='{{$p := .}}{{range .TestGoFiles}}{{$p.ImportPath}} {{$p.Dir}}/{{.}}
{{end}}{{range .XTestGoFiles}}{{$p.ImportPath}} {{$p.Dir}}/{{.}}
{{end}}'
go list -f "$files" "${@:-./...}" | while read -r package file; do
	[[ -n $file ]] || continue
	sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file" | while read -r target; do
		echo "== $package $target"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-10s}" "$package" </dev/null
	done
done
