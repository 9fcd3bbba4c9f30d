// Command bench measures rekey: how near an audit of thousands of keys comes
// to the limits of the exchanges, what it costs without them, what a rotation
// costs beside its round trips and syncs, how the binary starts, and how fast
// scan and leak read. It prints figures with the method behind them and asserts
// nothing: a timed test on a shared machine proves no more than the weather.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
)

func main() {
	var err error
	switch word, args := command(); word {
	case "audit":
		err = benchAudit(args)
	case "rotate":
		err = benchRotate(args)
	case "start":
		err = benchStart(args)
	case "scan":
		err = benchScan(args)
	case "leak":
		err = benchLeak(args)
	case "trace":
		err = benchTrace(args)
	case "git":
		err = benchGit(args)
	case wordServe:
		err = serve(os.Stdin, os.Stdout)
	case wordAudited:
		err = audited(os.Stdin, os.Stdout)
	case wordRotated:
		err = rotated(os.Stdin, os.Stdout)
	default:
		err = errors.New("say audit, rotate, start, scan, leak, trace or git")
	}
	if errors.Is(err, flag.ErrHelp) {
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// command splits the command line after its first word.
func command() (string, []string) {
	if len(os.Args) < 2 {
		return "", nil
	}
	return os.Args[1], os.Args[2:]
}
