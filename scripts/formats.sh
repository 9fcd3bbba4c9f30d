#!/bin/sh
# Shows what rekey prints, and the files for CI systems, to programs that others
# wrote: formats.sh READERS ACTIONLINT PICTURES. Debian's packages are installed
# where they are missing and that is allowed.
set -eu
readers=$1 actionlint=$2 pictures=$3

missing=
for need in chromium:chromium xmllint:libxml2-utils pre-commit:pre-commit; do
	command -v "${need%%:*}" >/dev/null || missing="$missing ${need#*:}"
done
if [ -n "$missing" ]; then
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
		echo "make formats needs these of Debian's packages:$missing" >&2
		exit 1
	fi
	apt-get update -qq
	# shellcheck disable=SC2086
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

# -mod=mod: rekey's own modules may have moved on since these were tidied.
(cd internal/outside/formats && REKEY_FORMATS=$readers REKEY_PICTURES=$pictures go test -mod=mod -count=1 ./...)
echo "pictures of the page: $pictures"

"$actionlint" examples/github/audit.yml .github/workflows/*.yml
node "$readers/node_modules/.bin/dockerfilelint" Dockerfile
pre-commit validate-manifest .pre-commit-hooks.yaml
pre-commit validate-config examples/pre-commit/.pre-commit-config.yaml

# The hook as a team has it: a repository of its own, and this one as its source.
team=$(mktemp -d)
trap 'rm -rf "$team"' EXIT
printf 'version: 1\nkeys:\n  bot: {exchange: okx, credential: "env:BOT"}\npolicy: {waivers_file: waivers.yaml}\n' >"$team/rekey.yaml"
printf 'waivers:\n  - {rule: NET-01, key: bot, until: 2099-01-31, owner: desk, reason: why}\n' >"$team/waivers.yaml"
git -C "$team" init -q
git -C "$team" add .
hook() { (cd "$team" && PRE_COMMIT_HOME=$team/.git/pre-commit pre-commit try-repo "$1" rekey-policy --all-files); }
hook "$PWD"
sed -i 's/2099/2020/' "$team/waivers.yaml"
if hook "$PWD"; then
	echo "the hook lets a waiver pass that is over" >&2
	exit 1
fi
echo "make formats: all readers were content"
