#!/usr/bin/env bash
# Runs a command beside a redis-server of its own, on a free loopback port and
# without persistence, and passes on the command's exit status.
#
#	scripts/with-redis.sh go test ./...
#
# The command finds the server in DAEBUS_TEST_REDIS, a redis:// URL.
set -euo pipefail

(($#)) || { echo "usage: scripts/with-redis.sh COMMAND..." >&2; exit 2; }
"$(dirname "$0")"/need.sh redis-server

set -m # jobs get process groups of their own: the command can be ended whole
redis='' job='' dir=$(mktemp -d)
cleanup() {
	[[ -z $redis ]] || { kill "$redis" && wait "$redis"; } 2>/dev/null || true
	rm -rf "$dir"
}
trap cleanup EXIT

# Starts a server on a random port below those the kernel hands out. It fails
# when the port is taken.
start() {
	port=$((RANDOM % 10000 + 20000))
	: >"$dir/log"
	redis-server --bind 127.0.0.1 --port "$port" --save '' --appendonly no \
		--dir "$dir" --logfile "$dir/log" --daemonize no &
	redis=$!
	for _ in {1..200}; do
		grep -q 'Ready to accept connections' "$dir/log" && return
		kill -0 "$redis" 2>/dev/null || break
		sleep 0.05
	done
	kill "$redis" 2>/dev/null || true
	redis=''
	return 1
}
start || start || start || { cat "$dir/log" >&2; exit 1; }
export DAEBUS_TEST_REDIS=redis://127.0.0.1:$port DAEBUS_REQUIRE_REDIS=1

# end SIGNAL passes the signal to all that the command has started, and waits.
end() {
	trap '' INT TERM HUP
	[[ -z $job ]] || { kill -s "$1" -- "-$job" && wait "$job"; } 2>/dev/null || true
	exit $((128 + $(kill -l "$1")))
}
trap 'end INT' INT
trap 'end TERM' TERM
trap 'end HUP' HUP

"$@" &
job=$!
status=0
wait "$job" || status=$?
exit "$status"
