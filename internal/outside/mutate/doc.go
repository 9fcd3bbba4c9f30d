// Command mutate proves the tests: it changes the program on purpose and
// expects a test to fail for every change.
//
//	mutate hand       applies the list of hand-made mutations in hand/*.txt
//	mutate gremlins   runs gremlins over the packages of goals.txt
//
// It is a module of its own, imports nothing of rekey and writes nothing into
// the checkout: a changed file is given to the go command as an overlay.
package main
