#!/usr/bin/env bash
# Makes sure that Debian packages the tests use are there: installs them when
# this is root on a machine with apt-get, else prints the command that would.
#
#	scripts/need.sh PACKAGE...        fails when one is missing afterwards
#	scripts/need.sh --try PACKAGE...  fails only when DAEBUS_REQUIRE_ALL is set:
#	                                  the tests that need it skip themselves
set -euo pipefail

try=false
if [[ ${1-} == --try ]]; then
	try=true
	shift
fi

# What a package is wanted for, so that one from elsewhere counts as well.
present() {
	case $1 in
	qemu-user-static) command -v qemu-arm-static qemu-aarch64-static ;;
	systemd) command -v systemd-analyze ;;
	python3-redis) /usr/bin/python3 -c 'import redis' ;; # Debian's, not one of pyenv
	ca-certificates) [[ -e /etc/ssl/certs/ca-certificates.crt ]] ;;
	*) command -v "$1" ;;
	esac >/dev/null 2>&1
}

missing() {
	local package
	for package; do
		present "$package" || echo "$package"
	done
}

# Installs without starting the services that come along: a Redis of the system's
# would take the port on which the demos host their own broker.
install() {
	local policy=/usr/sbin/policy-rc.d
	if [[ ! -e $policy ]]; then
		trap 'rm -f /usr/sbin/policy-rc.d' EXIT
		printf '#!/bin/sh\nexit 101\n' >$policy
		chmod +x $policy
	fi
	apt-get update -qq || true # one dead source need not matter
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" || return
	if [[ " $* " == *" redis-server "* && -d /run/systemd/system ]]; then
		systemctl disable --now redis-server
	fi
}

mapfile -t packages < <(missing "$@")
if ((${#packages[@]} && EUID == 0)) && command -v apt-get >/dev/null; then
	install "${packages[@]}" >&2 || { sleep 5 && install "${packages[@]}" >&2; } || true
	mapfile -t packages < <(missing "$@")
fi
if ((${#packages[@]})); then
	echo "missing: ${packages[*]}; to install: sudo apt-get install ${packages[*]}" >&2
	$try && [[ -z ${DAEBUS_REQUIRE_ALL-} ]] || exit 1
fi
