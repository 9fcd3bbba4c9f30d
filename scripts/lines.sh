#!/bin/sh
# Fails when a line of Go is wider than 120 columns: lines.sh [FILE...]. A line
# that is one string, or a row of a test's table, may be wider: broken, nobody
# would find it again.
set -eu
[ $# -gt 0 ] || set -- $(git ls-files '*.go')
wide=$(LC_ALL=C.UTF-8 awk '
	FNR == 1 { test = FILENAME ~ /_test\.go$/ }
	length($0) <= 120 { next }
	/^[ \t]*([A-Za-z]+:[ \t]*)?["`].*["`]\)*,?( \+)?$/ { next }
	test && /^[ \t]*\{.*\},$/ { next }
	{ print FILENAME ":" FNR ": " length($0) " columns" }
' "$@")
[ -n "$wide" ] || exit 0
printf '%s\n' "$wide"
echo "these lines are wider than 120 columns" >&2
exit 1
