package imports

func bybitLayouts() []layout { return nil }
