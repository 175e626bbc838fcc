#!/usr/bin/env bash
# Builds commands of cmd/ as static, stripped binaries for GOOS, GOARCH and GOARM,
# into build/out/<os>-<arch>[v<arm>]/, and prints the path of each.
#
#	scripts/build.sh [NAME...]   default: all of them
#
# VERSION is what the binaries say they are; default: what git describes.
# HTTP/2 is left out: browsers speak it over TLS only, and it costs 0.4 MB.
# BUILDFLAGS and LDFLAGS are added to those of go build and of its linker.
set -euo pipefail
cd "$(dirname "$0")/.."

{ read -r os; read -r arch; read -r arm; } < <(go env GOOS GOARCH GOARM)
target=$os-$arch
[[ $arch != arm ]] || target+=v${arm%%,*} # without ,softfloat
version=${VERSION:-$(git describe --tags --always --dirty 2>/dev/null || echo dev)}

if (($# == 0)); then
	mapfile -t mains < <(go list -f '{{if eq .Name "main"}}{{.Dir}}{{end}}' ./cmd/...)
	set -- "${mains[@]##*/}"
fi
(($#)) || { echo "build: no command in cmd/" >&2; exit 1; }

# What runs now and then, or waits for the disk, is compiled without inlining, and
# so are the locks and strings, of which every package has copies: 0.32 MB less of
# kiosk-demo, and no slower TLS handshake, log, call or throughput in their
# benchmarks. Not the ciphers, as a board without assembler for them would check a
# signature in twice the time, and nothing else that a message goes through.
seglog=github.com/daebus/daebus-go/edge/internal/seglog
small=()
for cold in crypto/tls crypto/x509/... math/big fmt log/slog strings internal/sync \
	github.com/BurntSushi/toml $seglog; do
	small+=("-gcflags=$cold=-l")
done

for name; do
	out=build/out/$target/$name
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -tags nethttpomithttp2 \
		"${small[@]}" ${BUILDFLAGS:-} \
		-ldflags "-s -w -X github.com/daebus/daebus-go/edge.version=$version ${LDFLAGS:-}" \
		-o "$out" "./cmd/$name"
	echo "$out"
done
