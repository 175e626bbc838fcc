#!/usr/bin/env bash
# Builds the demos for a board, installs them there over ssh as systemd services,
# and waits until each says that it is ready.
#
#	scripts/deploy.sh HOST [NAME...]   default: kiosk-demo sensor-demo
#
# NAME is a command, or daebus-broker: the bus as a service of its own.
# HOST is what ssh takes; its user is root or may sudo without a password. READY
# is how many seconds a service may take; default 30.
set -euo pipefail
cd "$(dirname "$0")/.."

(($#)) || { echo "usage: scripts/deploy.sh HOST [NAME...]" >&2; exit 2; }
host=$1
shift
(($#)) || set -- kiosk-demo sensor-demo

# A 64-bit kernel may carry a 32-bit system: its systemd lets no 64-bit program through.
board=$(ssh "$host" 'uname -m; getconf LONG_BIT')
case ${board/$'\n'/ } in
"aarch64 64") export GOARCH=arm64 ;;
"aarch64 32" | "armv7l 32") export GOARCH=arm GOARM=7 ;;
"armv6l 32") export GOARCH=arm GOARM=6 ;;
"x86_64 64") export GOARCH=amd64 ;;
*) echo "deploy: $host is a ${board/$'\n'/ }-bit: want aarch64, armv7l, armv6l or x86_64" >&2; exit 1 ;;
esac
export GOOS=linux

for name; do
	commands+=("${name%-broker}") # daebus runs the broker
	units+=("build/systemd/$name.service")
done
binaries=$(scripts/build.sh "${commands[@]}")
mapfile -t binaries <<<"$binaries"
inbox=$(ssh "$host" 'mktemp -d')
scp -q "${binaries[@]}" "${units[@]}" "$host:$inbox/"

# What the board runs: install INBOX READY NAME...
ssh "$host" bash -s -- "$inbox" "${READY:-30}" "$@" <<'BOARD'
set -euo pipefail
inbox=$1 patience=$2
shift 2
sudo=sudo
[[ $(id -u) != 0 ]] || sudo=''
trap 'rm -rf "$inbox"' EXIT

# ready NAME asks /readyz at the address the running service was given. The broker
# serves no HTTP: systemd has heard from it that it is ready.
ready() {
	local pid address
	[[ $1 != daebus-broker ]] || { systemctl is-active --quiet "$1"; return; }
	pid=$(systemctl show -P MainPID "$1")
	address=$($sudo cat "/proc/$pid/environ" 2>/dev/null | tr '\0' '\n' | sed -n 's/^DAEBUS_HTTP=//p')
	address=127.0.0.1:${address##*:}
	[[ $address != 127.0.0.1: ]] || address+=8080
	curl -fsS --max-time 2 -o /dev/null "http://$address/readyz" ||
		curl -fsSk --max-time 2 -o /dev/null "https://$address/readyz"
}

for name; do
	$sudo install -m 755 "$inbox/${name%-broker}" "/usr/local/bin/${name%-broker}"
	$sudo install -m 644 "$inbox/$name.service" "/etc/systemd/system/$name.service"
done
$sudo systemctl daemon-reload
for name; do
	$sudo systemctl enable --quiet "$name"
	# Comes back once the service is started, or fails; readiness decides.
	timeout "$patience" $sudo systemctl restart "$name" || true
	for ((left = patience; ; left--)); do
		! ready "$name" 2>/dev/null || break
		if ((left <= 0)); then
			echo "deploy: $name is not ready after $patience s; its journal:" >&2
			$sudo journalctl -u "$name" -n 50 --no-pager >&2
			exit 1
		fi
		sleep 1
	done
	echo "$name is ready"
done
BOARD
