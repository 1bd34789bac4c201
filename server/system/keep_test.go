package system_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/duplicate"
	"klausul/server/fault"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
	"klausul/server/system"
)

type world struct {
	*storagetest.Env
	t               *testing.T
	systems         *system.Service
	lawyer          access.Scope
	viborg, randers int32
	first, second   int32 // vendors' numbers
}

func setup(t *testing.T) *world {
	t.Parallel()
	w := &world{Env: storagetest.New(t), t: t}
	w.systems = system.New(w.Store)
	w.lawyer = w.Scope(access.Lawyer, 0)
	w.viborg, w.randers = w.Member("Viborg Kommune"), w.Member("Randers Kommune")
	w.first, w.second = w.vendor("Åhavn A/S"), w.vendor("Bakkedal A/S")
	return w
}

func (w *world) vendor(name string) int32 {
	return storagetest.One[int32](w.Env, "select number from vendor where id = $1", w.Vendor(name))
}

func (w *world) create(name string) system.Detail {
	w.t.Helper()
	d, err := w.systems.Create(w.t.Context(), w.lawyer, w.first, system.Change{Name: name})
	require.NoError(w.t, err)
	return d
}

func ptr[T any](v T) *T { return &v }

func date(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

func TestCreateAndDescribe(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	kitos := uuid.New()
	w.Exec("insert into kle (number, title) values ('27.36', 'Pleje')")
	d, err := w.systems.Create(ctx, w.lawyer, w.first, system.Change{Name: "Åhavn Omsorg", KitosUUID: &kitos, KLE: []string{"27.36"},
		Profile: system.Profile{DataKinds: []string{"sensitive_health", "cpr"}, DataSubjects: []string{"adults"}, PersonsCount: ptr(4200), Criticality: "high", Hosting: "vendor", UsesAI: ptr(false)}})
	require.NoError(t, err)
	require.Equal(t, []string{"cpr", "sensitive_health"}, d.DataKinds, "in the order of the list")
	require.Equal(t, "to_10000", d.Persons)
	require.Equal(t, "Pleje", d.KLE[0].Title)
	require.Len(t, d.Vendors, 1)
	require.Nil(t, d.Vendors[0].From)

	for name, c := range map[string]struct {
		vendor int32
		change system.Change
		want   error
	}{
		"no such vendor":      {9, system.Change{Name: "X"}, system.ErrUnknownVendor},
		"the name is taken":   {w.first, system.Change{Name: "ÅHAVN omsorg"}, system.ErrSameName},
		"KITOS uuid is taken": {w.second, system.Change{Name: "X", KitosUUID: &kitos}, system.ErrKitosTaken},
		"no such choice":      {w.first, system.Change{Name: "X", Profile: system.Profile{Hosting: "moon"}}, system.ErrChoice},
		"no such KLE number":  {w.first, system.Change{Name: "X", KLE: []string{"99.99"}}, system.ErrUnknownKLE},
	} {
		_, err := w.systems.Create(ctx, w.lawyer, c.vendor, c.change)
		require.ErrorIs(t, err, c.want, name)
	}
	refusal, _ := fault.Of(func() error {
		_, err := w.systems.Create(ctx, w.lawyer, w.second, system.Change{Name: "X", KitosUUID: &kitos})
		return err
	}())
	require.Equal(t, d.Number, refusal.Detail["number"], "the refusal leads to the system that has it")
	require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*)::int from it_system"), "nothing is left of a refused one")

	d, err = w.systems.Update(ctx, w.lawyer, d.Number, d.Version, system.Change{Name: "Åhavn Omsorg 2", KitosUUID: &kitos})
	require.NoError(t, err)
	require.Empty(t, d.DataKinds)
	require.Nil(t, d.UsesAI)
	_, err = w.systems.Update(ctx, w.lawyer, d.Number, d.Version-1, system.Change{Name: "Åhavn Omsorg 3"})
	require.ErrorIs(t, err, fault.ErrStale)
	refusal, _ = fault.Of(err)
	require.Equal(t, "system.change", refusal.Detail["action"])
	require.Equal(t, []string{"profile"}, refusal.Detail["changed"])
	_, err = w.systems.Update(ctx, w.lawyer, 4711, 1, system.Change{Name: "X"})
	require.ErrorIs(t, err, fault.ErrNotFound)
}

func TestMembersReadAndDoNotWrite(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	d := w.create("Åhavn Omsorg")
	w.Usage(w.viborg, d.ID)
	w.Usage(w.randers, d.ID)
	w.Exec("update usage set local_name = 'Randers eget' where organisation_id = $1", w.randers)
	_, err := w.systems.Screen(ctx, w.lawyer, d.Number, d.Version, system.HoldsData, "Borgere")
	require.NoError(t, err)

	viborg := w.Scope(access.ContactPerson, w.viborg)
	seen, err := w.systems.Detail(ctx, viborg, d.Number)
	require.NoError(t, err)
	require.Len(t, seen.Uses, 1)
	require.Empty(t, seen.Using, "who else uses it is not a member's to know")
	require.Equal(t, 1, seen.Users)
	require.Empty(t, seen.Screenings[0].By)
	require.Empty(t, seen.Uses[0].LocalName, "the neighbour's name for it stays the neighbour's")
	office, err := w.systems.Detail(ctx, w.lawyer, d.Number)
	require.NoError(t, err)
	require.Len(t, office.Using, 2)
	require.NotEmpty(t, office.Screenings[0].By)

	// Past the first lock: the database refuses too.
	_, err = w.systems.Update(ctx, viborg, d.Number, seen.Version, system.Change{Name: "Vores"})
	require.Error(t, err)
	_, err = w.systems.Move(ctx, viborg, d.Number, seen.Version, w.second, date("2024-01-01"))
	require.Error(t, err)
	require.Equal(t, "Åhavn Omsorg", storagetest.One[string](w.Env, "select name::text from it_system where id = $1", d.ID))
}

func TestMoveKeepsBothInStep(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	d := w.create("Åhavn Omsorg")
	today := storage.LegalDate(w.Store.Now())
	vendorOf := func() int32 {
		return storagetest.One[int32](w.Env, "select v.number from it_system s join vendor v on v.id = s.vendor_id where s.id = $1", d.ID)
	}
	check, err := w.systems.CheckMove(ctx, w.lawyer, d.Number, w.second, date("2024-03-01"))
	require.NoError(t, err)
	require.Len(t, check, 2)
	require.Equal(t, w.first, vendorOf(), "looking moves nothing")

	d, err = w.systems.Move(ctx, w.lawyer, d.Number, d.Version, w.second, date("2024-03-01"))
	require.NoError(t, err)
	require.Equal(t, w.second, vendorOf(), "a move in the past is in force today")
	require.Equal(t, w.second, d.VendorNumber)
	require.Equal(t, date("2024-02-29"), *d.Vendors[0].To)

	third := w.vendor("Ceder A/S")
	d, err = w.systems.Move(ctx, w.lawyer, d.Number, d.Version, third, today.AddDate(0, 1, 0))
	require.NoError(t, err)
	require.Equal(t, w.second, vendorOf(), "one to come is not")
	require.NoError(t, w.systems.SettleVendors(ctx))
	require.Equal(t, w.second, vendorOf(), "and does not become so early")
	w.Exec("update system_vendor set to_date = today() - 1 where id = $1", d.Vendors[1].ID)
	w.Exec("alter table system_vendor disable trigger follow")
	w.Exec("update system_vendor set from_date = today() where id = $1", d.Vendors[2].ID)
	w.Exec("alter table system_vendor enable trigger follow")
	require.NoError(t, w.systems.SettleVendors(ctx))
	require.Equal(t, third, vendorOf(), "on its day it does")

	// What changes it_system.vendor_id changes the period of today, and no other.
	w.Exec("update it_system set vendor_id = (select id from vendor where number = $2) where id = $1", d.ID, w.first)
	d, err = w.systems.Detail(ctx, w.lawyer, d.Number)
	require.NoError(t, err)
	require.Equal(t, []int32{w.first, w.second, w.first}, []int32{d.Vendors[0].VendorNumber, d.Vendors[1].VendorNumber, d.Vendors[2].VendorNumber})

	_, err = w.systems.Move(ctx, w.lawyer, d.Number, d.Version, w.first, today)
	require.ErrorIs(t, err, system.ErrSameVendor)
	_, err = w.systems.Move(ctx, w.lawyer, d.Number, d.Version, 9, today)
	require.ErrorIs(t, err, system.ErrUnknownVendor)
	_, err = w.systems.Move(ctx, w.lawyer, d.Number, d.Version-1, w.second, today)
	require.ErrorIs(t, err, fault.ErrStale)
}

func TestTwoMovesAtOnce(t *testing.T) {
	w := setup(t)
	d := w.create("Åhavn Omsorg")
	third := w.vendor("Ceder A/S")
	var wait sync.WaitGroup
	errs := make([]error, 2)
	for i, to := range []int32{w.second, third} {
		wait.Go(func() {
			_, errs[i] = w.systems.Move(t.Context(), w.lawyer, d.Number, d.Version, to, date("2024-03-01"))
		})
	}
	wait.Wait()
	require.NotEqual(t, errs[0] == nil, errs[1] == nil, "%v and %v", errs[0], errs[1])
	require.ErrorIs(t, errors(errs), fault.ErrStale)
	require.Equal(t, 2, storagetest.One[int](w.Env, "select count(*)::int from system_vendor where system_id = $1", d.ID))
}

func errors(errs []error) error {
	if errs[0] != nil {
		return errs[0]
	}
	return errs[1]
}

func TestScreeningKeepsItsHistory(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	d := w.create("Åhavn Omsorg")
	d, err := w.systems.Screen(ctx, w.lawyer, d.Number, d.Version, system.NoData, "Kun målinger fra pumper")
	require.NoError(t, err)
	require.Equal(t, system.NoData, d.Screened)
	_, err = w.systems.Update(ctx, w.lawyer, d.Number, d.Version, system.Change{Name: d.Name, Profile: system.Profile{DataKinds: []string{"cpr"}}})
	require.ErrorIs(t, err, system.ErrScreenedOut)
	_, err = w.systems.Screen(ctx, w.lawyer, d.Number, d.Version, system.HoldsData, "")
	require.ErrorIs(t, err, system.ErrReason)
	d, err = w.systems.Screen(ctx, w.lawyer, d.Number, d.Version, system.HoldsData, "Der er kommet brugerkonti")
	require.NoError(t, err)
	require.Len(t, d.Screenings, 2)
	require.Equal(t, "Kun målinger fra pumper", d.Screenings[1].Reason)
	d, err = w.systems.Update(ctx, w.lawyer, d.Number, d.Version, system.Change{Name: d.Name, Profile: system.Profile{DataKinds: []string{"cpr"}}})
	require.NoError(t, err)
	_, err = w.systems.Screen(ctx, w.lawyer, d.Number, d.Version, system.NoData, "Alligevel ikke")
	require.ErrorIs(t, err, system.ErrHasData)
}

func TestListByScreeningAndCriticality(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	pumps, care, payroll := w.create("Pumper"), w.create("Omsorg"), w.create("Løn")
	_, err := w.systems.Screen(ctx, w.lawyer, pumps.Number, pumps.Version, system.HoldsData, "Brugerkonti")
	require.NoError(t, err)
	_, err = w.systems.Screen(ctx, w.lawyer, pumps.Number, pumps.Version+1, system.NoData, "Kontiene er fjernet")
	require.NoError(t, err)
	_, err = w.systems.Screen(ctx, w.lawyer, care.Number, care.Version, system.HoldsData, "Borgere")
	require.NoError(t, err)
	_, err = w.systems.Update(ctx, w.lawyer, payroll.Number, payroll.Version, system.Change{Name: payroll.Name, Profile: system.Profile{Criticality: "high"}})
	require.NoError(t, err)
	for name, c := range map[string]struct {
		f    system.Filter
		want []string
	}{
		"the newest screening counts": {system.Filter{Screened: string(system.NoData)}, []string{"Pumper"}},
		"holding data":                {system.Filter{Screened: string(system.HoldsData)}, []string{"Omsorg"}},
		"screened by nobody":          {system.Filter{Screened: system.NotScreened}, []string{"Løn"}},
		"of a criticality":            {system.Filter{Criticality: "high"}, []string{"Løn"}},
		"both at once":                {system.Filter{Criticality: "high", Screened: string(system.NoData)}, nil},
	} {
		rows, _, err := w.systems.List(ctx, w.lawyer, c.f, storage.Page{Sort: "name"})
		require.NoError(t, err)
		var names []string
		for _, s := range rows {
			names = append(names, s.Name)
		}
		require.Equal(t, c.want, names, name)
		n, err := w.systems.Count(ctx, w.lawyer, c.f)
		require.NoError(t, err)
		require.Equal(t, len(c.want), n, name)
	}
}

func TestKLEComesFromAFile(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	_, found, err := w.systems.KLEIssue(ctx, w.lawyer)
	require.NoError(t, err)
	require.False(t, found, "nothing is shipped")
	issue := func(day, items string) string {
		return "<KLE-Emneplan><UdgivelsesDato>" + day + "</UdgivelsesDato>" + items + "</KLE-Emneplan>"
	}
	const care, roads = "<Hovedgruppe><HovedgruppeNr>27</HovedgruppeNr><HovedgruppeTitel>Social omsorg</HovedgruppeTitel></Hovedgruppe>",
		"<Hovedgruppe><HovedgruppeNr>05</HovedgruppeNr><HovedgruppeTitel>Veje</HovedgruppeTitel></Hovedgruppe>"
	for range 2 { // the same file twice changes nothing
		got, err := w.systems.ImportKLE(ctx, w.lawyer, strings.NewReader(issue("2025-05-01", care+roads)))
		require.NoError(t, err)
		require.Equal(t, 2, got.Items)
	}
	require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*) from kle_issue"))
	require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*) from audit_event where action = 'kle.import'"))
	d, err := w.systems.Create(ctx, w.lawyer, w.first, system.Change{Name: "Vejdrift", KLE: []string{"05"}})
	require.NoError(t, err)
	_, err = w.systems.ImportKLE(ctx, w.lawyer, strings.NewReader(issue("2026-05-01", care)))
	require.NoError(t, err)
	d, err = w.systems.Detail(ctx, w.lawyer, d.Number)
	require.NoError(t, err)
	require.True(t, d.KLE[0].Retired, "what a system names stays, and says that it is retired")
	numbers, err := w.systems.FindKLE(ctx, w.Scope(access.ContactPerson, w.viborg), "oms")
	require.NoError(t, err)
	require.Len(t, numbers, 1)
	_, err = w.systems.ImportKLE(ctx, w.lawyer, strings.NewReader(issue("2025-05-01", care)))
	require.ErrorIs(t, err, system.ErrKLEOlder)
	_, err = w.systems.ImportKLE(ctx, w.lawyer, strings.NewReader("%PDF-1.7"))
	require.ErrorIs(t, err, system.ErrKLEFile)
}

func TestTheKitosUUIDOfASystemMergedAway(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	kitos, other := uuid.New(), uuid.New()
	stands, gone, third := w.create("Omsorg"), w.create("Omsorg (gammel)"), w.create("Skole")
	w.Exec("update it_system set kitos_uuid = $2 where id = $1", gone.ID, kitos)
	merges := duplicate.New(w.Store)
	p, err := merges.Compare(ctx, w.lawyer, duplicate.System, stands.Number, gone.Number)
	require.NoError(t, err)
	m, err := merges.Merge(ctx, w.lawyer, duplicate.System, stands.Number, gone.Number, nil, "samme", p.Version)
	require.NoError(t, err)

	t.Run("refused for a third system, naming the one that stands", func(t *testing.T) {
		_, err := w.systems.Update(ctx, w.lawyer, third.Number, third.Version, system.Change{Name: "Skole", KitosUUID: &kitos})
		require.ErrorIs(t, err, system.ErrKitosTaken)
		f, _ := fault.Of(err)
		require.Equal(t, stands.Number, f.Detail["number"])
	})
	suspects := func() (out []string) {
		require.NoError(t, merges.Find(ctx, w.lawyer))
		rows, _, err := merges.List(ctx, w.lawyer, duplicate.Filter{Kind: duplicate.System}, storage.Page{})
		require.NoError(t, err)
		for _, r := range rows {
			out = append(out, fmt.Sprint(r.FirstName, " = ", r.SecondName, " ", r.Why))
		}
		return out
	}
	t.Run("and the two are suspected until the third has a uuid of its own", func(t *testing.T) {
		require.Equal(t, []string{"Omsorg = Skole [kitos]"}, suspects())
		p, err := merges.Compare(ctx, w.lawyer, duplicate.System, stands.Number, third.Number)
		require.NoError(t, err)
		require.Equal(t, kitos.String(), p.Loser.Values["claimed"])
		_, err = w.systems.Update(ctx, w.lawyer, third.Number, third.Version, system.Change{Name: "Skole", KitosUUID: &other})
		require.NoError(t, err)
		require.Empty(t, suspects())
		_, err = w.systems.Update(ctx, w.lawyer, third.Number, third.Version+1, system.Change{Name: "Skole"})
		require.NoError(t, err)
	})
	stands, err = w.systems.Detail(ctx, w.lawyer, stands.Number)
	require.NoError(t, err)
	stands, err = w.systems.Update(ctx, w.lawyer, stands.Number, stands.Version, system.Change{Name: "Omsorg", KitosUUID: &kitos})
	require.NoError(t, err)
	require.Equal(t, &kitos, stands.KitosUUID)
	require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*) from audit_event where record = 'system' and action = 'system.change' and record_id = $1", fmt.Sprint(gone.Number)))

	t.Run("the merge is not taken back over a uuid given since", func(t *testing.T) {
		changed, err := w.systems.Update(ctx, w.lawyer, stands.Number, stands.Version, system.Change{Name: "Omsorg", KitosUUID: &other})
		require.NoError(t, err)
		_, err = merges.Undo(ctx, w.lawyer, m.ID)
		require.ErrorIs(t, err, duplicate.ErrInTheWay)
		_, err = w.systems.Update(ctx, w.lawyer, stands.Number, changed.Version, system.Change{Name: "Omsorg", KitosUUID: &kitos})
		require.NoError(t, err)
	})
	_, err = merges.Undo(ctx, w.lawyer, m.ID)
	require.NoError(t, err)
	require.Equal(t, kitos.String(), storagetest.One[string](w.Env, "select kitos_uuid::text from it_system where id = $1 and merged_into is null", gone.ID))
	require.Nil(t, storagetest.One[*string](w.Env, "select kitos_uuid::text from it_system where id = $1", stands.ID))
}

func TestASystemOfAVendorThatWasMergedAway(t *testing.T) {
	w := setup(t)
	w.Exec("update vendor set merged_into = (select id from vendor where number = $2) where number = $1", w.second, w.first)
	d, err := w.systems.Create(t.Context(), w.lawyer, w.second, system.Change{Name: "Omsorg"})
	require.NoError(t, err)
	require.Equal(t, w.first, d.VendorNumber)
	_, err = w.systems.CheckMove(t.Context(), w.lawyer, d.Number, w.second, w.Store.Now())
	require.ErrorIs(t, err, system.ErrSameVendor)
}
