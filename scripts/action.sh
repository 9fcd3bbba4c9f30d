#!/usr/bin/env bash
# The audit step of action.yml: one audit, all reports. It exits 0 when the
# audit was made, and leaves its exit code in the outputs, so that SARIF is
# uploaded before the check turns red.
set -euo pipefail

reports=${REKEY_INPUT_REPORTS:-rekey-reports}
mkdir -p -- "$reports"
arguments=(audit --quiet --config "${REKEY_INPUT_CONFIG:-rekey.yaml}")
[ -z "${REKEY_INPUT_POLICY:-}" ] || arguments+=(--policy "$REKEY_INPUT_POLICY")
[ -z "${REKEY_INPUT_BASELINE:-}" ] || arguments+=(--baseline "$REKEY_INPUT_BASELINE")
[ -z "${REKEY_INPUT_FAIL_ON:-}" ] || arguments+=(--fail-on "$REKEY_INPUT_FAIL_ON")
for format in json sarif html; do
	arguments+=(--format "$format=$reports/audit.$format")
done
arguments+=(--format "markdown=$reports/audit.md" --format github)
read -r -a keys <<<"${REKEY_INPUT_KEYS:-}"

code=0
rekey "${arguments[@]}" -- ${keys[@]+"${keys[@]}"} || code=$?
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
case $code in
0 | 3 | 4) ;;
*) exit "$code" ;; # there is no audit: nothing to upload
esac
echo "reports=$reports" >>"$GITHUB_OUTPUT"
echo "sarif=$reports/audit.sarif" >>"$GITHUB_OUTPUT"
cat -- "$reports/audit.md" >>"$GITHUB_STEP_SUMMARY"
