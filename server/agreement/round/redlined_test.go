package round_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement/round"
	"klausul/server/clause"
	"klausul/server/redline"
	"klausul/server/render"
	"klausul/server/word"
)

var we = render.Hand{Author: "Fællessekretariatet", At: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)}

// next is the tree of the next round, in which we counter with changes of every sort.
func next() []clause.Clause {
	out := slices.Clone(tree)
	change := func(key string, with func(*clause.Clause)) {
		i := slices.IndexFunc(out, func(c clause.Clause) bool { return c.Key == key })
		c := out[i]
		c.Blocks = slices.Clone(c.Blocks)
		with(&c)
		out[i] = c
	}
	change("notice", func(c *clause.Clause) {
		c.Blocks = []clause.Block{paragraph(normative("Databehandleren underretter den dataansvarlige uden unødig forsinkelse og senest "), filled("36"), normative(" timer efter, at bruddet er opdaget."))}
	})
	change("objection", func(c *clause.Clause) {
		c.Blocks[0].Spans = append(slices.Clone(c.Blocks[0].Spans), added(" Den dataansvarlige betaler ikke for ændringen."))
	})
	change("persons", func(c *clause.Clause) { c.Blocks[1].Items = c.Blocks[1].Items[:2] })
	change("list", func(c *clause.Clause) {
		c.Blocks[1].Table = &clause.Table{Head: []string{"Navn", "Land"}, Rows: [][]string{{"Nordlys Drift ApS", "Norge"}, {"Bjergsky AB", "Sverige"}}}
	})
	change("breach", func(c *clause.Clause) { c.Heading = "Sikkerhedsbrud" })
	change("cost", func(c *clause.Clause) {
		*c = clause.Clause{Key: "audit", Number: "3.3", Level: 2, Blocks: []clause.Block{paragraph(added("Databehandleren stiller hvert år en revisionserklæring til rådighed for den dataansvarlige."))}}
	})
	return out
}

var remarks = []render.Comment{
	{Clause: "notice", Author: we.Author, At: we.At, Text: "36 timer er vores loft.\nSe også vejledningen."},
	{Clause: "cost", Author: we.Author, At: we.At, Text: "Udgår: følger af loven."},
}

// answered is the file of the next round as it goes out, ready for what comes back.
func answered(t testing.TB, remarks ...render.Comment) ([]byte, round.Sent) {
	t.Helper()
	return covered(t, "", remarks...)
}

// covered is answered with a letter.
func covered(t testing.TB, cover string, remarks ...render.Comment) ([]byte, round.Sent) {
	t.Helper()
	before, _ := preview(tree, 7)
	after, filled := preview(next(), 7)
	doc := round.Redlined(before, after, we)
	doc.Comments, doc.Cover = remarks, cover
	raw, err := render.DOCX(doc)
	require.NoError(t, err)
	return raw, round.New(open(t, raw), filled)
}

// lines are the texts of clauses and headings in a reading, without what stands around them.
func lines(ps []word.Paragraph) (out []string) {
	for _, p := range ps {
		var b strings.Builder
		for _, r := range p.Runs {
			b.WriteString(r.Text)
		}
		if p.Part == word.Body && !p.Contents && p.Style != "Contents Heading" && strings.TrimSpace(b.String()) != "" {
			out = append(out, b.String())
		}
	}
	return out
}

// Accepting everything gives the text to come, rejecting everything the one before.
func TestRedlinedReadsAsBothTexts(t *testing.T) {
	t.Parallel()
	v, err := clause.SampleVersion()
	require.NoError(t, err)
	shuffled := slices.Clone(v.Clauses)
	slices.Reverse(shuffled[3:6])
	for name, pair := range map[string][2][]clause.Clause{
		"every sort of change":  {tree, next()},
		"and back":              {next(), tree},
		"nothing":               {tree, tree},
		"another text":          {tree, v.Clauses},
		"sections come":         {tree[:4], tree},
		"sections go":           {tree, tree[:4]},
		"clauses change places": {v.Clauses, shuffled},
	} {
		t.Run(name, func(t *testing.T) {
			before, _ := preview(pair[0], 7)
			after, _ := preview(pair[1], 7)
			before.TextHash, after.TextHash = "", ""
			write := func(d render.Document) word.Document {
				raw, err := render.DOCX(d)
				require.NoError(t, err)
				return open(t, raw)
			}
			both := write(round.Redlined(before, after, we))
			require.Equal(t, lines(write(after).Accepted()), lines(both.Accepted()))
			require.Equal(t, lines(write(before).Accepted()), lines(both.Rejected()))
			require.Equal(t, name == "nothing", len(both.Revisions) == 0)
			settled := both.Settled(we.Author)
			require.Empty(t, settled.Revisions)
			require.Equal(t, lines(write(after).Accepted()), lines(settled.Paragraphs))
		})
	}
}

// What is marked is what a person would cross out, not more.
func TestRedlinedMarksNoMoreThanChanged(t *testing.T) {
	t.Parallel()
	raw, _ := answered(t)
	var told []string
	for _, r := range open(t, raw).Revisions {
		require.Equal(t, we.Author, r.Author)
		require.Equal(t, "2026-11-20T08:00:00Z", r.Date)
		told = append(told, strings.TrimSpace(string(r.Change)+" "+r.Text))
	}
	require.Equal(t, []string{
		"deletion Brud på sikkerheden", "insertion Sikkerhedsbrud", // in the contents
		"deletion ¶", "deletion har gennemført kommunens kursus i informationssikkerhed.",
		"insertion  Den dataansvarlige betaler ikke for ændringen.",
		"deletion Danmark", "insertion Norge",
		"row_deleted", "deletion ¶", "deletion Fjordsky AB", "deletion ¶", "deletion Sverige",
		"row_inserted", "insertion ¶", "insertion Bjergsky AB", "insertion ¶", "insertion Sverige",
		"deletion Brud på sikkerheden", "insertion Sikkerhedsbrud",
		"deletion 24", "insertion 36",
		"deletion ¶", "deletion Databehandleren afholder selv sine udgifter ved håndtering af et brud.",
		"insertion ¶", "insertion Databehandleren stiller hvert år en revisionserklæring til rådighed for den dataansvarlige.",
	}, told)
}

// Who wrote a value is no change of it: an answer of several words that stood as words before
// is not crossed out, and of another answer only the word that differs.
func TestRedlinedKnowsAnAnswerByItsWords(t *testing.T) {
	t.Parallel()
	varied := func(days, term clause.Span) render.Document {
		clauses := slices.Clone(tree)
		i := slices.IndexFunc(clauses, func(c clause.Clause) bool { return c.Key == "authorised" })
		clauses[i].Blocks = []clause.Block{paragraph(days), paragraph(normative("Indsigelse sker inden "), term, normative(" før ændringen."))}
		doc, _ := preview(clauses, 7)
		return doc
	}
	told := func(before, after render.Document) (out []string) {
		for _, s := range round.Redlined(before, after, we).Sections {
			for _, b := range s.Blocks {
				for _, r := range b.Runs {
					if r.Change != 0 {
						out = append(out, fmt.Sprint(r.Change, r.Filled, " ", r.Text))
					}
				}
			}
		}
		return out
	}
	both := varied(added("Oplysningerne slettes femten arbejdsdage efter ophør."), added("180 dage"))
	require.Empty(t, told(both, varied(filled("Oplysningerne slettes femten arbejdsdage efter ophør."), filled("180 dage"))))
	require.Equal(t, []string{fmt.Sprint(render.Deleted, false, " 180"), fmt.Sprint(render.Inserted, true, " 90")},
		told(both, varied(filled("Oplysningerne slettes femten arbejdsdage efter ophør."), filled("90 dage"))))
}

func TestMarked(t *testing.T) {
	t.Parallel()
	require.Equal(t, []render.Run{{Text: "senest "}, {Text: "24", Filled: true, Change: render.Deleted}, {Text: "48", Change: render.Inserted}}, round.Marked([]redline.Segment{
		{Op: redline.Equal, Run: redline.Run{Text: "senest "}}, {Op: redline.Delete, Run: redline.Run{Kind: "fill_in", Text: "24"}}, {Op: redline.Insert, Run: redline.Run{Text: "48"}}}))
}

// answers are what the other party does in LibreOffice with a file that holds our changes. The files lie in testdata/answers.
var answers = []officeEdit{
	{"opened-and-saved", "on", false, false, nil},
	{"all-accepted-and-changed", "on", false, false, []string{"acceptall", "replace~36~72"}},
	{"changed-inside-ours", "on", false, true, []string{"replace~36~48", "delete~betaler ikke", "insert~hvert år~, første gang i 2028,", "replace~straks~snarest"}},
	{"rejected-and-accepted", "on", false, true, []string{"reject~ Den dataansvarlige betaler ikke for ændringen.", "accept~Databehandleren afholder selv sine udgifter ved håndtering af et brud.", "replace~generelle~forudgående"}},
	{"deletion-rejected", "on", false, false, []string{"reject~Databehandleren afholder selv sine udgifter ved håndtering af et brud."}},
	{"all-rejected", "on", false, false, []string{"rejectall"}},
	{"changed-untracked-odt", "off", true, false, []string{"replace~36~40", "replace~Bjergsky AB~Bjergsky Inc."}},
}

func TestAnswersMadeByLibreOffice(t *testing.T) {
	raw, s := answered(t)
	madeByLibreOffice(t, "answers", answers, raw, s)
}

func TestAnswersLive(t *testing.T) {
	raw, s := answered(t)
	require.GreaterOrEqual(t, liveFound(t, "answers", answers, raw, s), 2)
}

// What we sent comes back as it went: nothing is found, and nothing of ours is told as theirs.
func TestOurOwnChangesComeBackUnchanged(t *testing.T) {
	t.Parallel()
	raw, s := answered(t, remarks...)
	r := round.Compare(s, open(t, raw))
	require.Equal(t, "file: unchanged", told(r))
	require.Equal(t, 1.0, r.Nearness)
}

// letter has what may be taken for the text: a numbered list, and words of clauses.
const letter = "Kære Sødata\n\nVi beder jer se på:\n1.1 Instruksen skal foreligge skriftligt.\n2. Underdatabehandlere\nDatabehandleren afholder selv sine udgifter ved håndtering af et brud.\n\nVenlig hilsen"

// The letter is ours: neither it nor a clause that it quotes comes back as the other party's.
func TestTheLetterIsNotTheirText(t *testing.T) {
	t.Parallel()
	raw, s := covered(t, letter)
	require.Equal(t, "file: unchanged", told(round.Compare(s, open(t, raw))))
	a := unpack(t, raw)
	track(bo, "notice", "36", "48")(a)
	a.parts[body] = regexp.MustCompile(`(?s)<w:p><w:pPr><w:pStyle w:val="Cover.*?</w:p>`).ReplaceAllString(a.parts[body], "")
	r := round.Compare(s, open(t, a.pack()))
	for _, c := range r.Clauses {
		require.Equal(t, c.Part == round.Front || c.Key == "notice", c.Changed(), "a letter that was taken out is no change of the text: %+v", c)
	}
	a = unpack(t, raw)
	a.parts[body] = strings.Replace(a.parts[body], "1.1 Instruksen skal foreligge skriftligt.", "1.1 Det kan vi ikke love, se vores svar i vedlagte mail.", 1)
	r = round.Compare(s, open(t, a.pack()))
	for _, c := range r.Clauses {
		require.Equal(t, c.Part == round.Front, c.Changed(), "an answer written into the letter is no clause: %+v", c)
	}
}

// Our comments come back too, and our letter. A LibreOffice without a screen can open and save them.
func TestOurCommentsComeBackFromLibreOffice(t *testing.T) {
	raw, s := covered(t, letter, remarks...)
	for _, file := range newOffice(t).edit(t, raw, []officeEdit{{name: "commented", tracking: "on"}}) {
		d := open(t, file)
		require.Len(t, d.Comments, len(remarks))
		require.Equal(t, "file: unchanged", told(round.Compare(s, d)))
	}
}

// Who writes in our name does not get past us.
func TestChangesInOurNameAreFound(t *testing.T) {
	t.Parallel()
	raw, s := answered(t, remarks...)
	ours := fmt.Sprintf(`w:id="950" w:author="%s" w:date="2026-11-20T08:00:00Z"`, we.Author)
	a := unpack(t, raw)
	for _, e := range all(track(ours, "unlawful", "straks", "snarest"), dropTracked(ours, "aim", 0),
		swap("word/comments.xml", "</w:comments>", `<w:comment w:id="7" w:author="`+we.Author+`"><w:p>`+text("Vi accepterer alt.")+`</w:p></w:comment><w:comment w:id="8" w:author="`+we.Author+`"><w:p>`+text("Udgår: følger af loven.")+`</w:p></w:comment></w:comments>`)) {
		e(a)
	}
	r := round.Compare(s, open(t, a.pack()))
	require.Equal(t, strings.Join([]string{
		`file: comment "Vi accepterer alt." by Fællessekretariatet`,
		`file: comment "Udgår: følger af loven." by Fællessekretariatet`,
		`unlawful: replaced [-straks-] {+snarest+} TOUCHED`,
		`aim: clause_missing [-Formålet med behandlingen er drift af et fagsystem til sagsbehandling.-] TOUCHED`,
	}, "\n"), told(r))
}

// What another deletes of what we proposed is that other's deletion, and what others say of
// text that we took out is told.
func TestTheirHandInOurChanges(t *testing.T) {
	t.Parallel()
	raw, s := answered(t, remarks...)
	a := unpack(t, raw)
	for _, e := range all(in("audit", 0, func(p string) string {
		p = runs.ReplaceAllStringFunc(p, func(r string) string { return del(bo, r) })
		return strings.Replace(p, "</w:ins></w:rPr></w:pPr>", "</w:ins><w:del "+bo+"/></w:rPr></w:pPr>", 1)
	}), func(a *archive) {
		words := `<w:delText xml:space="preserve">Databehandleren afholder selv`
		require.Contains(t, a.parts[body], words)
		at := strings.Index(a.parts[body], words)
		from := strings.LastIndex(a.parts[body][:at], "<w:r>")
		to := at + strings.Index(a.parts[body][at:], "</w:r>") + len("</w:r>")
		a.parts[body] = a.parts[body][:from] + `<w:commentRangeStart w:id="70"/>` + a.parts[body][from:to] + `<w:commentRangeEnd w:id="70"/><w:r><w:commentReference w:id="70"/></w:r>` + a.parts[body][to:]
	}, swap("word/comments.xml", "</w:comments>", `<w:comment w:id="70" w:author="Bo Berg" w:date="2026-11-21T08:00:00Z"><w:p>`+text("Det står vi ved.")+`</w:p></w:comment></w:comments>`)) {
		e(a)
	}
	require.Equal(t, strings.Join([]string{
		`file: comment [-Databehandleren afholder selv sine udgifter ved håndtering af et brud.-] "Det står vi ved." by Bo Berg 2026-11-21T08:00:00Z`,
		`audit: clause_missing [-Databehandleren stiller hvert år en revisionserklæring til rådighed for den dataansvarlige.-] tracked by Bo Berg 2026-11-11T10:00:00Z`,
	}, "\n"), told(round.Compare(s, open(t, a.pack()))))
}
