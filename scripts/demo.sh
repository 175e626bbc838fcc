#!/usr/bin/env bash
# Runs both demos on this machine until Ctrl-C: the kiosk hosts the embedded
# broker, the sensor joins it. Nothing is left behind.
#
#	scripts/demo.sh
#
# DEMO_HTTP is the address of the kiosk's page, DEMO_BUS that of the broker;
# default: the first free loopback ports from 8080 and 6379 on. Where other
# machines reach DEMO_HTTP, DAEBUS_TOKEN is what they present; none lets them in.
set -euo pipefail
cd "$(dirname "$0")/.."

# A script that started us in its background had us ignore Ctrl-C, and a trap
# cannot undo that.
if [[ -z ${DEMO_SIGNALS-} ]] && env --default-signal=INT true 2>/dev/null; then
	DEMO_SIGNALS=default exec env --default-signal=INT,QUIT bash "$PWD/scripts/demo.sh"
fi
unset GOOS GOARCH GOARM MAKEFLAGS # the demo runs here

# free PORT prints the first port from PORT on that nobody listens on.
free() {
	local port=$1
	while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
		((port++))
	done
	echo "$port"
}

binaries=$(scripts/build.sh kiosk-demo sensor-demo)
mapfile -t binaries <<<"$binaries"

# One demo at a time looks for free ports and takes them.
exec 9>"${TMPDIR:-/tmp}/daebus-demo.lock"
flock -w 30 9 || true
bus=${DEMO_BUS:-127.0.0.1:$(free 6379)}
http=${DEMO_HTTP:-127.0.0.1:$(free 8080)}
sensor=127.0.0.1:$(free $((${http##*:} + 1)))

set -m # groups of their own: Ctrl-C reaches this script, which ends them in order
state=$(mktemp -d)
declare -A names # by process id

# stop ends what runs, waits as long as a service may drain, then insists.
stop() {
	trap '' INT TERM HUP
	local pid
	for pid in "${!names[@]}"; do kill "$pid" 2>/dev/null || true; done
	for _ in {1..150}; do
		[[ -n $(jobs -pr) ]] || break
		sleep 0.1
	done
	for pid in $(jobs -pr); do kill -KILL "$pid" 2>/dev/null || true; done
	wait
	rm -rf "$state"
}
trap stop EXIT
trap 'exit 0' INT TERM HUP

# run BINARY FLAGS... starts a demo that dies with this script, whatever happens.
run() {
	local name=${1##*/}
	mkdir "$state/$name"
	if command -v setpriv >/dev/null; then
		set -- setpriv --pdeathsig TERM "$@"
	fi
	"$@" --state-dir "$state/$name" 9>&- &
	names[$!]=$name
}

# failed says which demo ended by itself.
failed() {
	local pid status=0
	for pid in "${!names[@]}"; do
		kill -0 "$pid" 2>/dev/null && continue
		wait "$pid" || status=$?
		echo "demo: ${names[$pid]} ended with status $status" >&2
	done
	exit 1
}

run "${binaries[0]}" --bus "embedded://$bus" --http "$http"
for _ in {1..100}; do
	[[ $(free "${http##*:}") == "${http##*:}" || $(free "${bus##*:}") == "${bus##*:}" ]] || break
	kill -0 "$!" 2>/dev/null || failed
	sleep 0.1
done
run "${binaries[1]}" --bus "redis://$bus" --http "$sensor"
for _ in {1..100}; do
	[[ $(free "${sensor##*:}") == "${sensor##*:}" ]] || break
	kill -0 "$!" 2>/dev/null || failed
	sleep 0.1
done
exec 9>&-

echo "open http://${http/#0.0.0.0:/127.0.0.1:} (bus $bus, sensor http://$sensor); Ctrl-C ends"
wait -n || true
failed
