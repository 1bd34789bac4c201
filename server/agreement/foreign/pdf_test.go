package foreign_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/agreement/foreign"
	"klausul/server/agreement/round/roundtest"
	"klausul/server/clause"
	"klausul/server/field"
	"klausul/server/pdf"
	"klausul/server/render"
	"klausul/server/word"
)

// A PDF that LibreOffice makes of our Word file reads as that does: the same sections answer
// to the same of ours, the same is found of every entry, and the page is told.
func TestPrintedByLibreOffice(t *testing.T) {
	v, err := clause.SampleVersion()
	require.NoError(t, err)
	d := agreement.Detail{Tree: v, Derived: field.Values{"breach.hours": 24, "transfer.allowed": "no", "deletion.choice": "delete", "service.purpose": "Drift af omsorgsjournalen"}}
	d.Number, d.VersionNo, d.Title, d.State = 7, 1, "Databehandleraftale", agreement.Offered
	raw, err := render.DOCX(d.Preview(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)))
	require.NoError(t, err)
	doc, err := word.Read(bytes.NewReader(raw), int64(len(raw)))
	require.NoError(t, err)
	o, err := roundtest.Open(t.Context(), t.TempDir())
	require.NoError(t, err)
	printed, err := o.PDF(t.Context(), raw)
	require.NoError(t, err)
	pages, err := pdf.NewReader("").Pages(t.Context(), printed)
	require.NoError(t, err)
	require.Greater(t, len(pages), 8)

	text := foreign.FromPages(pages)
	want, got := foreign.Read(foreign.FromWord(doc), d.Shared()), foreign.Read(text, d.Shared())
	sound(t, text, got)
	require.True(t, got.Agreement)
	require.True(t, got.SameLanguage)
	require.Empty(t, got.Unread)
	require.Equal(t, counterparts(want), counterparts(got))
	for i, a := range got.Checklist {
		w := want.Checklist[i]
		require.Equal(t, w.Confidence, a.Confidence, a.Key)
		require.Equal(t, said(w), said(a), a.Key)
		sure := excerpts(a)
		for excerpt := range excerpts(w) {
			require.Contains(t, sure, excerpt, a.Key)
		}
		for _, f := range a.Findings {
			require.Positive(t, f.Page, f.Excerpt)
		}
	}
}

// counterparts are the numbered sections and the annexes, each with the clause of ours that is nearest.
func counterparts(r foreign.Reading) (out []string) {
	for _, s := range r.Sections {
		name := strings.TrimSpace(s.Number + " " + s.Heading)
		if s.Part == foreign.Section && (s.Number != "" || strings.HasPrefix(name, "Bilag")) && len(s.Matches) > 0 {
			out = append(out, name+": "+s.Matches[0].Key)
		}
	}
	return out
}

// said are the values of an entry, without their places.
func said(a foreign.Answer) (out []foreign.Value) {
	for _, v := range a.Values {
		v.Paragraph, v.Page, v.From, v.To = 0, 0, 0, 0
		out = append(out, v)
	}
	return out
}

// excerpts are the sentences that are sure to speak of an entry.
func excerpts(a foreign.Answer) map[string]bool {
	out := map[string]bool{}
	for _, f := range a.Findings {
		if f.Confidence == foreign.Sure {
			out[f.Excerpt] = true
		}
	}
	return out
}
