package bench

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"klausul/server/agreement/round"
	"klausul/server/clause"
	"klausul/server/redline"
	"klausul/server/render"
	"klausul/server/word"
)

// roundChanges is how many changes a hard negotiation puts into a text.
const roundChanges = 120

// openRoundIn compares reading a returned file of 30 pages with 120 changes and comparing
// it with what was sent, with unzipping that file and reading its XML.
func openRoundIn(context.Context, *world) (pair, error) {
	sent, back, err := returned()
	if err != nil {
		return pair{}, err
	}
	in := func() (round.Report, error) {
		d, err := word.Read(bytes.NewReader(back), int64(len(back)))
		if err != nil {
			return round.Report{}, err
		}
		return round.Compare(sent, d), nil
	}
	r, err := in()
	if err != nil {
		return pair{}, err
	}
	found := len(r.Findings)
	for _, c := range r.Clauses {
		found += len(c.Findings)
	}
	if found < roundChanges {
		return pair{}, fmt.Errorf("only %d changes were found", found)
	}
	return pair{
		ours:  each(20, func() error { _, err := in(); return err }),
		other: each(20, func() error { return unzipAndParse(back) }),
	}, nil
}

// returned is an agreement of 30 pages as it was sent, and as it comes back: half of the
// changes with tracking, half without.
func returned() (round.Sent, []byte, error) {
	words := prose(1)
	doc := render.Document{Title: "Databehandleraftale", Number: "DBA-0001 v1", Version: "1", Language: "da", At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), TextHash: strings.Repeat("ab", 32)}
	var tree []clause.Clause
	var texts []string
	for s := range 20 {
		section := render.Section{Key: fmt.Sprintf("s%d", s), Number: fmt.Sprint(s + 1), Heading: fmt.Sprintf("Afsnit om emne %d", s+1)}
		tree = append(tree, clause.Clause{Key: section.Key, Number: section.Number, Level: 1, Heading: section.Heading})
		for c := range 9 {
			key, number, text := fmt.Sprintf("c%d_%d", s, c), fmt.Sprintf("%d.%d", s+1, c+1), words(65)
			texts = append(texts, text)
			tree = append(tree, clause.Clause{Key: key, Number: number, Level: 2, Blocks: []clause.Block{{Kind: clause.Paragraph, Spans: []clause.Span{{Kind: clause.Normative, Text: text}}}}})
			section.Blocks = append(section.Blocks, render.Block{Kind: render.Clause, ID: key, Number: number, Runs: render.Text(text)})
		}
		doc.Sections = append(doc.Sections, section)
	}
	raw, err := render.DOCX(doc)
	if err != nil {
		return round.Sent{}, nil, err
	}
	d, err := word.Read(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return round.Sent{}, nil, err
	}
	back, err := rewrite(raw, "word/document.xml", func(xml string) string {
		for n := range roundChanges {
			old := texts[n]
			at := strings.Index(old, " ") + 1
			gone, _, _ := strings.Cut(old[at:], " ")
			come := "ganske " + gone
			if n%2 == 0 {
				come = `</w:t></w:r><w:del w:id="1" w:author="Ida" w:date="2026-01-02T00:00:00Z"><w:r><w:delText>` + gone + `</w:delText></w:r></w:del><w:ins w:id="2" w:author="Ida" w:date="2026-01-02T00:00:00Z"><w:r><w:t>andet</w:t></w:r></w:ins><w:r><w:t xml:space="preserve">`
			}
			xml = strings.Replace(xml, old, old[:at]+come+old[at+len(gone):], 1)
		}
		return xml
	})
	return round.New(d, tree), back, err
}

// prose writes so many words of Danish, with a full stop now and then; the same for a seed.
func prose(seed uint64) func(words int) string {
	random := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // text to measure with, no secret
	small := strings.Fields("og i at det til en den for er som på de med af ikke der kan skal ved efter")
	parts := strings.Fields("data behandl aftale sikker underret kommune leverand system oplys instruks varsel drift adgang kontrol tilsyn brud frist slet lager net")
	ends := strings.Fields("en er else ing ør ede e erne s ens")
	return func(n int) string {
		var out []string
		for i := range n {
			w := small[random.IntN(len(small))]
			if i%2 == 1 {
				w = parts[random.IntN(len(parts))] + parts[random.IntN(len(parts))] + ends[random.IntN(len(ends))]
			}
			if i%13 == 0 {
				w = strings.ToUpper(w[:1]) + w[1:]
			}
			if i%13 == 12 || i == n-1 {
				w += "."
			}
			out = append(out, w)
		}
		return strings.Join(out, " ")
	}
}

// openRedline compares the redline of a text of 200 kB with that of one of 20 kB, each with
// the same 120 changes; and of 20 kB with 2 kB, whichever grew more.
func openRedline(context.Context, *world) (pair, error) {
	return grows(func(text string, random *rand.Rand) string {
		words := strings.Fields(text)
		for range roundChanges {
			words[random.IntN(len(words))] = "ændret"
		}
		return strings.Join(words, " ")
	})
}

// openRedlineEdited does it for texts of which a quarter of the words were edited.
func openRedlineEdited(context.Context, *world) (pair, error) {
	return grows(func(text string, random *rand.Rand) string {
		words := strings.Fields(text)
		for i := range words {
			if random.IntN(4) == 0 {
				words[i] = fmt.Sprintf("ændret%d", random.IntN(1000))
			}
		}
		return strings.Join(words, " ")
	})
}

// grows measures texts of 2, 20 and 200 kB. Of the step that grew more ours is the longer
// text and other the shorter.
func grows(edit func(string, *rand.Rand) string) (pair, error) {
	type texts struct{ before, after string }
	sizes := []texts{}
	for i, length := range []int{2_000, 20_000, 200_000} {
		before := prose(uint64(i))(length / 7)
		for len(before) < length {
			before += " " + prose(uint64(i)+10)(100)
		}
		before = before[:strings.LastIndex(before[:length], " ")]
		after := edit(before, rand.New(rand.NewPCG(uint64(i), 3))) //nolint:gosec // text to measure with, no secret
		sizes = append(sizes, texts{before, after})
	}
	var costs [3]float64 // the least of several runs: what else the machine does only adds
	measure := func(ctx context.Context) error {
		for run := range 5 {
			for i, times := range []int{60, 12, 2} {
				cost, err := each(times, func() error {
					if !redline.Changed(redline.Text(sizes[i].before, sizes[i].after)) {
						return errors.New("no change was seen")
					}
					return nil
				})(ctx)
				if err != nil {
					return err
				}
				if run == 0 || cost < costs[i] {
					costs[i] = cost
				}
			}
		}
		return nil
	}
	measured := false // both sides of a round are of one measurement
	side := func(larger int) func(context.Context) (float64, error) {
		return func(ctx context.Context) (float64, error) {
			if measured = !measured; measured {
				if err := measure(ctx); err != nil {
					return 0, err
				}
			}
			step := 0
			if costs[2]/costs[1] > costs[1]/costs[0] {
				step = 1
			}
			return costs[step+larger], nil
		}
	}
	return pair{ours: side(1), other: side(0)}, nil
}

// rewrite changes one part of a Word file.
func rewrite(raw []byte, part string, change func(string) string) ([]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			return nil, err
		}
		if f.Name == part {
			text = []byte(change(string(text)))
		}
		to, err := w.Create(f.Name)
		if err == nil {
			_, err = to.Write(text)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
