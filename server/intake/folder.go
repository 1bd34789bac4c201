package intake

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"klausul/server/access"
	"klausul/server/document"
	"klausul/server/field"
	"klausul/server/storage"
)

// NamedFile is a file that belongs to lines of a list of own agreements.
type NamedFile struct {
	Name         string // as the first line has it
	Named        bool   // false: no line names it, it is called as the agreement of one
	Key          string // what the received file's name is compared by
	Lines        []int
	Refused      bool             // only lines with errors name it: it is taken when they are mended
	Organisation int32            // whose agreement it is, and so whose file
	Received     *document.Upload // nil: the file is still to be sent
	lacking      []int64          // agreements in the register that it belongs to and that have none
}

// FileKey is a file's name as it is compared: people write it with and without its
// ending, with other capitals, and with letters that another system takes apart.
func FileKey(name string) string {
	return strings.TrimSuffix(strings.ToLower(norm.NFC.String(field.Clean(name))), ".pdf")
}

// titleKey is what a file that is called as an agreement is compared by: letters and
// digits, for much of what stands in a title cannot stand in a file's name.
func titleKey(title string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, FileKey(title))
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

// namedSQL is the good lines that name a file or register an agreement without one, each
// with the agreement that came of it and still has none.
const namedSQL = `select r.line, r.target_org, coalesce(r.value ->> 'file', '') as file, coalesce(r.value ->> 'title', '') as title, a.id as lacking from import_row r
	left join own_agreement a on a.file_id is null and a.organisation_id = r.target_org
	  and case when r.target_id is null then a.vendor_id = r.vendor_id and a.title = r.value ->> 'title' else a.id = r.target_id end
	where r.import_id = $1 and r.outcome in ('added', 'changed') and (r.outcome = 'added' and coalesce(r.value ->> 'file', '') = ''
	  or exists (select from jsonb_array_elements(r.differences) d where d ->> 'field' = 'file' and not coalesce((d -> 'kept')::boolean, false))) order by r.line`

type namedLine struct {
	Line    int    `db:"line"`
	Org     int32  `db:"target_org"`
	File    string `db:"file"`
	Title   string `db:"title"`
	Lacking *int64 `db:"lacking"`
}

// folder is the files that the good lines of an import may have, in the order of the
// lines, each with what the person has sent of that name. A line that names none has one
// that is called as its agreement, if no other file is called so. Once the list is taken
// in only those count whose agreement still has no file.
func (s *Service) folder(tx *storage.Tx, i Import) ([]*NamedFile, error) {
	lines, err := storage.All[namedLine](tx, namedSQL, i.ID)
	if err != nil {
		return nil, err
	}
	if i.State == Applied {
		lines = slices.DeleteFunc(lines, func(l namedLine) bool { return l.Lacking == nil })
	}
	type of struct {
		org   int32
		named bool
		key   string
	}
	named, all, orgs, called := map[of]*NamedFile{}, []*NamedFile{}, []int32{}, map[string]int{}
	for _, l := range lines {
		if l.File == "" {
			called[titleKey(l.Title)]++
		} else if at := titleKey(l.File); called[at] == 0 {
			called[at]++
		}
	}
	for _, l := range lines {
		name, at := l.File, of{l.Org, true, FileKey(l.File)}
		if l.File == "" {
			name, at = l.Title, of{l.Org, false, titleKey(l.Title)}
			if called[at.key] > 1 {
				continue // nobody could tell whose it is
			}
		}
		f := named[at]
		if f == nil {
			f = &NamedFile{Name: name, Key: at.key, Organisation: l.Org, Named: l.File != ""}
			named[at], all, orgs = f, append(all, f), append(orgs, l.Org)
		}
		f.Lines = append(f.Lines, l.Line)
		if l.Lacking != nil {
			f.lacking = append(f.lacking, *l.Lacking)
		}
	}
	if len(all) == 0 {
		return all, nil
	}
	received, err := s.documents.Waiting(tx, orgs)
	for n := range received { // of two of one name the later is meant
		u := &received[n]
		if f := named[of{u.Organisation, true, FileKey(u.Name)}]; f != nil {
			f.Received = u
		} else if f := named[of{u.Organisation, false, titleKey(u.Name)}]; f != nil {
			f.Received = u
		}
	}
	return all, err
}

// Folder lists the files that the good lines of an import may have, and which of them the
// person has sent; of a list that was taken in those that are still lacking. Behind them
// come those that only lines with errors name. It refuses with fault.ErrNotFound.
func (s *Service) Folder(ctx context.Context, scope access.Scope, id int64) (all []*NamedFile, err error) {
	i, err := s.Get(ctx, scope, id)
	if err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		if all, err = s.folder(tx, i); err != nil {
			return err
		}
		refused, err := storage.All[namedLine](tx, refusedSQL, i.ID)
		all = append(all, refusedFiles(all, refused)...)
		return err
	})
	return all, err
}

const refusedSQL = `select line, coalesce(target_org, 0) as target_org, value ->> 'file' as file, '' as title, null::bigint as lacking from import_row
	where import_id = $1 and outcome = 'refused' and coalesce(value ->> 'file', '') <> '' order by line`

// refusedFiles is the files that lines with errors name and no good line does.
func refusedFiles(good []*NamedFile, refused []namedLine) (all []*NamedFile) {
	for _, l := range refused {
		key := FileKey(l.File)
		is := func(f *NamedFile) bool { return f.Named && f.Key == key }
		if slices.ContainsFunc(good, is) {
			continue
		}
		if n := slices.IndexFunc(all, is); n >= 0 {
			all[n].Lines = append(all[n].Lines, l.Line)
			continue
		}
		all = append(all, &NamedFile{Name: l.File, Named: true, Key: key, Lines: []int{l.Line}, Organisation: l.Org, Refused: true})
	}
	return all
}

// placed is the stored files of an import's lines.
type placed struct {
	lines []int
	files []int64
	names []string
}

// place gives the received files their places. Those that were never sent are refused
// with ErrFilesMissing, unless the agreements are to be registered without them.
func (s *Service) place(tx *storage.Tx, i Import, without bool) (p placed, err error) {
	all, err := s.folder(tx, i)
	if err != nil {
		return p, err
	}
	missing := 0
	for _, f := range all {
		if f.Received == nil {
			if f.Named {
				missing++
			}
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

// Attach gives the files that came after an organisation took its list in to those of the
// list's agreements that have none, and returns how many have one now. It refuses with
// ErrNotReady before the list is taken in, and with ErrProposed for the
// secretariat's lists.
func (s *Service) Attach(ctx context.Context, scope access.Scope, id int64) (int, error) {
	n := 0
	err := s.db.Write(ctx, scope, "import.files", func(tx *storage.Tx) error {
		i, err := s.lock(tx, id, 0)
		switch {
		case err != nil:
			return err
		case i.State != Applied:
			return ErrNotReady
		case i.Organisation == nil:
			return ErrProposed
		}
		all, err := s.folder(tx, i)
		if err != nil {
			return err
		}
		for _, f := range all {
			if f.Received == nil {
				continue
			}
			file, u, err := s.documents.Place(tx, f.Received.ID, f.Organisation)
			if err != nil {
				return err
			}
			for _, agreement := range f.lacking {
				done, err := tx.Pgx().Exec(tx.Context(), "update own_agreement set file_id = $2, file_name = $3, version = version + 1 where id = $1 and file_id is null", agreement, file, u.Name)
				if err != nil {
					return err
				}
				if done.RowsAffected() == 0 { // somebody gave it a file meanwhile
					continue
				}
				tx.Record("own_agreement", agreement, f.Organisation, map[string]any{"file": nil}, map[string]any{"file": u.Name, "sha256": u.SHA256})
				n++
			}
		}
		if n == 0 {
			tx.Continues()
		}
		return nil
	})
	return n, err
}
