package kucoin

// debugVariable switches on the SDK's debug mode, when it is "1".
const debugVariable = "API_DEBUG_MODE"

// DebugModeSet reports whether the environment switches on the debug mode of
// KuCoin's SDK. lookupEnv is os.LookupEnv.
//
// In that mode the SDK writes requests and answers, with passphrases and new
// secrets, to a file in the directory for temporary files that others may
// read. Its package initialisation opens the file, or panics, before main
// begins, so no code of this package can prevent it: the first thing that main
// does must be to ask here and, when the answer is true, to stop with exit
// code 2 and say which variable to unset.
//
// The adapter itself writes nothing there even so. The dumps are made by the
// SDK's own requester, which it never uses. For that reason it leaves the
// SDK's DebugMode variable alone: it is shared by the whole process, and
// writing it whenever an adapter is opened would be a data race.
func DebugModeSet(lookupEnv func(string) (string, bool)) bool {
	value, _ := lookupEnv(debugVariable)
	return value == "1"
}
