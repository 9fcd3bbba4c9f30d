#!/bin/sh
# Writes the shell completions into a folder, for the archives of a release.
set -eu
mkdir -p "$1/completions"
for shell in bash zsh fish powershell; do
	go run ./cmd/rekey completion "$shell" >"$1/completions/rekey.$shell"
done
