package imports

func binanceLayouts() []layout { return nil }
