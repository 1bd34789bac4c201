package storagetest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"klausul/server/access"
	"klausul/server/storage"
)

func TestNewGivesEachTestItsOwnDatabase(t *testing.T) {
	t.Parallel()
	a, b := New(t), New(t)
	viborg := a.Member("Viborg Kommune")
	vendor := a.Vendor("KMD A/S")
	system := a.System(vendor, "Løn")
	a.Usage(viborg, system)
	offered := a.Offered(vendor, "Løn", "", system)
	a.Accession(offered, viborg)
	a.Draft(vendor, "Kladde", system)
	scope := a.Scope(access.ContactPerson, viborg)
	if scope.Own() != viborg || !scope.Actor().Member || scope.Actor().Grant.OrganisationName != "Viborg Kommune" {
		t.Errorf("scope is of %+v", scope.Actor())
	}
	err := a.Store.Read(t.Context(), scope, func(tx *storage.Tx) error {
		var n int64
		if err := tx.DB().Table("accession").Count(&n).Error; err != nil || n != 1 {
			t.Errorf("accessions: %d %v", n, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := One[int](b, "select count(*) from organisation"); n != 0 {
		t.Errorf("the other database has %d organisations", n)
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	var c Clock
	if d := time.Since(c.Now()); d < 0 || d > time.Minute {
		t.Errorf("an unset clock is %s off", d)
	}
	at := time.Date(2026, 1, 31, 23, 30, 0, 0, time.UTC)
	c.Set(at)
	c.Advance(time.Hour)
	if got := c.Now(); !got.Equal(at.Add(time.Hour)) {
		t.Errorf("clock shows %s", got)
	}
}

func TestMatchesTable(t *testing.T) {
	t.Parallel()
	e := New(t)
	type system struct {
		ID        int32      `gorm:"column:id"`
		Number    int32      `gorm:"column:number"`
		UUID      uuid.UUID  `gorm:"column:uuid;type:uuid"`
		KitosUUID *uuid.UUID `gorm:"column:kitos_uuid;type:uuid"`
		Name      string     `gorm:"column:name"`
		CreatedAt time.Time  `gorm:"column:created_at"`
		Count     int        `gorm:"-"`
	}
	MatchesTable(t, e, &system{}, "it_system")
	type wrong struct {
		ID       string `gorm:"column:id"`
		Nickname string `gorm:"column:nickname"`
		CVR      string `gorm:"column:cvr"`
		Number   int16  `gorm:"column:number"`
	}
	got := strings.Join(mismatches(e, &wrong{}, "vendor"), "\n")
	for _, want := range []string{"has no column nickname", "vendor.id, which is int4", "vendor.cvr may be null", "int16 cannot be the column vendor.number"} {
		if !strings.Contains(got, want) {
			t.Errorf("no word of %q in:\n%s", want, got)
		}
	}
	if got := mismatches(e, &system{}, "nowhere"); len(got) != 1 || !strings.Contains(got[0], "there is no table nowhere") {
		t.Errorf("unknown table: %v", got)
	}
}
