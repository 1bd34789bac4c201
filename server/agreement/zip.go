package agreement

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/storage"
)

// ErrNothing refuses a ZIP of nothing.
var ErrNothing = fault.New(fault.Conflict, "batch.no_papers")

// Bundle is the newest papers of a batch's lines, ready to be written as one ZIP.
type Bundle struct {
	Name  string
	Count int
	write func(ctx context.Context, w io.Writer) error
}

// Write streams the ZIP. A paper that cannot be fetched is named in a text inside, so that
// what is missing is told.
func (b Bundle) Write(ctx context.Context, w io.Writer) error { return b.write(ctx, w) }

type bundled struct {
	Accession        int64     `db:"accession_id"`
	Organisation     int32     `db:"organisation_id"`
	OrganisationName string    `db:"organisation_name"`
	Code             string    `db:"code"`
	VersionNo        int       `db:"version_no"`
	Format           string    `db:"format"`
	File             int64     `db:"file_id"`
	SHA256           string    `db:"sha256"`
	MadeAt           time.Time `db:"made_at"`
}

// Zip finds the newest papers of the lines of a batch that are done, in one format or in
// both, and logs for each agreement that they were fetched. It refuses with fault.ErrNotFound or ErrNothing.
func (s *Service) Zip(ctx context.Context, scope access.Scope, batch int64, only string) (Bundle, error) {
	var rows []bundled
	err := s.db.Write(ctx, scope, "batch.zip", func(tx *storage.Tx) (err error) {
		rows, err = storage.All[bundled](tx, `select c.id as accession_id, i.organisation_id, o.name as organisation_name, 'DBA-' || lpad(a.number::text, 4, '0') as code, v.no as version_no,
			d.format, d.file_id, f.sha256, d.made_at
			from batch_item i join organisation o on o.id = i.organisation_id join accession c on c.id = i.accession_id
			join agreement a on a.id = c.agreement_id join agreement_version v on v.id = c.agreement_version_id
			join accession_document d on d.accession_id = c.id and ($2 = '' or d.format = $2)
			 and d.no = (select max(x.no) from accession_document x where x.accession_id = c.id)
			join stored_file f on f.id = d.file_id
			where i.batch_id = $1 and i.state = 'done' order by o.name, c.id, d.format desc`, batch, only)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return ErrNothing
		}
		tx.Record("batch", batch, 0, nil, map[string]any{"files": len(rows), "only": only})
		recordFetched(tx, batch, rows)
		return nil
	})
	if err != nil {
		return Bundle{}, err
	}
	return Bundle{Name: fmt.Sprintf("%s v%d.zip", rows[0].Code, rows[0].VersionNo), Count: len(rows), write: func(ctx context.Context, w io.Writer) error {
		return zipTo(ctx, w, rows, func(id int64) (document.File, io.ReadCloser, error) { return s.documents.Open(ctx, scope, id) })
	}}, nil
}

// recordFetched writes in each agreement's own history what of it lies in the ZIP.
func recordFetched(tx *storage.Tx, batch int64, rows []bundled) {
	for i := 0; i < len(rows); {
		one, files := rows[i], map[string]any{"batch": batch}
		for ; i < len(rows) && rows[i].Accession == one.Accession; i++ {
			files[rows[i].Format] = rows[i].SHA256
		}
		tx.Record("accession", one.Accession, one.Organisation, nil, files)
	}
}

func zipTo(ctx context.Context, w io.Writer, rows []bundled, open func(int64) (document.File, io.ReadCloser, error)) error {
	z := zip.NewWriter(w)
	var lost []string
	for _, r := range rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		name := safeName(fmt.Sprintf("%s - %s v%d.%s", r.OrganisationName, r.Code, r.VersionNo, r.Format))
		if err := zipOne(z, name, r, open); err != nil {
			lost = append(lost, name)
		}
	}
	if len(lost) > 0 {
		out, err := z.Create("MANGLER.txt")
		if err != nil {
			return err
		}
		if _, err := io.WriteString(out, "Disse filer kunne ikke hentes. Prøv igen.\r\n\r\n"+strings.Join(lost, "\r\n")+"\r\n"); err != nil {
			return err
		}
	}
	return z.Close()
}

// zipOne stores one file as it is: PDF and Word are packed already.
func zipOne(z *zip.Writer, name string, r bundled, open func(int64) (document.File, io.ReadCloser, error)) error {
	_, body, err := open(r.File)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	out, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: r.MadeAt})
	if err != nil {
		return err
	}
	_, err = io.Copy(out, body)
	return err
}

// safeName is a file name that no system takes for a path.
func safeName(name string) string {
	return path.Base(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '-'
		}
		return r
	}, name))
}
