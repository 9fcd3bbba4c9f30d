#!/usr/bin/env bash
# The audit step of action.yml: one audit, all reports. It exits 0 when the
# audit was made, and leaves its exit code in the outputs, so that SARIF is
# uploaded before the check turns red.
set -euo pipefail

refuse() {
	echo "::error::rekey: $1" >&2
	exit 2
}

# An input may come from a branch that nobody read. What is written into the
# outputs, and what names a file, is one line without control characters.
for name in CONFIG POLICY BASELINE FAIL_ON REPORTS; do
	input=REKEY_INPUT_$name
	case ${!input:-} in
	*[[:cntrl:]]*) refuse "the input $name holds a line end or another control character; nothing was looked at" ;;
	esac
done

reports=${REKEY_INPUT_REPORTS:-rekey-reports}
# The reports say which keys are worth stealing: they go where the workflow
# says, and nowhere that a link in the checkout leads to.
path=
IFS=/ read -r -a parts <<<"$reports"
case $reports in /*) path=/ ;; esac
for part in "${parts[@]}"; do
	[ -n "$part" ] || continue
	path=$path$part
	[ ! -L "$path" ] || refuse "the folder for the reports, or one above it, is a link; nothing was looked at"
	path=$path/
done
mkdir -p -- "$reports"
for file in audit.json audit.sarif audit.html audit.md; do
	[ ! -L "$reports/$file" ] || refuse "$file in the folder for the reports is a link; nothing was looked at"
done

arguments=(audit --quiet "--config=${REKEY_INPUT_CONFIG:-rekey.yaml}")
[ -z "${REKEY_INPUT_POLICY:-}" ] || arguments+=("--policy=$REKEY_INPUT_POLICY")
[ -z "${REKEY_INPUT_BASELINE:-}" ] || arguments+=("--baseline=$REKEY_INPUT_BASELINE")
[ -z "${REKEY_INPUT_FAIL_ON:-}" ] || arguments+=("--fail-on=$REKEY_INPUT_FAIL_ON")
for format in json sarif html; do
	arguments+=(--format "$format=$reports/audit.$format")
done
arguments+=(--format "markdown=$reports/audit.md" --format github)
# Names stand on one line or on several: read to the end of the input, not to
# the end of its first line. (read fails there, having read everything.)
keys=()
read -r -d '' -a keys <<<"${REKEY_INPUT_KEYS:-}" || true

code=0
rekey "${arguments[@]}" -- ${keys[@]+"${keys[@]}"} || code=$?

# Each value is one line: those that come from inputs were held to it above.
output() { printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }
output exit-code "$code"
case $code in
0 | 3 | 4) ;;
*) exit "$code" ;; # there is no audit: nothing to upload
esac
output reports "$reports"
output sarif "$reports/audit.sarif"
cat -- "$reports/audit.md" >>"$GITHUB_STEP_SUMMARY"
