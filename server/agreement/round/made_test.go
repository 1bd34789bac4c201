package round_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement/round"
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

// office is the other party's LibreOffice, with a profile of its own.
type office struct{ dir string }

func newOffice(t *testing.T) office {
	t.Helper()
	_, err := exec.LookPath("soffice")
	require.NoError(t, err, "this test edits the file in LibreOffice, which is missing: apt-get install --no-install-recommends libreoffice-writer-nogui")
	o := office{t.TempDir()}
	// it makes its profile when it first does something, and would lay it over ours
	first := filepath.Join(o.dir, "first.txt")
	require.NoError(t, os.WriteFile(first, []byte("Goddag"), 0o600))
	o.run(t, "--convert-to", "odt", "--outdir", o.dir, first)
	macro, err := os.ReadFile("testdata/edit.bas")
	require.NoError(t, err)
	library := filepath.Join(o.dir, "profile", "user", "basic", "Standard")
	require.NoError(t, os.MkdirAll(library, 0o700))
	source := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(string(macro))
	for name, text := range map[string]string{
		filepath.Join(library, "Module1.xba"): `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd"><script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">` + source + `</script:module>`,
		filepath.Join(library, "script.xlb"):  `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd"><library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false" library:passwordprotected="false"><library:element library:name="Module1"/></library:library>`,
		filepath.Join(library, "dialog.xlb"):  `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd"><library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false" library:passwordprotected="false"/>`,
	} {
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	settings := filepath.Join(o.dir, "profile", "user", "registrymodifications.xcu")
	old, err := os.ReadFile(settings)
	require.NoError(t, err)
	named := strings.Replace(string(old), "</oor:items>", `<item oor:path="/org.openoffice.UserProfile/Data"><prop oor:name="givenname" oor:op="fuse"><value>Lea</value></prop></item><item oor:path="/org.openoffice.UserProfile/Data"><prop oor:name="sn" oor:op="fuse"><value>Leverandør</value></prop></item></oor:items>`, 1)
	require.NoError(t, os.WriteFile(settings, []byte(named), 0o600))
	return o
}

func (o office) run(t *testing.T, arguments ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "soffice", append([]string{"--headless", "--norestore", "-env:UserInstallation=file://" + o.dir + "/profile"}, arguments...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // the command is a script that starts another
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out)[:min(len(out), 2000)])
}

// edit opens what was sent for each of the edits, makes it and gives what comes back, by name.
func (o office) edit(t *testing.T, raw []byte, edits []officeEdit) map[string][]byte {
	t.Helper()
	address := func(name string) string { return "file://" + filepath.Join(o.dir, name) }
	const docx, odt = "MS Word 2007 XML", "writer8"
	require.NoError(t, os.WriteFile(filepath.Join(o.dir, "sent.docx"), raw, 0o600))
	var job []string
	for _, c := range edits {
		job = append(job, "open~"+address("sent.docx"), "track~"+c.tracking)
		job = append(job, c.steps...)
		if c.odt {
			job = append(job, "save~"+address(c.name+".odt")+"~"+odt, "open~"+address(c.name+".odt"))
		}
		job = append(job, "save~"+address(c.name+".docx")+"~"+docx)
	}
	path := filepath.Join(o.dir, "job.txt")
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(append(job, "end"), "\n")), 0o600))
	o.run(t, `macro:///Standard.Module1.Edit("file://`+path+`")`)
	if why, err := os.ReadFile(path + ".error"); err == nil {
		t.Fatal(string(why))
	}
	made := map[string][]byte{}
	for _, c := range edits {
		file, err := os.ReadFile(filepath.Join(o.dir, c.name+".docx"))
		require.NoError(t, err)
		made[c.name] = file
	}
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
