#!/bin/sh
# Fails when a line of Go is wider than 120 columns: lines.sh [FILE...].
set -eu
[ $# -gt 0 ] || set -- $(git ls-files '*.go')
wide=$(LC_ALL=C.UTF-8 awk 'length($0) > 120 { print FILENAME ":" FNR ": " length($0) " columns" }' "$@")
[ -n "$wide" ] || exit 0
printf '%s\n' "$wide"
echo "these lines are wider than 120 columns" >&2
exit 1
