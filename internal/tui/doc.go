// Package tui is the full-screen view of an audit: the keys, those to deal with
// first first, the incidents that concern them, the runs of the journal, and
// the commands that act on them.
//
// It reads an audit.Result and changes nothing. A key is changed by a command of
// rekey alone: the view leaves the screen to it, with its plan and its question,
// and looks again when it has ended. It runs no command that its user has not
// seen written out and confirmed.
package tui
