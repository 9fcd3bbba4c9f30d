package tui

import "github.com/charmbracelet/bubbles/key"

// A keyMap is the keys of the view.
type keyMap struct {
	up, down, pageUp, pageDown, home, end                   key.Binding
	enter, filter, incidents, runs, gaps, messages          key.Binding
	revoke, rotate, respond, plan, page, look, resume, show key.Binding
	help, back, quit, interrupt, suspend                    key.Binding
}

func newKeyMap() keyMap {
	bind := func(shown, help string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, help))
	}
	return keyMap{
		up:       bind("up, k", "one up", "up", "k"),
		down:     bind("down, j", "one down", "down", "j"),
		pageUp:   bind("page up", "a screen up", "pgup", "ctrl+b"),
		pageDown: bind("page down", "a screen down", "pgdown", "ctrl+f"),
		home:     bind("home, g", "the first", "home", "g"),
		end:      bind("end, G", "the last", "end", "G"),

		enter:     bind("enter", "details", "enter"),
		filter:    bind("/", "filter", "/"),
		incidents: bind("f", "leaks", "f"),
		runs:      bind("u", "runs", "u"),
		gaps:      bind("n", "not looked at", "n"),
		messages:  bind("m", "messages", "m"),

		revoke:  bind("x", "revoke", "x"),
		rotate:  bind("R", "rotate", "R"),
		respond: bind("r", "respond", "r"),
		plan:    bind("p", "plan only", "p"),
		page:    bind("o", "page", "o"),
		look:    bind("l", "look again", "l"),
		resume:  bind("enter", "go on with it", "enter"),
		show:    bind("s", "its steps", "s"),

		help:      bind("?", "help", "?"),
		back:      bind("esc", "back", "esc", "backspace", "left", "h"),
		quit:      bind("q", "quit", "q"),
		interrupt: bind("ctrl+c", "quit at once", "ctrl+c"),
		suspend:   bind("ctrl+z", "to the shell", "ctrl+z"),
	}
}

// listHints are what the last line names while keys are listed.
func (k keyMap) listHints() []key.Binding {
	return []key.Binding{
		k.enter, k.filter, k.revoke, k.rotate, k.incidents, k.runs,
		k.respond, k.plan, k.page, k.look, k.gaps, k.messages,
	}
}

// all are the keys with what they do, for the page of help.
func (k keyMap) all() []key.Binding {
	return []key.Binding{
		k.up, k.down, k.pageUp, k.pageDown, k.home, k.end, k.enter, k.filter, k.incidents, k.runs, k.gaps, k.messages,
		k.revoke, k.rotate, k.respond, k.plan, k.page, k.look, k.back, k.quit, k.interrupt, k.suspend,
	}
}
