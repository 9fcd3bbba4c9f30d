package location

import "fmt"

// readDotEnv reads the families of a prefix in a .env file.
func (l Location) readDotEnv(env Env, r *Reading) (parts, *Error) {
	file, err := l.readFile(env, r)
	if err != nil {
		return parts{}, err
	}
	all, err := parseDotEnv(file.Data)
	if err != nil {
		return parts{}, err
	}
	return readFamilies(l.prefix, variablesOf(all, file), r)
}

// variablesOf looks names up in a .env file. The last assignment of a name
// wins, as in a shell; but where an earlier one differs, programs that take
// the first use another key, so that is refused.
func variablesOf(all []assignment, in *source) lookup {
	return func(name string) (variable, bool, *Error) {
		var last *assignment
		var slots []slot
		for i := range all {
			a := &all[i]
			if a.name != name {
				continue
			}
			if last != nil && !last.value.Equal(a.value) {
				return variable{}, false, problem(ReasonAmbiguous, "",
					fmt.Sprintf("%s is set in line %d and to something else in line %d", name, last.line, a.line),
					"remove the one that is not used")
			}
			last = a
			slots = append(slots, slot{in, dotEnvScalar{a}})
		}
		if last == nil {
			return variable{}, false, nil
		}
		if last.expands {
			return variable{}, false, problem(ReasonUnclean, "",
				fmt.Sprintf("%s in line %d holds ${ or $(, and rekey does not expand variables", name, last.line),
				"write the value itself, in single quotes")
		}
		v := variable{value: last.value, from: fmt.Sprintf("%s in line %d", name, last.line), slots: slots}
		if last.dollar {
			v.remark = fmt.Sprintf("%s in line %d holds a $ that some programs take for a variable; single quotes make it plain", name, last.line)
		}
		return v, true, nil
	}
}
