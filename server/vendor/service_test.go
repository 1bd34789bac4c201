package vendor_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
	"klausul/server/vendor"
)

type world struct {
	*storagetest.Env
	vendors        *vendor.Service
	lawyer, member access.Scope
}

func setup(t *testing.T) world {
	t.Helper()
	e := storagetest.New(t)
	return world{Env: e, vendors: vendor.New(e.Store), lawyer: e.Scope(access.Lawyer, 0), member: e.Scope(access.ContactPerson, e.Member("Viborg Kommune"))}
}

func (w world) number(id int32) int32 {
	return storagetest.One[int32](w.Env, "select number from vendor where id = $1", id)
}

func (w world) chain(t *testing.T, main, parent int64, processor int32) vendor.Subprocessor {
	t.Helper()
	row, err := w.vendors.AddSubprocessor(t.Context(), w.lawyer, int32(main), under(parent, processor))
	require.NoError(t, err)
	return row
}

func under(parent int64, processor int32, places ...string) vendor.Subprocessor {
	row := vendor.Subprocessor{Processor: processor, Storage: places, Basis: vendor.BasisNone, From: day("2024-01-01")}
	if parent != 0 {
		row.Parent = &parent
	}
	return row
}

func TestCreateAndRename(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	made, err := w.vendors.Create(ctx, w.lawyer, vendor.Particulars{Name: "Åhavn A/S", CVR: "29 18 98 46", Country: "DK", Commercial: true})
	require.NoError(t, err)
	require.Equal(t, "CVR 29189846", made.Register())

	_, err = w.vendors.Create(ctx, w.lawyer, vendor.Particulars{Name: "En helt anden", CVR: "29189846", Country: "DK"})
	require.ErrorIs(t, err, vendor.ErrNumberTaken)
	f, _ := fault.Of(err)
	require.Equal(t, map[string]any{"number": made.Number, "name": "Åhavn A/S"}, f.Detail, "the refusal leads to the vendor that has it")

	// A new legal name keeps the old one with its period; a spelling set right does not.
	to := vendor.Particulars{Name: "Nyhavn A/S", CVR: "29189846", Country: "DK", Commercial: true}
	changed, err := w.vendors.Change(ctx, w.lawyer, made.Number, 1, to, vendor.Rename{From: until("2026-01-01")})
	require.NoError(t, err)
	to.Name = "Nyhavn Omsorg A/S"
	changed, err = w.vendors.Change(ctx, w.lawyer, made.Number, changed.Version, to, vendor.Rename{From: until("2026-06-01")})
	require.NoError(t, err)
	to.Name = "Nyhavn Omsorg ApS"
	changed, err = w.vendors.Change(ctx, w.lawyer, made.Number, changed.Version, to, vendor.Rename{Correction: true})
	require.NoError(t, err)
	require.Equal(t, "2026-06-01", changed.NamedFrom.Format("2006-01-02"))
	names, err := w.vendors.Names(ctx, w.member, made.ID)
	require.NoError(t, err)
	require.Equal(t, []vendor.Name{{Name: "Nyhavn A/S", From: until("2026-01-01"), To: day("2026-05-31")}, {Name: "Åhavn A/S", To: day("2025-12-31")}}, names)
	found, err := w.vendors.Count(ctx, w.member, vendor.Filter{Text: "åhavn"})
	require.NoError(t, err)
	require.Equal(t, 1, found, "a vendor is found by a name it bore before")

	t.Run("refused: a name from before the last", func(t *testing.T) {
		p := to
		p.Name = "Tidligere"
		_, err := w.vendors.Change(ctx, w.lawyer, made.Number, changed.Version, p, vendor.Rename{From: until("2020-01-01")})
		require.ErrorIs(t, err, vendor.ErrPeriod)
	})
	t.Run("refused: a name from a day to come", func(t *testing.T) {
		p, tomorrow := to, w.vendors.Today().AddDate(0, 0, 1)
		p.Name = "Fremtid"
		_, err := w.vendors.Change(ctx, w.lawyer, made.Number, changed.Version, p, vendor.Rename{From: &tomorrow})
		require.ErrorIs(t, err, vendor.ErrNameAhead)
	})
	t.Run("a name from the very day of the one before takes its place", func(t *testing.T) {
		to.Name = "Nyhavn Pleje ApS"
		changed, err = w.vendors.Change(ctx, w.lawyer, made.Number, changed.Version, to, vendor.Rename{From: until("2026-06-01")})
		require.NoError(t, err)
		require.Equal(t, "2026-06-01", changed.NamedFrom.Format("2006-01-02"))
		now, err := w.vendors.Names(ctx, w.member, made.ID)
		require.NoError(t, err)
		require.Equal(t, names, now)
	})
	t.Run("refused: an old version, telling what differs", func(t *testing.T) {
		p := to
		p.City = "Odense"
		_, err := w.vendors.Change(ctx, w.lawyer, made.Number, 1, p, vendor.Rename{})
		require.ErrorIs(t, err, fault.ErrStale)
		f, _ := fault.Of(err)
		require.Equal(t, []string{"city"}, f.Detail["changed"])
	})
	t.Run("refused by the database: a member", func(t *testing.T) {
		_, err := w.vendors.Create(ctx, w.member, vendor.Particulars{Name: "X", ForeignNumber: "1", Country: "SE"})
		require.Error(t, err)
	})
	t.Run("two people with one number", func(t *testing.T) {
		errs := make([]error, 2)
		var both sync.WaitGroup
		for i := range errs {
			both.Go(func() {
				_, errs[i] = w.vendors.Create(ctx, w.lawyer, vendor.Particulars{Name: "Samtidig", ForeignNumber: "556-1", Country: "SE"})
			})
		}
		both.Wait()
		require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*) from vendor where foreign_number = '556-1'"))
		require.True(t, (errs[0] == nil) != (errs[1] == nil))
	})
}

func TestJointCompany(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Exec("insert into organisation (kind, name, cvr) values ('joint_company', 'Fællesdrift I/S', '29189846')")
	made, err := w.vendors.Create(t.Context(), w.lawyer, vendor.Particulars{Name: "Fællesdrift I/S", CVR: "29189846", Country: "DK"})
	require.NoError(t, err)
	require.NotNil(t, made.Organisation)
}

func TestTree(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	main, host, cloud, help := w.Vendor("Hoved"), w.Vendor("Host"), w.Vendor("Cloud"), w.Vendor("Support")
	m := int64(w.number(main))
	one := w.chain(t, m, 0, w.number(host))
	two := w.chain(t, m, one.ID, w.number(cloud))
	three, err := w.vendors.AddSubprocessor(ctx, w.lawyer, int32(m), under(two.ID, w.number(help), "Indien", "DK"))
	require.NoError(t, err)
	require.Equal(t, vendor.NoBasis, three.Status)

	rows, err := w.vendors.Tree(ctx, w.member, int32(m), vendor.TreeFilter{})
	require.NoError(t, err)
	require.Len(t, rows, 3)
	for i, r := range rows {
		require.Equal(t, i+1, r.Tier)
	}
	require.Equal(t, []string{"IN", "DK"}, rows[2].Storage)

	t.Run("refused: whoever stands above", func(t *testing.T) {
		for _, above := range []int32{main, host, cloud, help} {
			_, err := w.vendors.AddSubprocessor(ctx, w.lawyer, int32(m), under(three.ID, w.number(above)))
			require.ErrorIs(t, err, vendor.ErrCycle)
		}
		_, err := w.vendors.ChangeSubprocessor(ctx, w.lawyer, one.ID, 1, under(0, w.number(help)))
		require.ErrorIs(t, err, vendor.ErrCycle, "nor may it come to stand above itself")
	})
	t.Run("refused: under a row of another tree", func(t *testing.T) {
		_, err := w.vendors.AddSubprocessor(ctx, w.lawyer, w.number(host), under(one.ID, w.number(cloud)))
		require.ErrorIs(t, err, vendor.ErrParent)
	})
	t.Run("refused: a system that is not the vendor's, a place that is none, a vendor that is none", func(t *testing.T) {
		row, foreign := under(0, w.number(cloud)), storagetest.One[int32](w.Env, "select number from it_system where id = $1", w.System(host, "Andens"))
		row.System = &foreign
		_, err := w.vendors.AddSubprocessor(ctx, w.lawyer, int32(m), row)
		require.ErrorIs(t, err, vendor.ErrSystem)
		_, err = w.vendors.AddSubprocessor(ctx, w.lawyer, int32(m), under(0, w.number(cloud), "Mars"))
		require.ErrorIs(t, err, vendor.ErrSubprocessor)
		_, err = w.vendors.AddSubprocessor(ctx, w.lawyer, int32(m), under(0, 999999))
		require.ErrorIs(t, err, vendor.ErrUnknown)
	})
	t.Run("ended with all below it, and there as of the day before", func(t *testing.T) {
		n, err := w.vendors.EndSubprocessor(ctx, w.lawyer, two.ID, 1, day("2025-06-30"))
		require.NoError(t, err)
		require.Equal(t, 2, n)
		for on, want := range map[string]int{"2023-12-31": 0, "2025-06-30": 3, "2025-07-01": 1} {
			rows, err := w.vendors.Tree(ctx, w.lawyer, int32(m), vendor.TreeFilter{On: day(on)})
			require.NoError(t, err)
			require.Len(t, rows, want, on)
		}
		_, err = w.vendors.EndSubprocessor(ctx, w.lawyer, two.ID, 2, day("2025-06-30"))
		require.ErrorIs(t, err, vendor.ErrEnded)
		_, err = w.vendors.AddSubprocessor(ctx, w.lawyer, int32(m), under(two.ID, w.number(w.Vendor("Sen"))))
		require.NoError(t, err, "it ends with its parent")
	})
	t.Run("refused: an old version", func(t *testing.T) {
		_, err := w.vendors.ChangeSubprocessor(ctx, w.lawyer, two.ID, 1, under(0, w.number(cloud)))
		require.ErrorIs(t, err, fault.ErrStale)
	})
}

func TestMoveInTree(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	main := w.Vendor("Hoved")
	m, care := int64(w.number(main)), storagetest.One[int32](w.Env, "select number from it_system where id = $1", w.System(main, "Omsorg"))
	host, cloud, help, other := w.number(w.Vendor("Host")), w.number(w.Vendor("Cloud")), w.number(w.Vendor("Support")), w.number(w.Vendor("Anden"))
	one := w.chain(t, m, 0, host)
	two := w.chain(t, m, one.ID, cloud)
	three := w.chain(t, m, two.ID, help)
	four := w.chain(t, m, 0, other)
	tiers := func() map[string]int { // of the rows for all systems
		rows, err := w.vendors.Tree(ctx, w.lawyer, int32(m), vendor.TreeFilter{System: 999999})
		require.NoError(t, err)
		out := map[string]int{}
		for _, r := range rows {
			out[r.Name] = r.Tier
		}
		return out
	}

	moved, err := w.vendors.ChangeSubprocessor(ctx, w.lawyer, two.ID, two.Version, under(four.ID, cloud))
	require.NoError(t, err)
	require.Equal(t, four.ID, *moved.Parent)
	require.Equal(t, map[string]int{"Host": 1, "Anden": 1, "Cloud": 2, "Support": 3}, tiers(), "what stands below goes along")
	_, err = w.vendors.ChangeSubprocessor(ctx, w.lawyer, three.ID, three.Version, under(0, help))
	require.NoError(t, err)
	require.Equal(t, map[string]int{"Host": 1, "Anden": 1, "Cloud": 2, "Support": 1}, tiers(), "out from under another")
	_, err = w.vendors.ChangeSubprocessor(ctx, w.lawyer, three.ID, three.Version+1, under(two.ID, help))
	require.NoError(t, err)

	refused := func(id int64, version int, row vendor.Subprocessor, want error) {
		t.Helper()
		_, err := w.vendors.ChangeSubprocessor(ctx, w.lawyer, id, version, row)
		require.ErrorIs(t, err, want)
		f, _ := fault.Of(err)
		require.Equal(t, "/parent", f.Fields[0].Pointer)
	}
	t.Run("refused: under itself, or under one that stands below it", func(t *testing.T) {
		for _, below := range []int64{four.ID, two.ID, three.ID} {
			refused(four.ID, four.Version, under(below, other), vendor.ErrCycle)
		}
	})
	t.Run("refused: under a row of another system, or of another vendor's tree", func(t *testing.T) {
		row := under(0, help)
		row.System = &care
		ofCare, err := w.vendors.AddSubprocessor(ctx, w.lawyer, int32(m), row)
		require.NoError(t, err)
		refused(four.ID, four.Version, under(ofCare.ID, other), vendor.ErrParent)
		foreign := w.chain(t, int64(host), 0, help)
		refused(four.ID, four.Version, under(foreign.ID, other), vendor.ErrParent)
	})
	t.Run("refused: under one that ends before it", func(t *testing.T) {
		_, err := w.vendors.EndSubprocessor(ctx, w.lawyer, one.ID, one.Version, day("2025-06-30"))
		require.NoError(t, err)
		refused(four.ID, four.Version, under(one.ID, other), vendor.ErrParent)
	})
	require.Equal(t, map[string]int{"Anden": 1, "Cloud": 2, "Support": 3}, tiers(), "what was refused changed nothing")
}

// Rows by what their transfer comes to, in one tree and over all of them.
func TestTransfersOfAStatus(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	main, next := w.number(w.Vendor("Hoved")), w.number(w.Vendor("Nabo"))
	host := w.number(w.Vendor("Host"))
	home, err := w.vendors.AddSubprocessor(ctx, w.lawyer, main, under(0, host, "DK"))
	require.NoError(t, err)
	far, err := w.vendors.AddSubprocessor(ctx, w.lawyer, next, under(0, host, "IN"))
	require.NoError(t, err)
	rows, err := w.vendors.Tree(ctx, w.member, next, vendor.TreeFilter{Status: vendor.NoBasis})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	rows, err = w.vendors.Tree(ctx, w.member, main, vendor.TreeFilter{Status: vendor.NoBasis})
	require.NoError(t, err)
	require.Empty(t, rows)
	for status, want := range map[vendor.Status][]int64{vendor.NoBasis: {far.ID}, vendor.InEEA: {home.ID}, vendor.Adequate: {}} {
		ids, err := w.vendors.Standing(ctx, w.lawyer, host, day("2024-06-01"), status)
		require.NoError(t, err)
		require.Equal(t, want, ids, status)
	}
	ids, err := w.vendors.Standing(ctx, w.lawyer, host, day("2023-06-01"), vendor.NoBasis)
	require.NoError(t, err)
	require.Empty(t, ids, "as of a day before both")
}

// The database keeps trees free of cycles whoever writes, two at once as well.
func TestNoCycleByTwoWriters(t *testing.T) {
	t.Parallel()
	w := setup(t)
	main, a, b := w.Vendor("Hoved"), w.Vendor("A"), w.Vendor("B")
	for range 5 {
		one := storagetest.One[int64](w.Env, "insert into subprocessor (vendor_id, processor_id, from_date) values ($1, $2, '2024-01-01') returning id", main, a)
		two := storagetest.One[int64](w.Env, "insert into subprocessor (vendor_id, processor_id, from_date) values ($1, $2, '2024-01-01') returning id", main, b)
		errs := make([]error, 2)
		var both sync.WaitGroup
		for i, pair := range [][2]int64{{one, two}, {two, one}} {
			both.Go(func() {
				errs[i] = w.Store.Write(t.Context(), w.lawyer, "test", func(tx *storage.Tx) error {
					_, err := tx.Pgx().Exec(tx.Context(), "update subprocessor set parent_id = $2 where id = $1", pair[0], pair[1])
					return err
				})
			})
		}
		both.Wait()
		require.True(t, (errs[0] == nil) != (errs[1] == nil), "one went under the other, and not both: %v", errs)
	}
}

func TestPaste(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	main, host := w.Vendor("Hoved A/S"), w.Vendor("Host ApS")
	w.Exec("update vendor set cvr = '29189846' where id = $1", host)
	m := w.number(main)
	const good = "Niveau\tNavn\tCVR\tLand\tLagring\tGrundlag\n1\tHost ApS\t29189846\t\tDanmark\tEU/EØS\n2\tQuillriver Inc.\t00-1\tUSA\tUSA\tDPF\n"
	bad := good + "1\tEt andet navn\t29189846\tDK\t\t\n1\tHoved A/S\t\t\t\t\n2\tUnder hoved\t7\tSE\t\t\n1\tUkendt\t\t\t\t\n"
	preview, err := w.vendors.Preview(ctx, w.lawyer, m, bad)
	require.NoError(t, err)
	require.Len(t, preview, 6)
	require.Equal(t, host, preview[0].Vendor.ID)
	require.Nil(t, preview[1].Vendor, "would be added")
	want := map[int][]string{2: {"vendor.number_taken"}, 3: {"vendor.subprocessor_cycle"}, 4: {"field.tier_branch"}, 5: {"required"}}
	for i, m := range preview {
		var codes []string
		for _, f := range m.Faults {
			codes = append(codes, f.Code)
		}
		require.Equal(t, want[i], codes, m.Text)
	}
	require.Equal(t, "Host ApS", preview[2].Vendor.Name, "the line leads to the vendor that has the number")

	_, err = w.vendors.Paste(ctx, w.lawyer, m, vendor.Under{}, bad)
	require.ErrorIs(t, err, vendor.ErrLines)
	f, _ := fault.Of(err)
	require.Equal(t, "/lines/4/number", f.Fields[0].Pointer)
	require.Equal(t, 0, storagetest.One[int](w.Env, "select count(*) from subprocessor"), "all or nothing")

	n, err := w.vendors.Paste(ctx, w.lawyer, m, vendor.Under{}, good)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	rows, err := w.vendors.Tree(ctx, w.lawyer, m, vendor.TreeFilter{})
	require.NoError(t, err)
	require.Equal(t, []int{1, 2}, []int{rows[0].Tier, rows[1].Tier})
	require.Equal(t, vendor.NoBasis, rows[1].Status, "nobody is certified for saying so")
	_, err = w.vendors.Certify(ctx, w.lawyer, rows[1].Processor, vendor.Certification{From: day("2023-07-10"), HR: true, Checked: day("2026-01-01")})
	require.NoError(t, err)
	rows, err = w.vendors.Tree(ctx, w.lawyer, m, vendor.TreeFilter{})
	require.NoError(t, err)
	require.Equal(t, vendor.Adequate, rows[1].Status, "weighed anew when a row changes")
}

func TestTerritories(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	all, err := w.vendors.Territories(ctx, w.member)
	require.NoError(t, err)
	byCode := map[string]vendor.Territory{}
	for _, r := range all {
		if r.To == nil {
			byCode[r.Code] = r
		}
	}
	require.False(t, byCode["US"].Unconfirmed)
	require.True(t, byCode["CA"].Unconfirmed)
	require.Equal(t, "commercial", byCode["CA"].Scope)

	korea := byCode["KR"]
	again := korea
	again.From = day("2026-01-01")
	_, err = w.vendors.AddTerritory(ctx, w.lawyer, again)
	require.ErrorIs(t, err, vendor.ErrTerritoryOverlap)
	korea.To, korea.Unconfirmed = until("2025-12-31"), false
	_, err = w.vendors.ChangeTerritory(ctx, w.lawyer, korea.ID, 1, korea)
	require.NoError(t, err)
	_, err = w.vendors.AddTerritory(ctx, w.lawyer, again)
	require.NoError(t, err)
	_, err = w.vendors.ChangeTerritory(ctx, w.lawyer, korea.ID, 1, korea)
	require.ErrorIs(t, err, fault.ErrStale)
	again.Code = "QQ"
	_, err = w.vendors.AddTerritory(ctx, w.lawyer, again)
	require.ErrorIs(t, err, vendor.ErrTerritory)
}

func TestContacts(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	n := w.number(w.Vendor("Hoved"))
	c, err := w.vendors.AddContact(ctx, w.lawyer, n, vendor.Contact{Role: "breach", Name: "Bo Vagt", Email: "vagt@example.dk"})
	require.NoError(t, err)
	seen, err := w.vendors.Contacts(ctx, w.member, n)
	require.NoError(t, err)
	require.Equal(t, []vendor.Contact{c}, seen)
	for _, wrong := range []vendor.Contact{{Role: "breach", Email: "a@b.dk"}, {Role: "breach", Name: "Bo"}, {Role: "breach", Name: "Bo", Email: "bo@"}} {
		_, err := w.vendors.AddContact(ctx, w.lawyer, n, wrong)
		require.ErrorIs(t, err, vendor.ErrContact)
	}
	require.ErrorIs(t, w.vendors.RemoveContact(ctx, w.lawyer, n, c.ID, 7), fault.ErrStale)
	require.NoError(t, w.vendors.RemoveContact(ctx, w.lawyer, n, c.ID, 1))
	require.Equal(t, 0, storagetest.One[int](w.Env, "select count(*) from vendor_contact"))
}

func TestAProcessorThatWasMergedAway(t *testing.T) {
	t.Parallel()
	w := setup(t)
	main, host, gone := w.number(w.Vendor("Hoved")), w.Vendor("Host"), w.Vendor("Host (gammel)")
	number := w.number(gone)
	w.Exec("update vendor set merged_into = $2 where id = $1", gone, host)
	row, err := w.vendors.AddSubprocessor(t.Context(), w.lawyer, main, under(0, number))
	require.NoError(t, err)
	require.Equal(t, w.number(host), row.Processor, "the one that stands")
}
