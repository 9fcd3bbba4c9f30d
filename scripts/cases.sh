#!/bin/sh
# Runs the cases of a folder against this checkout and prints how many are right.
# Where the folder is not there it is skipped: it is no part of the repository.
set -u
folder=${1:?usage: cases.sh FOLDER}
if [ ! -d "$folder" ]; then
	echo "cases     skipped: there is no $folder"
	exit 0
fi
folder=$(cd "$folder" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
REKEY=$work/rekey
export REKEY
CGO_ENABLED=0 "${GO:-go}" build -trimpath -o "$REKEY" ./cmd/rekey || exit 1

# scan: each has a run.sh that exits 0 when the answer is right.
right=0 all=0 wrong=''
for dir in "$folder"/scan/*/; do
	[ -f "$dir/run.sh" ] || continue
	all=$((all + 1))
	if said=$(sh "$dir/run.sh" 2>&1); then
		right=$((right + 1))
	else
		wrong="$wrong
          $(basename "$dir"): $said"
	fi
done
if [ "$all" -eq 0 ]; then
	echo "scan      skipped: there is no $folder/scan"
else
	echo "scan      $right of $all right$wrong"
fi

# agents: found, and imported as a location.
if [ -f "$folder/agents/check.py" ] && command -v python3 >/dev/null; then
	cp -R "$folder/agents" "$work/agents"
	chmod -R go-rwx "$work/agents"
	cd "$work/agents" || exit 1
	"$REKEY" scan --all --format json --output found.json home >/dev/null 2>&1
	python3 check.py found.json | grep MISS
	echo "agents    $(python3 check.py found.json | tail -1 | sed 's/ / of /') found"
	printf 'version: 1\nkeys:\n' >import.yaml
	"$REKEY" scan --all --import --yes --config import.yaml home >/dev/null 2>&1
	echo "agents    $(grep -c 'credential:' import.yaml) of 19 imported"
else
	echo "agents    skipped: there is no $folder/agents, or no python3"
fi
