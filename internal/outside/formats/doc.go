// Package formats shows what rekey prints to programs that nobody here wrote:
// SARIF's own validator, JUnit's schemas and a parser, Prometheus' parser and
// linter, a spreadsheet, goldmark, GitHub's toolkit, and Chromium. Each gets
// the staged audit and one in which every foreign text is hostile.
//
// There is nothing here but tests. They are a module of their own, so that
// rekey does not depend on what it is checked with: run make formats.
package formats
