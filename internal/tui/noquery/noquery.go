// Package noquery keeps bubbletea v1 from asking the terminal for its colours
// when the program starts: a terminal that does not answer would hold up every
// command for five seconds.
//
// The question is asked by the initialisation of bubbletea (tea_init.go,
// v1.3.10, read 2026-11-30: lipgloss.HasDarkBackground), unless the answer is
// known by then. Packages are initialised in the order of their import paths, as
// soon as what they import is (Go specification, "Program initialization"). So
// this package must import lipgloss and nothing later, and have a path before
// github.com/charmbracelet/bubbletea: that is why it is a module of its own.
package noquery

import "github.com/charmbracelet/lipgloss"

func init() { lipgloss.SetHasDarkBackground(true) }
