//go:build !linux

package cmd_test

import "github.com/rogpeppe/go-internal/testscript"

func talk(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Fatalf("talks are tested on Linux: begin the story with [!linux] skip")
}
