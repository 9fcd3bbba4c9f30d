//go:build !linux

package main

// peakBytes is the most resident memory that this process ever had; it is
// measured on Linux only.
func peakBytes() int64 { return 0 }

// load is the machine's load average, told on Linux only.
func load() string { return "" }
