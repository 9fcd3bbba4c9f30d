package imports

func coinbaseLayouts() []layout { return nil }
