package main

import (
	"os"
	"syscall"
)

// peakOf is the peak memory of an ended process in kilobytes.
func peakOf(p *os.ProcessState) int64 {
	if use, ok := p.SysUsage().(*syscall.Rusage); ok {
		return use.Maxrss
	}
	return 0
}
