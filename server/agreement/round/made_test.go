package round_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement/round"
	"klausul/server/agreement/round/roundtest"
)

// officeEdit is what somebody does in LibreOffice.
type officeEdit struct {
	name     string
	tracking string // on or off at the start
	odt      bool   // saved as .odt first, then as .docx
	live     bool   // made in every test run, too
	steps    []string
}

// offices are edits made in LibreOffice: the other party opens what was sent and edits it. The files lie in
// testdata/office; `go test -run TestMadeByLibreOffice -remake` makes them again.
var offices = []officeEdit{
	{"untracked-value", "off", false, true, []string{"replace~24~72"}},
	{"tracked-value", "on", false, true, []string{"replace~24~72"}},
	{"tracked-value-odt", "on", true, true, []string{"replace~24~96"}},
	{"untracked-value-odt", "off", true, true, []string{"replace~60~14"}},
	{"opened-and-saved", "off", false, false, []string{"bold~fagsystem"}},
	{"tracked-sentence", "on", false, false, []string{"delete~ Sker ændringen alligevel, kan aftalen opsiges uden omkostninger.", "insert~senest ~ og uden omkostninger for leverandøren "}},
	{"tracked-clause-gone", "on", false, false, []string{"deletepara~Den dataansvarlige kan gøre indsigelse"}},
	{"untracked-clause-gone", "off", false, false, []string{"deletepara~Databehandleren underretter straks"}},
	{"tracked-clause-new", "on", false, false, []string{"paragraph~uden omkostninger.~Leverandøren kan kræve betaling for sin medvirken."}},
	{"untracked-clause-new-odt", "off", true, false, []string{"paragraph~ved håndtering af et brud.~Leverandørens ansvar er begrænset til et års vederlag."}},
	{"tracked-split", "on", false, false, []string{"split~Instruksen skal"}},
	{"untracked-split", "off", false, false, []string{"split~Ændringer varsles"}},
	{"untracked-join", "off", false, false, []string{"join~Databehandleren må kun behandle"}},
	{"tracked-join", "on", false, false, []string{"join~Formålet med behandlingen"}},
	{"untracked-move", "off", false, true, []string{"movepara~Databehandleren underretter straks~ved håndtering af et brud."}},
	{"tracked-move", "on", false, false, []string{"movepara~Databehandleren underretter straks~ved håndtering af et brud."}},
	{"tracked-heading", "on", false, false, []string{"replace~Brud på sikkerheden~Hændelser"}},
	{"tracked-cell-odt", "on", true, false, []string{"replace~Sverige~Indien", "replace~generelle~specifikke"}},
	{"cell-and-row", "on", false, false, []string{"replace~Danmark~Irland", "row~Fjordsky AB~Bjergsky Inc./USA"}},
	{"untracked-row", "off", false, false, []string{"row~Fjordsky AB~Bjergsky Inc./USA"}},
	{"both", "on", false, false, []string{"replace~24~48", "track~off", "replace~straks~snarest", "delete~skriftligt", "track~on", "insert~følsomme~ og fortrolige"}},
	{"bookmark-gone-odt", "off", true, false, []string{"unmark~cl_notice", "replace~uden unødig forsinkelse og senest 24~senest 36"}},
	{"looks", "on", false, false, []string{"bold~kommunens vagttelefon"}},
}

// office is the other party's LibreOffice.
type office struct{ roundtest.Office }

func newOffice(t *testing.T) office {
	t.Helper()
	o, err := roundtest.Open(t.Context(), t.TempDir())
	require.NoError(t, err)
	return office{o}
}

// edit makes each of the edits in what was sent and gives what comes back, by name.
func (o office) edit(t *testing.T, raw []byte, edits []officeEdit) map[string][]byte {
	t.Helper()
	var all []roundtest.Edit
	for _, e := range edits {
		all = append(all, roundtest.Edit{Name: e.name, Tracking: e.tracking, ODT: e.odt, Steps: e.steps})
	}
	made, err := o.Edit(t.Context(), raw, all)
	require.NoError(t, err)
	return made
}

// undated takes the times of the office's clock out of what was found.
func undated(told string) string { return clock.ReplaceAllString(told, " at that time") }

func TestMadeByLibreOffice(t *testing.T) {
	raw, s := sent(t)
	madeByLibreOffice(t, "office", offices, raw, s)
}

// madeByLibreOffice compares the files of testdata/name with what is to be found in them.
func madeByLibreOffice(t *testing.T, name string, edits []officeEdit, raw []byte, s round.Sent) {
	t.Helper()
	if *remake {
		for file, made := range newOffice(t).edit(t, raw, edits) {
			require.NoError(t, os.WriteFile(filepath.Join("testdata", name, file+".docx"), made, 0o600))
		}
	}
	want := expected(t, name+".txt")
	var names []string
	for _, c := range edits {
		names = append(names, c.name)
		t.Run(c.name, func(t *testing.T) {
			made, err := os.ReadFile(filepath.Join("testdata", name, c.name+".docx"))
			require.NoError(t, err)
			d := open(t, made)
			r := round.Compare(s, d)
			require.NotContains(t, told(r), "NOT FOUND")
			want.holds(t, c.name, undated(told(r)))
			nothingDropped(t, d, r)
		})
	}
	want.write(t, names)
	require.Equal(t, len(edits), len(want.found))
	require.Equal(t, len(edits), want.distinct(), "no two files are found the same")
}

// The same edits, made now by the LibreOffice at hand, are found the same.
func TestLibreOfficeLive(t *testing.T) {
	raw, s := sent(t)
	require.GreaterOrEqual(t, liveFound(t, "office", offices, raw, s), 5)
}

// liveFound makes those edits that are to be made now, and says how many there were.
func liveFound(t *testing.T, name string, edits []officeEdit, raw []byte, s round.Sent) int {
	t.Helper()
	var live []officeEdit
	for _, c := range edits {
		if c.live {
			live = append(live, c)
		}
	}
	want := expected(t, name+".txt")
	for file, made := range newOffice(t).edit(t, raw, live) {
		t.Run(file, func(t *testing.T) {
			d := open(t, made)
			r := round.Compare(s, d)
			require.Equal(t, want.found[file], undated(told(r)))
			nothingDropped(t, d, r)
		})
	}
	return len(live)
}
