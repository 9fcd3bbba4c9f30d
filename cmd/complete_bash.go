package cmd

import (
	"bytes"
	"strings"

	"github.com/spf13/cobra"
)

// bashWords are what cobra's script takes from the package bash-completion, for
// machines without it. Where that is there, it does the work.
const bashWords = `# What the package bash-completion does for this script, where it is not installed.
__rekey_words()
{
    if declare -F _get_comp_words_by_ref >/dev/null 2>&1; then
        _get_comp_words_by_ref "$@"
        return
    fi
    local i part
    words=() cword=0
    for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
        part=${COMP_WORDS[i]}
        if ((i > 0)) && { [[ $part == [=:] ]] || [[ ${COMP_WORDS[i-1]} == [=:] ]]; }; then
            words[${#words[@]}-1]+=$part # bash breaks words at = and :, and rekey does not
        else
            words+=("$part")
        fi
        ((i == COMP_CWORD)) && cword=$((${#words[@]} - 1))
    done
    cur=${words[cword]} prev=
    ((cword > 0)) && prev=${words[cword-1]}
}

__rekey_ltrim()
{
    if declare -F __ltrim_colon_completions >/dev/null 2>&1; then
        __ltrim_colon_completions "$1"
    elif [[ $1 == *:* && $COMP_WORDBREAKS == *:* ]]; then
        local before=${1%"${1##*:}"} i
        for i in "${!COMPREPLY[@]}"; do
            COMPREPLY[i]=${COMPREPLY[i]#"$before"}
        done
    fi
}

`

// bashAlone makes the completion script for bash one that needs no other package.
func bashAlone(root *cobra.Command) {
	c, _, err := root.Find([]string{"completion", "bash"})
	if err != nil {
		return
	}
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		var script bytes.Buffer
		if err := root.GenBashCompletionV2(&script, !cmd.Flags().Changed("no-descriptions")); err != nil {
			return err
		}
		text := strings.ReplaceAll(script.String(), "_get_comp_words_by_ref", "__rekey_words")
		text = strings.ReplaceAll(text, "__ltrim_colon_completions", "__rekey_ltrim")
		_, err := root.OutOrStdout().Write([]byte(bashWords + text))
		return err
	}
	c.Run = nil
}
