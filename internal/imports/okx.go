package imports

func okxLayouts() []layout { return nil }
