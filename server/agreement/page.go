package agreement

import (
	"context"

	"klausul/server/access"
	"klausul/server/render"
	"klausul/server/storage"
)

// Page is one organisation's own agreement for the screen, as it stands, and logged as its
// files are. It refuses with fault.ErrNotFound, or with ErrTextMoved when its facts no
// longer give the hashes that it has.
func (s *Service) Page(ctx context.Context, scope access.Scope, id int64) (name string, body []byte, err error) {
	err = s.db.Write(ctx, scope, "accession.download", func(tx *storage.Tx) error {
		d, err := loadAccession(tx, id)
		if err != nil {
			return err
		}
		text, err := frozen(tx, d.VersionID)
		if err != nil {
			return err
		}
		doc := text.Document(d.instance(), storage.Local(*text.OfferedAt))
		if doc.InstanceHash != d.InstanceHash {
			return ErrTextMoved
		}
		name = d.fileName(AccessionDocument{Format: "html"})
		if body, err = render.HTML(doc); err != nil {
			return err
		}
		tx.Record("accession", id, d.Organisation, nil, map[string]any{"format": "html", "instanceHash": d.InstanceHash})
		return nil
	})
	return name, body, err
}
