#!/bin/sh
# Runs staged cases: cases.sh REKEY FOLDER[:LEAST]... Every folder holds cases,
# each a folder with a run.sh that exits 0 only when the right value comes out of
# the rekey named by $REKEY. It prints how many are right, and fails when fewer
# than LEAST are, or without it one is not. A folder that is not there is skipped,
# with a word.
set -u
rekey=$1
shift
case $rekey in /*) ;; *) rekey=$PWD/$rekey ;; esac
if [ ! -x "$rekey" ]; then
	echo "cases: there is no program at $rekey: run make build" >&2
	exit 2
fi

out=$(mktemp)
trap 'rm -f "$out"' EXIT
failed=0
for wanted in "$@"; do
	folder=${wanted%%:*}
	least=${wanted#"$folder"}
	least=${least#:}
	if [ ! -d "$folder" ]; then
		echo "cases: $folder is not here, its cases are skipped"
		continue
	fi
	right=0 all=0
	for run in "$folder"/*/run.sh; do
		[ -f "$run" ] || continue
		all=$((all + 1))
		name=$(basename "$folder")/$(basename "$(dirname "$run")")
		if REKEY=$rekey timeout "${CASETIME:-300}" sh "$run" >"$out" 2>&1; then
			right=$((right + 1))
			echo "right  $name"
		else
			echo "WRONG  $name"
			sed 's/^/       /' "$out"
		fi
	done
	echo "cases: $right of $all in $folder are right"
	if [ "$all" = 0 ] || [ "$right" -lt "${least:-$all}" ]; then
		failed=1
	fi
done
exit $failed
