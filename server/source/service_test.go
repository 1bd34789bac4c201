package source_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/clause/template"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/files/filestest"
	"klausul/server/source"
	"klausul/server/storage/storagetest"
	"klausul/server/word"
)

type house struct {
	*storagetest.Env
	t              *testing.T
	clauses        *clause.Service
	documents      *document.Service
	sources        *source.Service
	lawyer, second access.Scope
}

func setup(t *testing.T) *house {
	t.Parallel()
	h := &house{Env: storagetest.New(t), t: t}
	h.clauses, h.documents = clause.New(h.Store), document.New(h.Store, filestest.New(t).Store)
	h.sources = source.New(h.Store, h.documents)
	require.NoError(t, pgx.BeginFunc(t.Context(), h.Conn("klausul_admin"), func(tx pgx.Tx) error {
		_, err := clause.LoadSample(t.Context(), tx)
		return err
	}))
	h.lawyer, h.second = h.Scope(access.Lawyer, 0), h.Scope(access.Lawyer, 0)
	return h
}

func fixture(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("../clause/testdata/word", name+".docx"))
	require.NoError(t, err)
	return raw
}

var theirs = source.Declaration{Provenance: clause.Authority, DeclaredBy: "Tilsynet", DeclaredOn: day("2024-05-01")}

func day(s string) *time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return &d
}

func (h *house) received(name string) source.Detail {
	h.t.Helper()
	s, err := h.sources.Receive(h.t.Context(), h.lawyer, source.Intake{Family: "datatilsynet", FileName: name + ".docx", Declaration: theirs}, bytes.NewReader(fixture(h.t, name)))
	require.NoError(h.t, err)
	return h.get(s.ID)
}

func (h *house) get(id int64) source.Detail {
	h.t.Helper()
	d, err := h.sources.Get(h.t.Context(), h.lawyer, id)
	require.NoError(h.t, err)
	return d
}

// at finds the paragraph that begins with the words.
func at(t *testing.T, d source.Detail, words string) source.Said {
	t.Helper()
	i := slices.IndexFunc(d.Paragraphs, func(p source.Said) bool {
		text := ""
		for _, s := range p.Spans {
			text += s.Text
		}
		return len(text) >= len(words) && text[:len(words)] == words
	})
	require.GreaterOrEqual(t, i, 0, words)
	return d.Paragraphs[i]
}

func corrected(p source.Said, change func(*template.Paragraph)) source.Correction {
	to := p.Paragraph
	to.Seen = true
	change(&to)
	return source.Correction{Place: p.Place, Base: p.Version, Paragraph: &to}
}

func has(problems []template.Problem, code template.Code) bool {
	return slices.ContainsFunc(problems, func(p template.Problem) bool { return p.Code == code })
}

func TestAFileBecomesADraft(t *testing.T) {
	h := setup(t)
	ctx := t.Context()
	d := h.received("textbox")
	require.Equal(t, 2, d.Open, "the text box stands nowhere, and hangs on a paragraph")
	box := at(t, d, "Dette stod i en ramme")
	require.Equal(t, template.Unplaced, box.Class)
	require.True(t, has(d.Problems, template.UnplacedParagraph))

	t.Run("the file is kept as it came", func(t *testing.T) {
		name, f, body, err := h.sources.Download(ctx, h.lawyer, d.ID)
		require.NoError(t, err)
		raw, err := io.ReadAll(body)
		require.NoError(t, err)
		require.NoError(t, body.Close())
		require.Equal(t, fixture(t, "textbox"), raw)
		require.Equal(t, "textbox.docx", name)
		require.Equal(t, d.SHA256, f.SHA256)
		require.NoError(t, h.documents.Seal(ctx, document.SealJob{File: d.File}), "the office's own files are sealed too")
		_, _, body, err = h.sources.Download(ctx, h.lawyer, d.ID)
		require.NoError(t, err)
		require.NoError(t, body.Close())
	})
	t.Run("a draft takes along what is still open, and cannot be published with it", func(t *testing.T) {
		id, err := h.sources.Draft(ctx, h.lawyer, d.ID, d.Version, "Prøve", "prøve")
		require.NoError(t, err)
		tree, err := h.clauses.Tree(ctx, h.lawyer, id)
		require.NoError(t, err)
		require.Equal(t, clause.Authority, tree.Provenance)
		require.Equal(t, d.SHA256, tree.SourceHash)
		left := clause.Leftover{Code: "unplaced", Text: "Dette stod i en ramme ved siden af."}
		require.Contains(t, tree.Leftovers, left)

		_, err = h.sources.Correct(ctx, h.lawyer, d.ID, []source.Correction{corrected(box, func(p *template.Paragraph) { p.Class = template.Ignored })})
		require.ErrorIs(t, err, source.ErrDrafted, "its text is changed in the draft now")

		require.NoError(t, h.clauses.Review(ctx, h.second, id, tree.Revision))
		require.ErrorIs(t, h.clauses.Publish(ctx, h.lawyer, id, tree.Revision+1), clause.ErrProblems)
		require.NoError(t, h.clauses.Return(ctx, h.second, id, tree.Revision+1, "En ramme mangler"))
		for _, l := range tree.Leftovers {
			require.NoError(t, h.clauses.Settle(ctx, h.lawyer, id, l, true))
		}
		require.ErrorIs(t, h.clauses.Settle(ctx, h.lawyer, id, left, true), fault.ErrNotFound)
		require.NoError(t, h.clauses.Settle(ctx, h.lawyer, id, left, false), "and open again")
		now, err := h.clauses.Tree(ctx, h.lawyer, id)
		require.NoError(t, err)
		require.Equal(t, []clause.Leftover{left}, now.Leftovers)

		require.NoError(t, h.clauses.Discard(ctx, h.lawyer, id, now.Revision))
		require.ErrorIs(t, h.clauses.Settle(ctx, h.lawyer, id, left, true), clause.ErrDiscarded)
		again := h.get(d.ID)
		require.Nil(t, again.Template, "the file can be worked on again")
		second, err := h.sources.Draft(ctx, h.lawyer, d.ID, again.Version, "", "prøve")
		require.NoError(t, err, "and the label is free")
		require.ErrorIs(t, h.clauses.Restore(ctx, h.lawyer, id, now.Revision+1), clause.ErrLabel)
		other, err := h.clauses.Tree(ctx, h.lawyer, second)
		require.NoError(t, err)
		require.NoError(t, h.clauses.Discard(ctx, h.lawyer, second, other.Revision))
		require.NoError(t, h.clauses.Restore(ctx, h.lawyer, id, now.Revision+1))
	})
}

func TestCorrecting(t *testing.T) {
	h := setup(t)
	ctx := t.Context()
	d := h.received("textbox")
	box := at(t, d, "Dette stod i en ramme")
	into := d.Tree.Clauses[1]
	placed := corrected(box, func(p *template.Paragraph) {
		p.Class, p.Section, p.Clause = template.Text, d.Tree.Clauses[0].Key, into.Key
	})
	now, err := h.sources.Correct(ctx, h.lawyer, d.ID, []source.Correction{placed})
	require.NoError(t, err)
	require.False(t, has(now.Problems, template.UnplacedParagraph))
	require.Equal(t, 1, now.Open)
	require.Len(t, now.Tree.Clauses[1].Blocks, len(into.Blocks)+1)
	said := at(t, now, "Dette stod i en ramme")
	require.Equal(t, template.Unplaced, said.Recognised.Class)
	require.NotEmpty(t, said.By)

	t.Run("the second of two is told who was first", func(t *testing.T) {
		_, err := h.sources.Correct(ctx, h.second, d.ID, []source.Correction{placed})
		require.ErrorIs(t, err, source.ErrConflict)
		f, _ := fault.Of(err)
		require.Equal(t, template.Text, f.Detail["class"])
		require.NotEmpty(t, f.Detail["by"])
	})
	t.Run("all of several or none", func(t *testing.T) {
		first, stale := corrected(now.Paragraphs[0], func(p *template.Paragraph) { p.Class = template.Ignored }), placed
		_, err := h.sources.Correct(ctx, h.lawyer, d.ID, []source.Correction{first, stale})
		require.ErrorIs(t, err, source.ErrConflict)
		require.Nil(t, h.get(d.ID).Paragraphs[0].Recognised)
	})
	t.Run("the words of the file stay", func(t *testing.T) {
		_, err := h.sources.Correct(ctx, h.lawyer, d.ID, []source.Correction{corrected(said, func(p *template.Paragraph) {
			p.Spans = []template.Span{{Kind: clause.Normative, Text: "Noget andet."}}
		})})
		require.ErrorIs(t, err, template.ErrWords)
		for name, spoil := range map[string]func(*template.Paragraph){
			"class": func(p *template.Paragraph) { p.Class = "vers" }, "section": func(p *template.Paragraph) { p.Section = "" },
			"clause": func(p *template.Paragraph) { p.Clause = "Å" }, "level": func(p *template.Paragraph) { p.Level = 40 },
			"kind": func(p *template.Paragraph) { p.Spans = []template.Span{{Kind: "x", Text: p.Spans[0].Text}} },
		} {
			_, err := h.sources.Correct(ctx, h.lawyer, d.ID, []source.Correction{corrected(said, spoil)})
			require.ErrorIs(t, err, template.ErrCorrection, name)
			f, _ := fault.Of(err)
			require.Equal(t, name, f.Detail["what"])
		}
	})
	t.Run("a place to fill in that nothing marked is bound to a field of its own", func(t *testing.T) {
		with, err := h.sources.AddField(ctx, h.lawyer, d.ID, field.Field{Path: "ramme.navn", Type: field.Text, Label: "Rammens navn"})
		require.NoError(t, err)
		_, err = h.sources.AddField(ctx, h.lawyer, d.ID, field.Field{Path: "ramme.navn", Type: field.Text, Label: "Rammens navn"})
		require.ErrorIs(t, err, source.ErrField)
		filled, err := h.sources.Correct(ctx, h.lawyer, d.ID, []source.Correction{corrected(at(t, with, "Dette stod i en ramme"), func(p *template.Paragraph) {
			p.Spans = []template.Span{{Kind: clause.Normative, Text: "Dette stod i en "}, {Kind: clause.FillIn, Field: "ramme.navn", Text: "ramme"}, {Kind: clause.Normative, Text: " ved siden af."}}
		})})
		require.NoError(t, err)
		_, ok := field.Find(filled.Tree.Fields, "ramme.navn")
		require.True(t, ok)
	})
	t.Run("and taken back", func(t *testing.T) {
		p := at(t, h.get(d.ID), "Dette stod i en ramme")
		back, err := h.sources.Correct(ctx, h.lawyer, d.ID, []source.Correction{{Place: p.Place, Base: p.Version}})
		require.NoError(t, err)
		require.Equal(t, template.Unplaced, at(t, back, "Dette stod").Class)
	})
}

func TestANewerFile(t *testing.T) {
	h := setup(t)
	ctx := t.Context()
	d := h.received("textbox")
	box := at(t, d, "Dette stod i en ramme")
	d, err := h.sources.Correct(ctx, h.lawyer, d.ID, []source.Correction{corrected(box, func(p *template.Paragraph) { p.Class = template.Ignored })})
	require.NoError(t, err)
	_, err = h.sources.Compare(ctx, h.lawyer, d.ID)
	require.ErrorIs(t, err, source.ErrNoPrevious, "the family had no version")
	first, err := h.sources.Draft(ctx, h.lawyer, d.ID, d.Version, "", "")
	require.NoError(t, err)

	newer := h.received("textbox")
	require.Equal(t, first, *newer.Previous)
	again := at(t, newer, "Dette stod i en ramme")
	require.Equal(t, template.Ignored, again.Class, "what a lawyer said of the same words is said again")
	require.Equal(t, template.ByFormer, again.Reasons[0])
	require.Equal(t, template.ByFormer, at(t, h.received("textbox"), "Dette stod i en ramme").Reasons[0], "and once more in the file after that")
	english := h.received("english")
	require.Equal(t, "en", english.Language)
	require.Nil(t, english.Previous, "a Danish version is not what an English file is newer than")
	c, err := h.sources.Compare(ctx, h.lawyer, newer.ID)
	require.NoError(t, err)
	for _, x := range c.Clauses {
		require.Equal(t, clause.Same, x.Kind, x.Key)
	}
	changed, err := h.sources.Correct(ctx, h.lawyer, newer.ID, []source.Correction{corrected(again, func(p *template.Paragraph) {
		p.Class, p.Section, p.Clause = template.Text, newer.Tree.Clauses[0].Key, newer.Tree.Clauses[1].Key
	})})
	require.NoError(t, err)
	c, err = h.sources.Compare(ctx, h.lawyer, newer.ID)
	require.NoError(t, err)
	require.True(t, slices.ContainsFunc(c.Clauses, func(x clause.ClauseChange) bool {
		return x.Kind == clause.Changed && x.Key == changed.Tree.Clauses[1].Key
	}))
}

func TestATableAndAStandardField(t *testing.T) {
	h := setup(t)
	ctx := t.Context()
	d := h.received("tables")
	i := slices.IndexFunc(d.Paragraphs, func(p source.Said) bool { return p.Class == template.Table })
	d, err := h.sources.Correct(ctx, h.lawyer, d.ID, []source.Correction{corrected(d.Paragraphs[i], func(p *template.Paragraph) { p.Class = template.Ignored })})
	require.NoError(t, err, "a table can be left out")
	d, err = h.sources.Correct(ctx, h.lawyer, d.ID, []source.Correction{corrected(d.Paragraphs[i], func(p *template.Paragraph) { p.Class = template.Table })})
	require.NoError(t, err, "and taken in again")
	_, err = h.sources.Correct(ctx, h.lawyer, d.ID, []source.Correction{corrected(d.Paragraphs[i], func(p *template.Paragraph) { p.Class = template.Heading })})
	require.ErrorIs(t, err, template.ErrCorrection)
	twice := corrected(d.Paragraphs[i], func(*template.Paragraph) {})
	_, err = h.sources.Correct(ctx, h.lawyer, d.ID, []source.Correction{twice, twice})
	require.ErrorIs(t, err, template.ErrCorrection)

	d = h.received("textbox")
	text := slices.IndexFunc(d.Paragraphs, func(p source.Said) bool { return p.Class == template.Provision })
	_, asked := field.Find(d.Fields, "breach.hours")
	require.False(t, asked, "the file does not name it")
	d, err = h.sources.Correct(ctx, h.lawyer, d.ID, []source.Correction{corrected(d.Paragraphs[text], func(p *template.Paragraph) {
		all := ""
		for _, s := range p.Spans {
			all += s.Text
		}
		p.Spans = []template.Span{{Kind: clause.FillIn, Field: "breach.hours", Text: all[:4]}, {Kind: clause.Normative, Text: all[4:]}}
	})})
	require.NoError(t, err)
	require.False(t, has(d.Problems, template.FieldUnknown))
	_, asked = field.Find(d.Tree.Fields, "breach.hours")
	require.True(t, asked, "a field of the standard structure can be bound")
}

func TestWhoOnlyFollowsIsNotSeen(t *testing.T) {
	h := setup(t)
	ctx := t.Context()
	d := h.received("tracked")
	open := d.Open
	i := slices.IndexFunc(d.Paragraphs, func(p source.Said) bool { return len(p.Found) > 0 })
	follows := d.Paragraphs[i].Paragraph
	follows.Section = d.Paragraphs[i].Section
	d, err := h.sources.Correct(ctx, h.lawyer, d.ID, []source.Correction{{Place: d.Paragraphs[i].Place, Base: 1, Paragraph: &follows}})
	require.NoError(t, err)
	require.Equal(t, open, d.Open)
	require.True(t, has(d.Problems, template.TrackedChange))
	seen := d.Paragraphs[i].Paragraph
	seen.Seen = true
	before := len(d.Problems)
	d, err = h.sources.Correct(ctx, h.lawyer, d.ID, []source.Correction{{Place: d.Paragraphs[i].Place, Base: 2, Paragraph: &seen}})
	require.NoError(t, err)
	require.Equal(t, open-1, d.Open)
	require.Len(t, d.Problems, before, "the change is told of still, and stops nothing")
}

func TestTheAuthoritysTextStaysTheirs(t *testing.T) {
	h := setup(t)
	ctx := t.Context()
	d := h.received("state")
	id, err := h.sources.Draft(ctx, h.lawyer, d.ID, d.Version, "", "")
	require.NoError(t, err)
	problems := func() (codes []string) {
		tree, err := h.clauses.Tree(ctx, h.lawyer, id)
		require.NoError(t, err)
		for _, p := range tree.Problems() {
			codes = append(codes, p.Code)
		}
		return codes
	}
	tree, err := h.clauses.Tree(ctx, h.lawyer, id)
	require.NoError(t, err)
	require.NotContains(t, problems(), "fixed_text_changed")
	c := tree.Clauses[1]
	blocks := append(c.Blocks, clause.Block{Kind: clause.Paragraph, Spans: []clause.Span{{Kind: clause.Supplementary, Text: "Vores tilføjelse."}}})
	_, err = h.clauses.EditClause(ctx, h.lawyer, id, c.Key, c.Edited.Version, c.Heading, blocks)
	require.NoError(t, err)
	require.NotContains(t, problems(), "fixed_text_changed", "what is added beside it is no change of it")
	blocks[0].Spans = []clause.Span{{Kind: clause.Normative, Text: "Noget helt andet."}}
	_, err = h.clauses.EditClause(ctx, h.lawyer, id, c.Key, c.Edited.Version+1, c.Heading, blocks)
	require.NoError(t, err)
	require.Contains(t, problems(), "fixed_text_changed")
	tree, err = h.clauses.Tree(ctx, h.lawyer, id)
	require.NoError(t, err)
	require.NoError(t, h.clauses.Declare(ctx, h.lawyer, id, tree.Revision, clause.Declaration{Name: tree.Name, Version: tree.Version.Version, Provenance: clause.Secretariat}))
	require.NotContains(t, problems(), "fixed_text_changed", "as the secretariat's own it may say what it will")
}

func TestWhatIsNotTaken(t *testing.T) {
	h := setup(t)
	ctx := t.Context()
	receive := func(in source.Intake, raw []byte) error {
		_, err := h.sources.Receive(ctx, h.lawyer, in, bytes.NewReader(raw))
		return err
	}
	ours := source.Intake{Family: "datatilsynet", FileName: "x.docx", Declaration: source.Declaration{Provenance: clause.Secretariat}}
	require.ErrorIs(t, receive(ours, []byte("%PDF-1.7 …")), word.ErrPDF)
	nobody := ours
	nobody.Provenance = clause.Authority
	require.ErrorIs(t, receive(nobody, fixture(t, "state")), source.ErrDeclaration)
	ahead := theirs
	ahead.DeclaredOn = day("2999-01-01")
	later := ours
	later.Declaration = ahead
	require.ErrorIs(t, receive(later, fixture(t, "state")), source.ErrAhead)
	nowhere := ours
	nowhere.Family = "findes-ikke"
	require.ErrorIs(t, receive(nowhere, fixture(t, "state")), source.ErrFamily)

	d := h.received("state")
	_, err := h.sources.Draft(ctx, h.lawyer, d.ID, d.Version+1, "", "")
	require.ErrorIs(t, err, fault.ErrStale)
	_, err = h.sources.Declare(ctx, h.lawyer, d.ID, d.Version, source.Declaration{Provenance: clause.Secretariat})
	require.NoError(t, err)
	_, err = h.sources.Declare(ctx, h.lawyer, d.ID, d.Version, theirs)
	require.ErrorIs(t, err, fault.ErrStale)
	require.NoError(t, h.sources.Discard(ctx, h.lawyer, d.ID, false))
	_, err = h.sources.AddField(ctx, h.lawyer, d.ID, field.Field{Path: "a.b", Type: field.Text, Label: "A"})
	require.ErrorIs(t, err, source.ErrDiscarded)
	all, err := h.sources.List(ctx, h.lawyer)
	require.NoError(t, err)
	require.NotNil(t, all[0].DiscardedAt)
	require.NoError(t, h.sources.Discard(ctx, h.lawyer, d.ID, true))
	all, err = h.sources.List(ctx, h.lawyer)
	require.NoError(t, err)
	require.Nil(t, all[0].DiscardedAt)
}
