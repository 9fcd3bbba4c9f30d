#!/bin/sh
# Runs govulncheck. Where its database cannot be reached that is said, and is
# no failure: a check that could not look has found nothing, and proven nothing.
set -u
out=$("$1" ./... 2>&1)
code=$?
printf '%s\n' "$out"
case "$out" in
*"fetching vulnerabilities"*|*"no such host"*|*"connection refused"*|*"dial tcp"*|*"Forbidden"*|*"proxyconnect"*)
	echo "govulncheck: the vulnerability database cannot be reached from here; NOT CHECKED"
	exit 0
	;;
esac
exit $code
