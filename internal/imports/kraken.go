package imports

func krakenLayouts() []layout { return nil }
