package imports

func portfolioLayouts() []layout { return nil }
