package audit

import (
	"fmt"

	"rekey/exchanges"
)

// storageRules judge the declared credential locations. What else lies on the
// machine is for `rekey scan`.
func storageRules() []Rule {
	at := func(l Location) func(*Subject) {
		return func(s *Subject) { s.Inventory.Locations = []Location{l} }
	}
	file := func(mode uint32) Location {
		return Location{Text: "dotenv:.env#BINANCE", Path: "/home/trader/bot/.env", Mode: mode, Git: GitOutside}
	}
	inGit := func(state GitState) Location {
		l := file(0o600)
		l.Git = state
		return l
	}
	store := Location{Text: "store:grid"}
	return []Rule{
		{
			ID: "STO-01", Title: "Credential file is tracked by git", Brief: "file in git", Severity: Critical,
			Why: "Everybody who ever clones the repository has the secret, and deleting the file does not " +
				"take it out of the history.",
			Remedy: "Rotate the key, keep the new one outside of the repository, and see with `rekey scan --git` " +
				"what else the history holds.",
			When: "Git has a declared credential file in the index of the work tree that it lies in.",
			Refs: []string{"CWE-798", "CWE-540", "NHI2"},
			Check: locationCheck("whether git tracks %s is not known", gitKnown, func(l Location) string {
				if l.Git != GitTracked {
					return ""
				}
				return quoted(l.Text) + " is tracked by git"
			}),
			Fires: []Example{
				{
					Words:    "A .env file was added to git.",
					Subject:  sample("grid", "binance", at(inGit(GitTracked))),
					Severity: Critical,
				},
			},
			Silent: []Example{
				{Words: "The file is ignored.", Subject: sample("grid", "binance", at(inGit(GitIgnored)))},
				{Words: "The file lies in no work tree.", Subject: sample("grid", "binance", at(inGit(GitOutside)))},
				{Words: "A key in the store.", Subject: sample("grid", "binance", at(store))},
			},
			Unsure: []Example{
				{
					Words:   "Git is not installed, and the file lies in a work tree.",
					Subject: sample("grid", "binance", at(inGit(""))),
				},
			},
		},
		{
			ID: "STO-03", Title: "Credential file that git would add", Brief: "git may add file", Severity: High,
			Why:    "The next `git add .` puts the secret into the history, and the next push gives it away.",
			Remedy: "Name the file in .gitignore, or move it out of the work tree.",
			When:   "A declared credential file lies in a git work tree and is neither tracked nor ignored.",
			Refs:   []string{"CWE-538"},
			Check: locationCheck("whether git ignores %s is not known", gitKnown, func(l Location) string {
				if l.Git != GitUntracked {
					return ""
				}
				return quoted(l.Text) + " is in a git work tree, neither tracked nor ignored"
			}),
			Fires: []Example{
				{
					Words:    "A .env file beside the sources, and no .gitignore.",
					Subject:  sample("grid", "binance", at(inGit(GitUntracked))),
					Severity: High,
				},
			},
			Silent: []Example{
				{Words: "The file is ignored.", Subject: sample("grid", "binance", at(inGit(GitIgnored)))},
				{Words: "The file lies in no work tree.", Subject: sample("grid", "binance", at(inGit(GitOutside)))},
			},
			Unsure: []Example{
				{
					Words:   "Git is not installed, and the file lies in a work tree.",
					Subject: sample("grid", "binance", at(inGit(""))),
				},
			},
		},
		{
			ID: "STO-04", Title: "Credential file is readable by others", Brief: "readable file", Severity: High,
			Why:    "Every account and every program of the machine can read the secret.",
			Remedy: "chmod 600 the file, and rotate the key if others use the machine.",
			When: "The permission bits of a declared credential file grant something to group or others (mode & 077). " +
				"Parent directories and ACLs are not looked at.",
			Refs: []string{"CWE-732", "CWE-276"},
			Check: locationCheck("the permission bits of %s are not known", modeKnown, func(l Location) string {
				if l.Mode&0o077 == 0 {
					return ""
				}
				return fmt.Sprintf("%s has mode %04o", quoted(l.Text), l.Mode)
			}),
			Fires: []Example{
				{Words: "A .env file with mode 644.", Subject: sample("grid", "binance", at(file(0o644))), Severity: High},
				{Words: "The group may read it.", Subject: sample("grid", "binance", at(file(0o640)))},
			},
			Silent: []Example{
				{Words: "A .env file with mode 600.", Subject: sample("grid", "binance", at(file(0o600)))},
				{Words: "A key in the store.", Subject: sample("grid", "binance", at(store))},
			},
			Unsure: []Example{{Words: "The file could not be looked at.", Subject: sample("grid", "binance", at(file(0)))}},
		},
		{
			ID: "STO-15", Title: "Credential file is a symbolic link or somebody else's",
			Brief: "odd file", Severity: Medium,
			Why:    "Whoever owns the file, or what the link points to, decides which key the bot uses, and reads it.",
			Remedy: "Put the file itself there, and make it yours.",
			When:   "A declared credential file is a symbolic link, or belongs to neither the user nor root.",
			Refs:   []string{"CWE-59"},
			Check: locationCheck("what kind of file %s is, and whose, is not known", modeKnown, func(l Location) string {
				switch {
				case l.Symlink && l.ForeignOwner:
					return quoted(l.Text) + " is a symbolic link and belongs to somebody else"
				case l.Symlink:
					return quoted(l.Text) + " is a symbolic link"
				case l.ForeignOwner:
					return quoted(l.Text) + " belongs to somebody else"
				}
				return ""
			}),
			Fires: []Example{
				{
					Words: "The .env file is a link into a synced folder.", Severity: Medium,
					Subject: sample(
						"grid",
						"binance",
						at(Location{Text: "dotenv:.env#BINANCE", Path: "/home/trader/bot/.env", Mode: 0o600, Symlink: true}),
					),
				},
				{
					Words: "The .env file is another user's.",
					Subject: sample(
						"grid",
						"binance",
						at(Location{Text: "dotenv:.env#BINANCE", Path: "/home/trader/bot/.env", Mode: 0o600, ForeignOwner: true}),
					),
				},
			},
			Silent: []Example{{Words: "A plain file of the user.", Subject: sample("grid", "binance", at(file(0o600)))}},
			Unsure: []Example{{Words: "The file could not be looked at.", Subject: sample("grid", "binance", at(file(0)))}},
		},
	}
}

// A file that could not be looked at has no mode.
func modeKnown(l Location) bool { return l.Mode != 0 }

func gitKnown(l Location) bool { return l.Git != "" }

// locationCheck judges every declared file. One of which the rule's fact is
// not known makes the rule unknown, unless another one fails.
func locationCheck(
	unseen string,
	known func(Location) bool,
	fault func(Location) string,
) func(Subject, *Desk) []Verdict {
	return func(s Subject, _ *Desk) []Verdict {
		if !mayLive(s) {
			return nil
		}
		var bad, blind []Verdict
		files := 0
		for _, l := range s.Inventory.Locations {
			if l.Path == "" {
				continue
			}
			files++
			if what := fault(l); what != "" {
				bad = append(bad, failed(what)...)
			} else if !known(l) {
				blind = append(blind, cannotTell(fmt.Sprintf(unseen, quoted(l.Text)))...)
			}
		}
		switch {
		case files == 0:
			return nil
		case len(bad)+len(blind) == 0:
			return passed()
		}
		return append(bad, blind...)
	}
}

func cryptoRules() []Rule {
	hmac := func(s *Subject) { s.Key.Algorithm = "hmac" }
	return []Rule{{
		ID: "CRY-01", Title: "HMAC key where the exchange offers an asymmetric one", Brief: "HMAC key", Severity: Low,
		Why: "With HMAC the exchange, and every vendor that has the key, hold the very secret that signs. With Ed25519 " +
			"or RSA the private part never leaves the machine.",
		Remedy: "Make the next key an Ed25519 key.",
		When: "The key signs with HMAC, and its exchange offers Ed25519 or RSA (of the exchanges of this version: " +
			"binance). Medium for a key that a vendor has.",
		Check: func(s Subject, _ *Desk) []Verdict {
			if !mayLive(s) || !offersAsymmetric(s.Key) {
				return nil
			}
			switch s.Key.Algorithm {
			case "":
				return cannotTell("it is not known how the key signs")
			case "hmac":
				v := Verdict{
					Outcome: Fail, Title: "HMAC key; Binance also offers Ed25519, where the secret never leaves you",
					Detail: "the key signs with HMAC; binance offers Ed25519 and RSA",
				}
				if len(s.Inventory.SharedWith) > 0 {
					v.Severity = Medium
					v.Detail += ", and " + vendorsOf(s) + " holds the same secret"
				}
				return []Verdict{v}
			}
			return passed()
		},
		Fires: []Example{
			{Words: "A Binance key with an HMAC secret.", Subject: sample("grid", "binance", hmac), Severity: Low},
			{
				Words:    "The same key at a vendor.",
				Subject:  sample("grid", "binance", hmac, sharedWith("3commas")),
				Severity: Medium,
			},
		},
		Silent: []Example{
			{Words: "A Binance key with Ed25519.", Subject: sample("grid", "binance")},
			{Words: "KuCoin offers nothing else.", Subject: sample("grid", "kucoin", hmac)},
		},
		Unsure: []Example{{
			Words: "A sub-account's key in a list does not tell how it signs.",
			Subject: sample("", "binance", orphan, func(s *Subject) {
				s.Key.Algorithm = ""
			}),
		}},
	}}
}

// offersAsymmetric reports whether the exchange has another kind of key to
// offer. Binance: HMAC, RSA and Ed25519 (Binance Academy, "what are API keys
// and security types", read 2026-11-22).
func offersAsymmetric(k exchanges.Key) bool { return k.Ref.Exchange == "binance" && !k.SpecialMargin }
