package remind

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestReminderComesOnceAWeek(t *testing.T) {
	night := time.Date(2026, 11, 30, 3, 17, 0, 0, time.UTC)
	dir := filepath.Join(t.TempDir(), "state")
	said := 0
	for i := range 15 { // two weeks and a night, each a little early or late
		now := night.Add(time.Duration(i)*24*time.Hour + time.Duration(i%3-1)*time.Minute)
		r := Load(dir)
		if r.Due("payout", now) {
			said++
		}
		if err := r.Next([]string{"payout"}, now).Save(dir); err != nil {
			t.Fatal(err)
		}
	}
	if said != 3 {
		t.Errorf("said %d times in 15 nights, want 3", said)
	}
	if gone := Load(dir).Next([]string{"other"}, night); len(gone.Said) != 1 || gone.Due("other", night) {
		t.Errorf("what is done is still remembered: %v", gone.Said)
	}
}

// What is not known was not said.
func TestDoubtSpeaks(t *testing.T) {
	now := time.Date(2026, 11, 30, 3, 17, 0, 0, time.UTC)
	for name, record := range map[string]string{
		"none": "", "damage": `{"schema_version":1,"said":`, "newer": `{"schema_version":2,` +
			`"said":{"payout":"2026-11-30T03:00:00Z"}}`,
		"a clock that was wrong": `{"schema_version":1,"said":{"payout":"2027-11-30T03:00:00Z"}}`,
	} {
		dir := t.TempDir()
		if record != "" {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(record), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if !Load(dir).Due("payout", now) {
			t.Errorf("%s: nothing is said", name)
		}
	}
}
