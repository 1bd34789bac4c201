package bench

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"klausul/server/clause"
	"klausul/server/clause/template"
	"klausul/server/render"
	"klausul/server/word"
)

// openTemplateImport compares taking a Word file of 30 pages apart with unzipping it and
// reading its XML.
func openTemplateImport(context.Context, *world) (pair, error) {
	raw, err := thirtyPages()
	if err != nil {
		return pair{}, err
	}
	v, err := importTemplate(raw)
	if err != nil {
		return pair{}, err
	}
	if len(v.Clauses) < 100 {
		return pair{}, fmt.Errorf("the file came apart into %d clauses only", len(v.Clauses))
	}
	return pair{
		ours:  each(20, func() error { _, err := importTemplate(raw); return err }),
		other: each(20, func() error { return unzipAndParse(raw) }),
	}, nil
}

// openHashTree compares hashing a version of that size with SHA-256 over it as it lies in
// the database.
func openHashTree(context.Context, *world) (pair, error) {
	raw, err := thirtyPages()
	if err != nil {
		return pair{}, err
	}
	v, err := importTemplate(raw)
	if err != nil {
		return pair{}, err
	}
	stored, err := json.Marshal(v.Clauses)
	if err != nil {
		return pair{}, err
	}
	return pair{
		ours: each(6000, func() error {
			if clause.Sum(v.Clauses) != v.TextHash {
				return errors.New("the hash moved")
			}
			return nil
		}),
		other: each(6000, func() error {
			sum := sha256.Sum256(stored)
			if sum == ([32]byte{}) {
				return errors.New("no hash")
			}
			return nil
		}),
	}, nil
}

// each gives the milliseconds that do takes, of so many.
func each(times int, do func() error) func(context.Context) (float64, error) {
	return func(ctx context.Context) (float64, error) {
		started := time.Now()
		for range times {
			if err := errors.Join(do(), ctx.Err()); err != nil {
				return 0, err
			}
		}
		return float64(time.Since(started).Microseconds()) / 1000 / float64(times), nil
	}
}

func importTemplate(raw []byte) (clause.Version, error) {
	d, err := word.Read(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return clause.Version{}, err
	}
	r := template.Recognise(d, template.Options{})
	v, _ := template.Assemble(r.Paragraphs, template.About{Language: r.Language, Fields: r.Fields})
	return v, nil
}

func unzipAndParse(raw []byte) error {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return err
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return err
		}
		for dec := xml.NewDecoder(r); err == nil; {
			_, err = dec.Token()
		}
		r.Close()
		if !errors.Is(err, io.EOF) {
			return err
		}
	}
	return nil
}

// thirtyPages is a file of the length and make of standard clauses with their annexes:
// 12,000 words in sections, sub-clauses, lists and tables, with places to fill in.
func thirtyPages() ([]byte, error) {
	const sentence = "Databehandleren passer på oplysningerne, som var de dens egne, og siger det til den dataansvarlige, når noget ændrer sig i driften. "
	d := render.Document{Title: "Databehandleraftale", Language: "da", At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	for s := range 19 {
		section := render.Section{Number: fmt.Sprint(s + 1), Heading: fmt.Sprintf("Afsnit om emne %d", s+1)}
		if s >= 15 {
			section.Number, section.Annex = "Bilag "+string(rune('A'+s-15)), true
		}
		short := strings.TrimPrefix(section.Number, "Bilag ")
		for c := range 9 {
			block := render.Block{Kind: render.Clause, Number: fmt.Sprintf("%s.%d", short, c+1), Runs: []render.Run{
				{Text: strings.Repeat(sentence, 2)}, {Text: "Det sker inden "}, {Text: "[indsæt antal] timer"}, {Text: ". " + sentence}}}
			for i := range c % 3 {
				block.Items = append(block.Items, render.Block{Kind: render.Paragraph, Number: string(rune('a'+i)) + ")", Runs: render.Text(sentence)})
			}
			section.Blocks = append(section.Blocks, block)
		}
		if section.Annex {
			table := &render.Table{Head: []string{"Navn", "CVR-nr.", "Adresse"}}
			for range 8 {
				table.Rows = append(table.Rows, [][]render.Run{render.Text("Nordlys Drift ApS"), render.Text("12345674"), render.Text("Havnegade 1, 8000 Aarhus C")})
			}
			section.Blocks = append(section.Blocks, render.Block{Kind: render.TableBlock, Table: table})
		}
		d.Sections = append(d.Sections, section)
	}
	return render.DOCX(d)
}
