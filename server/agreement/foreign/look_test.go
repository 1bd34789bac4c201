package foreign_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement/foreign"
)

// answer reads one sentence below a heading and gives what the checklist says of an entry.
func answer(t *testing.T, key, heading, sentence string) foreign.Answer {
	t.Helper()
	text := foreign.Text{Paragraphs: []foreign.Paragraph{{Text: heading, Level: 1}, {Text: sentence}}}
	for _, a := range foreign.Read(text, nil).Checklist {
		if a.Key == key {
			return a
		}
	}
	require.Fail(t, "no such entry", key)
	return foreign.Answer{}
}

func TestDurations(t *testing.T) {
	for sentence, want := range map[string]string{
		"Brud meddeles inden 24 timer.":                                           "24 hours 24",
		"Brud meddeles inden for fireogtyve (24) timer.":                          "24 hours 24",
		"Brud meddeles senest 24 (fireogtyve) timer efter.":                       "24 hours 24",
		"Brud meddeles inden tre dage.":                                           "3 days 72",
		"Brud meddeles inden et døgn.":                                            "1 days 24",
		"Brud meddeles inden 2 arbejdsdage.":                                      "2 working_days -",
		"Brud meddeles inden en uge.":                                             "1 weeks 168",
		"Brud meddeles inden 1 måned.":                                            "1 months -",
		"We notify you of a breach within seventy-two hours.":                     "72 hours 72",
		"We notify you of a breach within 2 business days.":                       "2 working_days -",
		"We notify you of a breach within 3 calendar days.":                       "3 days 72",
		"A breach is subject to a 24-hour notification.":                          "24 hours 24",
		"Brud meddeles inden 24 timer, og senest 48 timer skriftligt.":            "24 hours 24; 48 hours 48",
		"Brud med 30.000 timer meddeles.":                                         "",
		"Brud med 1,5 timer meddeles.":                                            "",
		"Brud meddeles inden 0 timer.":                                            "",
		"Brud meddeles inden 99999999999999999999 timer.":                         "",
		"Brud meddeles. Alle 24. Timer tælles ikke.":                              "",
		"Brud meddeles på telefon 24 12 12 12, og timer faktureres.":              "",
		"Personoplysninger i systemet slettes 24 timer efter, at de er modtaget.": "",
	} {
		t.Run(sentence, func(t *testing.T) {
			got := ""
			for _, v := range answer(t, "breach", "Andet", sentence).Values {
				if v.Unit == "" {
					continue
				}
				if got != "" {
					got += "; "
				}
				got += fmt.Sprintf("%d %s ", v.Number, v.Unit)
				if v.Amount != nil {
					got += fmt.Sprint(*v.Amount)
				} else {
					got += "-"
				}
			}
			require.Equal(t, want, got)
		})
	}
}

// How sure a finding is hangs on the words and on where they stand.
func TestConfidence(t *testing.T) {
	for _, c := range []struct {
		key, heading, sentence string
		confidence             foreign.Confidence
		against                bool
	}{
		{"audit", "Tilsyn", "Kunden kan føre tilsyn hos leverandøren.", foreign.Sure, false},
		{"audit", "Diverse", "Kunden kan føre tilsyn hos leverandøren.", foreign.Likely, false},
		{"audit", "Tilsyn", "Leverandøren har en ISAE 3000.", foreign.Guess, false},
		{"audit", "Diverse", "Leverandøren har en ISAE 3000.", foreign.NotFound, false},
		{"audit", "Tilsyn", "Det aftales særskilt.", foreign.Guess, false}, // the heading alone
		{"audit", "Tilsyn", "Kunden er ikke berettiget til at føre tilsyn.", foreign.Guess, true},
		{"audit", "Audits", "The customer is not entitled to conduct audits.", foreign.Guess, true},
		{"confidentiality", "Tavshedspligt", "Medarbejdere har tavshedspligt.", foreign.Sure, false},
		{"deletion", "Sletning", "Ved ophør slettes alle oplysninger.", foreign.Sure, false},
		{"security", "Brud på sikkerheden", "Det aftales særskilt.", foreign.NotFound, false},
		{"transfer", "Diverse", "Data lagres uden for EU.", foreign.Likely, false},
		{"transfer", "Diverse", "Varer overføres til et andet lager.", foreign.NotFound, false},
	} {
		t.Run(c.heading+": "+c.sentence, func(t *testing.T) {
			a := answer(t, c.key, c.heading, c.sentence)
			require.Equal(t, c.confidence, a.Confidence)
			require.Equal(t, c.against, a.Against)
		})
	}
}

func TestChoices(t *testing.T) {
	for _, c := range []struct{ key, sentence, want string }{
		{"transfer", "Oplysninger overføres ikke til tredjelande.", "no"},
		{"transfer", "Oplysninger må ikke overføres til tredjelande uden instruks.", "conditions"},
		{"transfer", "Leverandøren kan overføre oplysninger til tredjelande.", "yes"},
		{"transfer", "The processor shall not transfer personal data outside the EEA.", "no"},
		{"transfer", "The processor may transfer personal data to third countries.", "yes"},
		{"transfer", "Data is transferred to third countries only on instruction.", "conditions"},
		{"subprocessor_authorisation", "Kunden giver en generel godkendelse til brug af underdatabehandlere.", "general"},
		{"subprocessor_authorisation", "Underdatabehandlere kræver en specifik godkendelse.", "specific"},
		{"subprocessor_authorisation", "Sub-processors need the customer's prior written consent.", "specific"},
		{"deletion", "Ved ophør slettes alle oplysninger.", "delete"},
		{"deletion", "Ved ophør tilbageleveres alle oplysninger, og kopier slettes.", "return"},
		{"deletion", "Ved ophør slettes eller tilbageleveres oplysninger efter kundens valg.", "either"},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			a := answer(t, c.key, "Diverse", c.sentence)
			require.Len(t, a.Values, 1)
			require.Equal(t, c.want, a.Values[0].Choice)
			require.False(t, a.Disagree)
		})
	}
}

// What the checklist asks is whole, in both languages, and says where it comes from.
func TestChecklist(t *testing.T) {
	r := foreign.Read(foreign.Text{}, nil)
	require.NotEmpty(t, r.Source)
	require.Regexp(t, `^\d{4}-\d\d-\d\d$`, r.Checked)
	require.True(t, r.Unconfirmed)
	letters := ""
	for _, a := range r.Checklist {
		require.NotEmpty(t, a.Reference)
		require.Regexp(t, `\?$`, a.DA)
		require.Regexp(t, `\?$`, a.EN)
		require.NotEqual(t, a.DA, a.EN)
		require.Equal(t, foreign.NotFound, a.Confidence)
		letters += a.Reference + " "
	}
	for _, letter := range "abcdefgh" {
		require.Contains(t, letters, fmt.Sprintf("art. 28(3)(%c)", letter))
	}
	for _, more := range []string{"art. 28(2)", "art. 28(4)", "art. 33(2)", "art. 44"} {
		require.Contains(t, letters, more)
	}
}
