//go:build !unix

package cmd_test

import "github.com/rogpeppe/go-internal/testscript"

func mkfifo(ts *testscript.TestScript, _ bool, _ []string) { ts.Fatalf("there are no FIFOs here") }

func mute(ts *testscript.TestScript, _ bool, _ []string) { ts.Fatalf("sockets are tested on Unix") }
