package imports

func kucoinLayouts() []layout { return nil }
