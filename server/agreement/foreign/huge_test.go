package foreign_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement/foreign"
)

// A text that somebody made as long as they could is read within seconds.
func TestHugeTextsAreQuick(t *testing.T) {
	const many = 100_000
	clauses := ours(t)
	sentence := "Databehandleren underretter den dataansvarlige om brud på persondatasikkerheden uden unødig forsinkelse og senest 24 timer efter, at underdatabehandleren har givet besked om det. "
	random := rand.New(rand.NewPCG(1, 2))
	strange := func() string {
		b := make([]byte, 12)
		for i := range b {
			b[i] = byte('a' + random.IntN(26))
		}
		return string(b)
	}
	for name, one := range map[string]func(i int) foreign.Paragraph{
		"the same sentence": func(int) foreign.Paragraph { return foreign.Paragraph{Text: sentence} },
		"nothing but headings": func(i int) foreign.Paragraph {
			return foreign.Paragraph{Text: fmt.Sprint("Underdatabehandlere ", i), Level: 1 + i%9}
		},
		"headings below one another": func(i int) foreign.Paragraph {
			return foreign.Paragraph{Text: "Brud på sikkerheden", Number: "1" + strings.Repeat(".1", i%12), Bold: true}
		},
		"words that nobody has": func(int) foreign.Paragraph {
			return foreign.Paragraph{Text: strings.Repeat(strange()+" ", 20)}
		},
		"other values each time": func(i int) foreign.Paragraph {
			return foreign.Paragraph{Text: fmt.Sprintf("Databehandleren underretter om brud inden %d timer. Underdatabehandlere varsles %d dage før.", i%9999, i%9999)}
		},
		"lines of a table of contents": func(i int) foreign.Paragraph {
			return foreign.Paragraph{Text: fmt.Sprintf("Sikkerhed %s %d", strings.Repeat(".", 100), i%1000)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			var text foreign.Text
			for i := range many {
				text.Paragraphs = append(text.Paragraphs, one(i))
			}
			started := time.Now()
			r := foreign.Read(text, clauses)
			require.Less(t, time.Since(started), 10*time.Second)
			require.Empty(t, r.Dropped(text))
			t.Logf("%d sections in %v", len(r.Sections), time.Since(started).Round(time.Millisecond))
		})
	}
	for name, pages := range map[string][]string{
		"one line without end":     {strings.Repeat(sentence, 60_000)},
		"one word without end":     {strings.Repeat("underdatabehandler", 500_000)},
		"words cut on every line":  {strings.Repeat("persondata-\nsikkerhed og ", 100_000)},
		"one sentence without end": {strings.Repeat("24 timer brud underret ", 300_000)},
		"pages without number":     strings.Split(strings.Repeat("Side 1\nBrud på sikkerheden\nbesked\n\f", 30_000), "\f"),
	} {
		t.Run(name, func(t *testing.T) {
			started := time.Now()
			text := foreign.FromPages(pages)
			r := foreign.Read(text, clauses)
			require.Less(t, time.Since(started), 10*time.Second)
			require.Empty(t, r.Dropped(text))
			t.Logf("%d paragraphs in %v", len(text.Paragraphs), time.Since(started).Round(time.Millisecond))
		})
	}
}

// Lines that each look like the heading of a table of contents are looked through once.
func TestManyTablesOfContents(t *testing.T) {
	pages := make([]string, 10)
	for i := range pages {
		pages[i] = strings.Repeat("Indhold\n1.1 Ab\n", 5_000)
	}
	started := time.Now()
	text := foreign.FromPages(pages)
	require.Less(t, time.Since(started), 5*time.Second)
	require.NotEmpty(t, text.Paragraphs)
	t.Logf("%d paragraphs in %v", len(text.Paragraphs), time.Since(started).Round(time.Millisecond))
}
