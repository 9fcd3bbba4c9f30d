package report

import "io"

func printHTML(w io.Writer, _ *Document, _ Options) error {
	_, err := io.WriteString(w, "<!doctype html>\n")
	return err
}
