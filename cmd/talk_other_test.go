//go:build !linux

package cmd_test

import "github.com/rogpeppe/go-internal/testscript"

func talk(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Fatalf("talks are tested on Linux: begin the story with [!linux] skip")
}

func view(ts *testscript.TestScript, neg bool, args []string) { talk(ts, neg, args) }
