package location

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	programTime   = 10 * time.Second // that a program may take to answer
	programGrace  = time.Second      // for its output to close after its end
	programOutput = 64 << 10         // bytes of its answer
)

// readProgram runs the program of an exec location and reads its answer.
func (l Location) readProgram(ctx context.Context, env Env) (parts, *Error) {
	output, err := l.run(ctx, env, nil)
	if err != nil {
		return parts{}, err
	}
	return decodeAnswer(output)
}

// run runs the program without a shell, in Env.Dir, with input on its stdin and
// the variables of childEnviron, and returns its stdout. Its stderr is thrown
// away: it may hold a secret. It runs in a process group of its own, which is
// killed when it takes too long or says too much.
func (l Location) run(ctx context.Context, env Env, input []byte, more ...string) ([]byte, *Error) {
	program, err := l.program(env)
	if err != nil {
		return nil, err
	}
	limit := env.programLimit
	if limit == 0 {
		limit = programTime
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	stdout := &cappedBuffer{limit: programOutput, full: cancel}
	cmd := exec.CommandContext(limited, program, slices.Concat(l.args, more)...)
	cmd.Dir = env.Dir
	cmd.Env = childEnviron(env.Environ)
	cmd.Stdout = stdout
	if input != nil {
		cmd.Stdin = bytes.NewReader(input)
	}
	cmd.WaitDelay = programGrace
	setGroup(cmd)
	if err := cmd.Start(); err != nil {
		return nil, startProblem(err)
	}
	failure := cmd.Wait()
	if errors.Is(failure, exec.ErrWaitDelay) {
		killGroup(cmd) // what the program left behind holds its output open
	}
	switch {
	case stdout.over:
		return nil, problem(
			ReasonFailed,
			"",
			fmt.Sprintf("the program wrote more than %d KiB", programOutput>>10),
			answerForm,
		)
	case failure == nil:
		return stdout.kept.Bytes(), nil
	case ctx.Err() != nil:
		return nil, &Error{Reason: ReasonFailed, Problem: "the program was stopped: " + ctx.Err().Error(), Err: ctx.Err()}
	case limited.Err() != nil:
		return nil, &Error{
			Reason: ReasonFailed, Problem: fmt.Sprintf("the program did not answer within %s and was killed", limit),
			Hint: "it must answer without a question at the terminal", Err: context.DeadlineExceeded,
		}
	}
	return nil, endProblem(failure)
}

// program returns the path of the program: relative to Env.Dir when it has a
// slash, else looked up in PATH.
func (l Location) program(env Env) (string, *Error) {
	if strings.ContainsAny(l.path, `/`+string(filepath.Separator)) {
		return env.absolute(l.path)
	}
	path, err := exec.LookPath(l.path)
	if err != nil {
		return "", problem(ReasonFailed, "", "no program of this name is in PATH", "")
	}
	return path, nil
}

func startProblem(err error) *Error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return problem(ReasonFailed, "", "the program, or the interpreter its first line names, does not exist", "")
	case errors.Is(err, fs.ErrPermission):
		return problem(ReasonFailed, "", "the program may not be executed", "")
	}
	return problem(ReasonFailed, "", "the program could not be started", "")
}

func endProblem(failure error) *Error {
	const hint = "run it by hand to see why: rekey does not show its stderr, which may hold a secret"
	var exit *exec.ExitError
	switch {
	case errors.Is(failure, exec.ErrWaitDelay):
		return problem(ReasonFailed, "", "the program ended and left another one behind that keeps its output open", "")
	case errors.As(failure, &exit) && exit.Exited():
		return problem(ReasonFailed, "", fmt.Sprintf("the program ended with exit status %d", exit.ExitCode()), hint)
	case errors.As(failure, &exit):
		return problem(ReasonFailed, "", "the program was killed by a signal", hint)
	}
	return problem(ReasonFailed, "", "the program's output could not be read", hint)
}

// childEnviron returns the variables that a program gets: those that tell it
// where things are. A credential of the environment stays out, and so does
// VAULT_TOKEN, which is a secret like any other; vault keeps one in
// ~/.vault-token, and a script may read it from wherever it is.
func childEnviron(environ []string) []string {
	names := []string{
		"PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TERM", "TMPDIR",
		"DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY",
		"GNUPGHOME", "GPG_TTY", "PASSWORD_STORE_DIR", "SSH_AUTH_SOCK",
		"VAULT_ADDR", "VAULT_NAMESPACE", "VAULT_CACERT", "BAO_ADDR",
		// Without these a program of Windows does not find its libraries.
		"SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP",
		"USERNAME", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA",
	}
	allowed := []string{}
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		name = strings.ToUpper(name)
		if slices.Contains(names, name) || strings.HasPrefix(name, "LC_") || strings.HasPrefix(name, "XDG_") {
			allowed = append(allowed, entry)
		}
	}
	return allowed
}

// A cappedBuffer keeps what is written to it up to a limit. Beyond that it
// calls full and refuses. The buffer is not embedded: its ReadFrom would go
// round Write.
type cappedBuffer struct {
	kept  bytes.Buffer
	limit int
	full  func()
	over  bool
}

func (b *cappedBuffer) Write(p []byte) (int, error) {
	if b.kept.Len()+len(p) > b.limit {
		b.over = true
		b.full()
		return 0, errors.New("too much output")
	}
	return b.kept.Write(p)
}
