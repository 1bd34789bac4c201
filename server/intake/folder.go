package intake

import (
	"context"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"klausul/server/access"
	"klausul/server/document"
	"klausul/server/field"
	"klausul/server/storage"
)

// NamedFile is a file that lines of a list of own agreements name.
type NamedFile struct {
	Name         string // as the first line has it
	Key          string // what the received file's name is compared by
	Lines        []int
	Organisation int32            // whose agreement it is, and so whose file
	Received     *document.Upload // nil: the file is still to be sent
}

// FileKey is a file's name as it is compared: people write it with and without its
// ending, with other capitals, and with letters that another system takes apart.
func FileKey(name string) string {
	return strings.TrimSuffix(strings.ToLower(norm.NFC.String(field.Clean(name))), ".pdf")
}

// fileName reads the name of a PDF, without its folders. false: it names another kind of file.
func fileName(text string) (string, bool) {
	name, err := document.FileName(text)
	if err != nil {
		return "", false
	}
	return name, !otherKinds.MatchString(name)
}

// otherKinds are the files that people keep agreements in and that are no PDF.
var otherKinds = regexp.MustCompile(`(?i)\.(docx?|odt|rtf|txt|xlsx?|msg|eml|zip|jpe?g|png|tiff?|heic)$`)

const namedSQL = `select r.line, r.target_org, r.value ->> 'file' as file from import_row r where r.import_id = $1 and r.outcome in ('added', 'changed')
	and exists (select from jsonb_array_elements(r.differences) d where d ->> 'field' = 'file' and not coalesce((d -> 'kept')::boolean, false)) order by r.line`

// folder is the files that the good lines of an import name, in the order of the lines,
// each with what the person has sent of that name.
func (s *Service) folder(tx *storage.Tx, id int64) ([]*NamedFile, error) {
	lines, err := storage.All[struct {
		Line int    `db:"line"`
		Org  int32  `db:"target_org"`
		File string `db:"file"`
	}](tx, namedSQL, id)
	if err != nil || len(lines) == 0 {
		return nil, err
	}
	type of struct {
		org int32
		key string
	}
	named, all, orgs := map[of]*NamedFile{}, []*NamedFile{}, []int32{}
	for _, l := range lines {
		at := of{l.Org, FileKey(l.File)}
		f := named[at]
		if f == nil {
			f = &NamedFile{Name: l.File, Key: at.key, Organisation: l.Org}
			named[at], all, orgs = f, append(all, f), append(orgs, l.Org)
		}
		f.Lines = append(f.Lines, l.Line)
	}
	received, err := s.documents.Waiting(tx, orgs)
	for i := range received { // of two of one name the later is meant
		if f := named[of{received[i].Organisation, FileKey(received[i].Name)}]; f != nil {
			f.Received = &received[i]
		}
	}
	return all, err
}

// Folder lists the files that the good lines of an import name, and which of them the
// person has sent. It refuses with fault.ErrNotFound.
func (s *Service) Folder(ctx context.Context, scope access.Scope, id int64) (all []*NamedFile, err error) {
	if _, err := s.Get(ctx, scope, id); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		all, err = s.folder(tx, id)
		return err
	})
	return all, err
}

// placed is the stored files of an import's lines.
type placed struct {
	lines []int
	files []int64
	names []string
}

// place gives the received files their places. Those that were never sent are refused
// with ErrFilesMissing, unless the agreements are to be registered without them.
func (s *Service) place(tx *storage.Tx, id int64, without bool) (p placed, err error) {
	all, err := s.folder(tx, id)
	if err != nil {
		return p, err
	}
	missing := 0
	for _, f := range all {
		if f.Received == nil {
			missing++
			continue
		}
		file, u, err := s.documents.Place(tx, f.Received.ID, f.Organisation)
		if err != nil {
			return p, err
		}
		for _, line := range f.Lines {
			p.lines, p.files, p.names = append(p.lines, line), append(p.files, file), append(p.names, u.Name)
		}
	}
	if missing > 0 && !without {
		return p, ErrFilesMissing.With("missing", missing)
	}
	return p, nil
}
