#!/bin/sh
# Fails when more lines of Go than before are wider than 120 columns:
# lines.sh MOST [FILE...]. A line that is one string, or a row of a test's
# table, may be wider: broken, nobody would find it again.
set -eu
most=$1
shift
[ $# -gt 0 ] || set -- $(git ls-files '*.go')
wide=$(LC_ALL=C.UTF-8 awk '
	FNR == 1 { test = FILENAME ~ /_test\.go$/ }
	length($0) <= 120 { next }
	/^[ \t]*([A-Za-z]+:[ \t]*)?["`].*["`]\)*,?( \+)?$/ { next }
	test && /^[ \t]*\{.*\},$/ { next }
	{ print FILENAME ":" FNR ": " length($0) " columns" }
' "$@")
[ -n "$wide" ] || exit 0
count=$(printf '%s\n' "$wide" | wc -l)
if [ "$count" -gt "$most" ]; then
	printf '%s\n' "$wide"
	echo "$count lines are wider than 120 columns, and $most were before" >&2
	exit 1
fi
