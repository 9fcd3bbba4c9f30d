package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := command(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// errUsage says how the command is called.
var errUsage = errors.New("usage: mutate [-root DIR] [-list DIR] [-only TEXT] [-lists NAMES] [-jobs N] " +
	"[-gremlins FILE] hand|gremlins")

// A setting is what the flags say.
type setting struct {
	root     string // of the checkout
	list     string // directory of goals.txt, harmless.txt and hand/
	only     string // part of an id, or of a package: everything else is left out
	lists    string // names of hand-made lists, without .txt; "" for all
	gremlins string // the program
	jobs     int
}

func command(ctx context.Context, args []string, out, errs io.Writer) error {
	var s setting
	flags := flag.NewFlagSet("mutate", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.StringVar(&s.root, "root", "../../..", "the checkout")
	flags.StringVar(&s.list, "list", ".", "the directory that holds goals.txt, harmless.txt and hand/")
	flags.StringVar(&s.only, "only", "", "only what has this text in its id or its package")
	flags.StringVar(&s.lists, "lists", "", "only the hand-made lists of these names (\"change rotate\")")
	flags.StringVar(&s.gremlins, "gremlins", "gremlins", "the gremlins program")
	flags.IntVar(&s.jobs, "jobs", 2, "mutants that are tested side by side")
	if err := flags.Parse(args); err != nil {
		return err
	}
	root, err := filepath.Abs(s.root)
	if err != nil {
		return err
	}
	s.root = root
	switch flags.Arg(0) {
	case "hand":
		return runHand(ctx, s, out)
	case "gremlins":
		return runGremlins(ctx, s, out, errs)
	default:
		return errUsage
	}
}
