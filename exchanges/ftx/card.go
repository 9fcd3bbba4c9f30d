package ftx

import "rekey/exchanges"

// card is what there is to say about keys of FTX. Sources: theblock.co
// post/238994 and post/179237, blockworks.co, ccn.com, mitrade.com and
// blocknewsint, collected 2026-11-22.
func card() exchanges.Card {
	const day = "2026-11-22"
	nobody := func(action exchanges.Action, reach exchanges.Reach, note string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: reach, Way: exchanges.Nobody, Note: note,
			Source: "theblock.co post/238994: chapter 11 since 2022-11-11", Checked: day,
		}
	}
	return exchanges.Card{
		Name:   Name,
		Title:  "FTX (defunct)",
		Kind:   "defunct",
		Secret: "access key and secret, and sometimes the name of a sub-account; no passphrase",
		Formats: "access key and secret: 40 letters, digits, dashes and underscores (FTX's documented examples); other " +
			"tokens match too, so ask",
		Death: "FTX filed for chapter 11 on 2022-11-11 and does not run. Its keys are neither safe nor unknown: they " +
			"are defunct. That they were formally deleted is stated nowhere",
		Capabilities: []exchanges.Capability{
			nobody(
				exchanges.ActInspect,
				exchanges.OwnKey,
				"never sent anywhere: the domains of a dead exchange can change hands",
			),
			nobody(
				exchanges.ActList,
				exchanges.Master,
				"note label, creation and where each key was stored, from your own records",
			),
			nobody(exchanges.ActIssue, exchanges.Master, ""),
			nobody(exchanges.ActEdit, exchanges.Master, ""),
			nobody(
				exchanges.ActRevoke,
				exchanges.Master,
				"there is nothing to revoke; remove the stored secret once label, creation and place are noted",
			),
			nobody(exchanges.ActFreeze, exchanges.Master, ""),
			nobody(exchanges.ActList, exchanges.SubKeys, ""),
		},
		Notes: []string{
			"No exchange runs behind the key: it can neither trade nor withdraw, and there is nothing to revoke.",
			"Never send the key or its secret anywhere, and do not try any host: domains of a dead exchange can change hands.",
			"Before you delete the record, note label, creation and where the key was stored: it may support a claim about " +
				"unauthorised trades (October 2022).",
			"Then remove the stored secret from bots, configuration files and password notes; where the same password or " +
				"passphrase habit was used elsewhere, change it there.",
			"If a bot service held the key (3Commas: FTX keys were abused in October 2022), treat every other " +
				"key that it held as leaked.",
			"Claims go through claims.ftx.com alone, typed by hand: no link from mail, no wallet to connect, no \"API " +
				"verification\" of old keys. The customers' deadline was 2023-09-29.",
			"Trade history can no longer be read by API; it was shown in the claims portal.",
		},
		Checked: day,
	}
}
