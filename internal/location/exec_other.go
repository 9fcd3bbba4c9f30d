//go:build !unix

package location

import "os/exec"

// Without process groups, the end of the context kills the program alone;
// programGrace then cuts off what it may have started.
func setGroup(*exec.Cmd) {}

func killGroup(*exec.Cmd) {}
