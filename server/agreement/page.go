package agreement

import (
	"context"
	"encoding/json"
	"fmt"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/render"
	"klausul/server/storage"
)

// Page is one organisation's own agreement for the screen, made of the facts its files
// were made of, and logged as they are. It refuses with fault.ErrNotFound, or with
// ErrTextMoved when those facts no longer give the hashes that the agreement was offered with.
func (s *Service) Page(ctx context.Context, scope access.Scope, id int64) (name string, body []byte, err error) {
	err = s.db.Write(ctx, scope, "accession.download", func(tx *storage.Tx) error {
		d, party, c, err := offered(tx, scope, id)
		if err != nil {
			return err
		}
		doc := d.Document(party, storage.Local(*d.OfferedAt))
		if doc.TextHash != c.TextHash || doc.InstanceHash != c.InstanceHash {
			return ErrTextMoved
		}
		name = fmt.Sprintf("%s - %s v%d.html", c.OrganisationName, c.Title, c.VersionNo)
		if body, err = render.HTML(doc); err != nil {
			return err
		}
		tx.Record("accession", id, c.Organisation, nil, map[string]any{"format": "html", "instanceHash": c.InstanceHash})
		return nil
	})
	return name, body, err
}

// standing is an accession with what its text was made of.
type standing struct {
	hashed
	Version int64  `db:"agreement_version_id"`
	Party   []byte `db:"party"`
}

// offered reads the version that an accession stands on, which may not be the newest, and
// the party as it was then.
func offered(tx *storage.Tx, scope access.Scope, id int64) (d Detail, p Party, c standing, err error) {
	sql, args, err := narrowAccessions(accessionCols+accessionHashes+", c.agreement_version_id, c.party"+accessionFrom, scope, AccessionFilter{}).And("c.id = ?", id).SQL()
	if err != nil {
		return d, p, c, err
	}
	c, found, err := storage.Find[standing](tx, sql, args...)
	if err != nil || !found {
		return d, p, c, orFault(err, fault.ErrNotFound)
	}
	if err := json.Unmarshal(c.Party, &p); err != nil {
		return d, p, c, fmt.Errorf("read the party of accession %d: %w", id, err)
	}
	a, found, err := storage.Find[Agreement](tx, agreementCols+` and false) as accessions from agreement a join vendor n on n.id = a.vendor_id
		join agreement_version v on v.agreement_id = a.id where v.id = $1 and v.state = 'offered'`, c.Version)
	if err != nil || !found {
		return d, p, c, orFault(err, fault.ErrNotFound)
	}
	d, err = loadVersion(tx, a)
	if err == nil && clause.Sum(d.Shared()) != *d.TextHash {
		err = ErrTextMoved
	}
	return d, p, c, err
}
