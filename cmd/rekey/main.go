// Command rekey lists the API keys that a trader holds at exchanges, says what
// each may do, from where and who else holds it, and which to deal with first.
package main

import (
	"os"

	"rekey/cmd"
)

func main() { os.Exit(cmd.Main()) }
