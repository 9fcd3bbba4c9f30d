package exchanges

import "testing"

func TestParts(t *testing.T) {
	const whole = "c5dcfbf1f3a7b8c9d0e1f2a3b4c5d6e7"
	for shown, part := range map[string]string{
		whole: whole, "c5dcfbf1f3a7*****": "c5dcfbf1f3a7…", "c5dc****d6e7": "c5dc…d6e7", "****": "…", "": "",
	} {
		if got := PartOf(shown); got != part || IsPart(got) != (shown != whole && shown != "") {
			t.Errorf("%q is %q", shown, got)
		}
	}
	for part, fits := range map[string]bool{
		"c5dcfbf1f3a7…": true, "c5dc…d6e7": true, "c5dcfbf1f3a8…": false, "c5dc…d6e8": false, "c5dcfbf…": false,
		"…": false, whole: false, whole + "…": false, whole[:30] + "…" + whole[30:]: false,
	} {
		if IsPartOf(part, whole) != fits {
			t.Errorf("%q fits: %v", part, !fits)
		}
	}
	if got := MaskAccessKey("c5dcfbf1f3a7…"); got != "c5dcfbf1f3a7…" {
		t.Errorf("a part is shown as %q", got)
	}
	ref := KeyRef{AccessKey: "c5dcfbf1f3a7…", Account: Account{Name: "s"}}
	if err := CheckRef("x", "op", ref); KindOf(err) != KindRefused {
		t.Errorf("a part is sent: %v", err)
	}
}
