package imports

func readDatabase(string, Options) (Import, error) {
	return Import{}, refused("", "databases are not read yet")
}
