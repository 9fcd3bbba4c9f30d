package location

import "fmt"

// readDotEnv reads the families of a prefix in a .env file.
func (l Location) readDotEnv(env Env, r *Reading) (parts, *Error) {
	file, err := l.readFile(env, r)
	if err != nil {
		return parts{}, err
	}
	type parsed struct {
		vars dotEnvVariables
		err  *Error
	}
	p := remembered(env, "dotenv", file.path, func() parsed {
		all, err := parseDotEnv(file.Data)
		return parsed{byNameOf(all), err}
	})
	if p.err != nil {
		failure := *p.err // the location is filled in
		return parts{}, &failure
	}
	return readFamilies(l.prefix, p.vars.in(file), r)
}

// dotEnvVariables are the assignments of a .env file by name, each in the order
// of the file.
type dotEnvVariables map[string][]*assignment

func byNameOf(all []assignment) dotEnvVariables {
	out := dotEnvVariables{}
	for i := range all {
		out[all[i].name] = append(out[all[i].name], &all[i])
	}
	return out
}

// variablesOf looks names up in a .env file. The last assignment of a name
// wins, as in a shell; but where an earlier one differs, programs that take
// the first use another key, so that is refused.
func variablesOf(all []assignment, in *source) lookup { return byNameOf(all).in(in) }

// in is the lookup of variables in their file.
func (v dotEnvVariables) in(in *source) lookup {
	return func(name string) (variable, bool, *Error) {
		var last *assignment
		var slots []slot
		for _, a := range v[name] {
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
			v.remark = fmt.Sprintf(
				"%s in line %d holds a $ that some programs take for a variable; single quotes make it plain",
				name,
				last.line,
			)
		}
		return v, true, nil
	}
}
