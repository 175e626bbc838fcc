#!/usr/bin/env bash
# Builds the demos for the boards and fails when one is larger than its budget.
#
# What the broker takes is the difference to a kiosk-demo whose code never opens
# one, so that the linker leaves it out. Both are linked with small pages for that:
# a binary grows in steps of 64 KiB otherwise.
set -euo pipefail
cd "$(dirname "$0")/.."
export GOOS=linux
without=$(mktemp -d)
trap 'rm -rf "$without"' EXIT
failed=0

# report WHAT SIZE [BUDGET]
report() {
	local verdict=
	if [[ -n ${3-} ]] && (($2 > $3)); then
		verdict="over by $(($2 - $3))"
		failed=1
	fi
	printf '%-20s %10d %10s  %s\n' "$1" "$2" "${3:--}" "$verdict"
}

# size NAME prints the bytes of a command's binary.
size() { stat -c %s "$(scripts/build.sh "$1")"; }

# cut FILE SCRIPT has the build without the broker take FILE as sed makes it.
replaced=
cut() {
	local copy=$without/${1//\//_}
	sed "$2" "$1" >"$copy"
	! cmp -s "$1" "$copy" || { echo "size: $1 has changed; nothing to cut in it" >&2; exit 1; }
	replaced+=${replaced:+,}"\"$PWD/$1\":\"$copy\""
}
cut edge/internal/host/host.go '
	s/broker\.Open(cfg\.Broker)/(*broker.Broker)(nil), error(nil)/
	s/h\.broker\.Close()/error(nil)/
	s/errs\[i\] = h\.broker\.Serve(ctx, ln)/_, errs[i] = ln, ctx.Err()/'
cut edge/hosting_config.go 's/broker\.ParseUsers(string(text))/make([]broker.User, 0*len(text)), error(nil)/'
echo "{\"Replace\":{$replaced}}" >"$without/overlay.json"

# broker prints what kiosk-demo has more than one without a broker.
broker() {
	export LDFLAGS=-R=4096
	local all
	all=$(size kiosk-demo)
	BUILDFLAGS=-overlay=$without/overlay.json
	export BUILDFLAGS
	echo $((all - $(size kiosk-demo)))
}

printf '%-20s %10s %10s\n' what bytes budget
board() { # NAME KIOSK
	report "broker $1" "$(broker)" $((600 << 10))
	report "kiosk-demo $1" "$(size kiosk-demo)" "$2"
	report "sensor-demo $1" "$(size sensor-demo)"
}
GOARCH=arm64 board arm64 $((7 << 20))
GOARCH=arm GOARM=6 board armv6 $((15 << 19))
exit $failed
