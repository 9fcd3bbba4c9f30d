package find

// structure reads a text by its structure, where it has one that is known.
func structure(t Text) []group { return nil }
