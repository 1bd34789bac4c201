// Package roundtest is the other party of a negotiation: a real LibreOffice that opens what
// was sent, edits it as a person does and saves it.
package roundtest

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// ErrMissing says that there is no LibreOffice here.
var ErrMissing = errors.New("LibreOffice edits the file and is missing: apt-get install --no-install-recommends libreoffice-writer-nogui")

// Author signs the tracked changes.
const Author = "Lea Leverandør"

//go:embed edit.bas
var macro string

// Edit is what somebody does in LibreOffice; the steps are those of edit.bas.
type Edit struct {
	Name     string
	Tracking string // on or off at the start
	ODT      bool   // saved as .odt first, then as .docx
	Steps    []string
}

// Office is a LibreOffice with a profile of its own.
type Office struct{ dir string }

// Open makes one in an empty folder, with an absolute path. It refuses with ErrMissing.
func Open(ctx context.Context, dir string) (Office, error) {
	if _, err := exec.LookPath("soffice"); err != nil {
		return Office{}, ErrMissing
	}
	o := Office{dir}
	// it makes its profile when it first does something, and would lay it over ours
	first := filepath.Join(dir, "first.txt")
	if err := os.WriteFile(first, []byte("Goddag"), 0o600); err != nil {
		return o, err
	}
	if err := o.run(ctx, "--convert-to", "odt", "--outdir", dir, first); err != nil {
		return o, err
	}
	if err := o.teach(); err != nil {
		return o, err
	}
	settings := filepath.Join(dir, "profile", "user", "registrymodifications.xcu")
	old, err := os.ReadFile(settings)
	if err != nil {
		return o, err
	}
	given, family, _ := strings.Cut(Author, " ")
	named := strings.Replace(string(old), "</oor:items>", `<item oor:path="/org.openoffice.UserProfile/Data"><prop oor:name="givenname" oor:op="fuse"><value>`+given+
		`</value></prop></item><item oor:path="/org.openoffice.UserProfile/Data"><prop oor:name="sn" oor:op="fuse"><value>`+family+`</value></prop></item></oor:items>`, 1)
	return o, os.WriteFile(settings, []byte(named), 0o600)
}

// teach puts the macro into the profile.
func (o Office) teach() error {
	library := filepath.Join(o.dir, "profile", "user", "basic", "Standard")
	if err := os.MkdirAll(library, 0o700); err != nil {
		return err
	}
	source := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(macro)
	for name, text := range map[string]string{
		"Module1.xba": `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd"><script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">` + source + `</script:module>`,
		"script.xlb":  `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd"><library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false" library:passwordprotected="false"><library:element library:name="Module1"/></library:library>`,
		"dialog.xlb":  `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd"><library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false" library:passwordprotected="false"/>`,
	} {
		if err := os.WriteFile(filepath.Join(library, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (o Office) run(ctx context.Context, arguments ...string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "soffice", append([]string{"--headless", "--norestore", "-env:UserInstallation=file://" + o.dir + "/profile"}, arguments...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // the command is a script that starts another
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 10 * time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("run LibreOffice: %w: %s", err, out[:min(len(out), 2000)])
	}
	return nil
}

// Edit opens what was sent for each of the edits, makes it and gives what comes back, by
// name. Words that are not found are added to the end of the file, after "NOT FOUND".
func (o Office) Edit(ctx context.Context, raw []byte, edits []Edit) (map[string][]byte, error) {
	address := func(name string) string { return "file://" + filepath.Join(o.dir, name) }
	const docx, odt = "MS Word 2007 XML", "writer8"
	if err := os.WriteFile(filepath.Join(o.dir, "sent.docx"), raw, 0o600); err != nil {
		return nil, err
	}
	var job []string
	for _, e := range edits {
		job = append(job, "open~"+address("sent.docx"), "track~"+e.Tracking)
		job = append(job, e.Steps...)
		if e.ODT {
			job = append(job, "save~"+address(e.Name+".odt")+"~"+odt, "open~"+address(e.Name+".odt"))
		}
		job = append(job, "save~"+address(e.Name+".docx")+"~"+docx)
	}
	path := filepath.Join(o.dir, "job.txt")
	if err := os.WriteFile(path, []byte(strings.Join(append(job, "end"), "\n")), 0o600); err != nil {
		return nil, err
	}
	if err := o.run(ctx, `macro:///Standard.Module1.Edit("file://`+path+`")`); err != nil {
		return nil, err
	}
	if why, err := os.ReadFile(path + ".error"); !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(fmt.Errorf("edit in LibreOffice: %s", why), err)
	}
	made := map[string][]byte{}
	for _, e := range edits {
		file, err := os.ReadFile(filepath.Join(o.dir, e.Name+".docx"))
		if err != nil {
			return nil, err
		}
		made[e.Name] = file
	}
	return made, nil
}

// PDF gives a Word file as LibreOffice prints it.
func (o Office) PDF(ctx context.Context, raw []byte) ([]byte, error) {
	name := filepath.Join(o.dir, "printed.docx")
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		return nil, err
	}
	if err := o.run(ctx, "--convert-to", "pdf", "--outdir", o.dir, name); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(o.dir, "printed.pdf"))
}
