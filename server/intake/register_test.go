package intake_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/duplicate"
	"klausul/server/intake"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
	"klausul/server/vendor"
)

func TestVendorsAndSystems(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	v := w.vendor("Nordlys Data A/S", "12345674")
	w.System(v, "A-plan")
	_, err := w.s.Receive(t.Context(), w.contact, intake.Vendors, "x.csv", strings.NewReader("Navn\nX\n"))
	require.ErrorIs(t, err, intake.ErrKind)
	file := "Navn;CVR;Land;Udenlandsk nr.;By\n" +
		"Nordlys Data;12345674;;;Aalborg\n" + // its name without the form, and a city
		"Fjord Systemer ApS;87654338;Danmark;;Vejle\n" +
		"Ganske Andre Folk;12345674;;;\n" + // the right CVR of another company
		"Forkert CVR;12345675;;;\n" +
		"Grand Nuage SA;;Frankrig;FR 123;Lyon\n" +
		"Uden nummer;;;;\n" +
		"Fjord Systemer ApS;87654338;Danmark;;Horsens\n"
	i := w.send(w.lawyer, intake.Vendors, "v.csv", file)
	require.Equal(t, "ready: added 2, changed 1, unchanged 0, refused 4, repeated 0", counts(i))
	got := []string{}
	for _, l := range w.lines(w.lawyer, i, intake.Refused) {
		got = append(got, fmt.Sprintf("%d %s", l.Line, strings.TrimPrefix(l.Flaws[0].Code, "import.row_")))
	}
	require.Equal(t, []string{"4 other_company", "5 cvr", "7 required", "8 contradicts"}, got)
	w.accept(w.lawyer, i, true)
	require.Equal(t, 3, storagetest.One[int](w.Env, "select count(*)::int from vendor"))
	again := w.send(w.lawyer, intake.Vendors, "v.csv", file)
	require.Zero(t, again.Added+again.Changed, counts(again))

	systems := "System;Leverandørens CVR;KITOS-uuid\nA-plan;12345674;7d2b54b0-4bd5-4b27-9e05-6c6a52a38a01\nNyt;87654338;\nA-plan;87654338;7d2b54b0-4bd5-4b27-9e05-6c6a52a38a02\nNyt;99999999;\n"
	i = w.send(w.lawyer, intake.Systems, "s.csv", systems)
	require.Equal(t, "ready: added 2, changed 1, unchanged 0, refused 1, repeated 0", counts(i))
	w.accept(w.lawyer, i, true)
	again = w.send(w.lawyer, intake.Systems, "s.csv", systems)
	require.Equal(t, "ready: added 0, changed 0, unchanged 3, refused 1, repeated 0", counts(again))
	// One name at two vendors: a usage must say which.
	u := w.send(w.contact, intake.Usages, "u.csv", "System;Fra\nA-plan;1.1.2024\n")
	require.Equal(t, "import.row_ambiguous_system", w.lines(w.contact, u, intake.Refused)[0].Flaws[0].Code)
	require.Contains(t, w.lines(w.contact, u, intake.Refused)[0].Flaws[0].Detail, "Fjord Systemer ApS")
}

func TestVendorsAndSystemsChangedMeanwhileStand(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	v := w.vendor("Nordlys Data A/S", "12345674")
	a := w.System(v, "A-plan")
	for kind, c := range map[intake.Kind]struct {
		table, file, says string
		id                int32
	}{
		intake.Vendors: {"vendor", "Navn;CVR;By\nNordlys Data A/S;12345674;Aalborg\n", "city", v},
		intake.Systems: {"it_system", "System;Systemnr.;Leverandørens CVR\nA-plan 2;" + fmt.Sprint(storagetest.One[int32](w.Env, "select number from it_system where id = $1", a)) + ";12345674\n", "name", a},
	} {
		i := w.send(w.lawyer, kind, "x.csv", c.file)
		require.Equal(t, "ready: added 0, changed 1, unchanged 0, refused 0, repeated 0", counts(i), c.table)
		was := storagetest.One[string](w.Env, "select "+c.says+" from "+c.table+" where id = $1", c.id)
		w.Exec("update "+c.table+" set version = version + 1 where id = $1", c.id)
		_, err := w.s.Accept(t.Context(), w.lawyer, i.ID, i.Version, intake.Consent{})
		require.ErrorIs(t, err, intake.ErrChangedSince, c.table)
		require.Equal(t, was, storagetest.One[string](w.Env, "select "+c.says+" from "+c.table+" where id = $1", c.id))
		i = w.send(w.lawyer, kind, "x.csv", c.file)
		w.accept(w.lawyer, i, false)
		require.Equal(t, 3, storagetest.One[int](w.Env, "select version from "+c.table+" where id = $1", c.id), "who read it before must read it again")
	}
	require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*)::int from audit_event e join it_system s on s.number::text = e.record_id where e.record = 'system' and e.action = 'import.apply'"),
		"the system's own history tells of the list")
}

func TestAListNamesASystemByTheKitosUUIDOfOneMergedIntoIt(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	v := w.vendor("Nordlys Data A/S", "12345674")
	stands, gone := w.System(v, "A-plan"), w.System(v, "A-plan (gammel)")
	const kitos = "7d2b54b0-4bd5-4b27-9e05-6c6a52a38a01"
	w.Exec("update it_system set kitos_uuid = $2 where id = $1", gone, kitos)
	number := func(id int32) int32 {
		return storagetest.One[int32](w.Env, "select number from it_system where id = $1", id)
	}
	uuidOf := func(id int32) string {
		return storagetest.One[string](w.Env, "select coalesce(kitos_uuid::text, '') from it_system where id = $1", id)
	}
	d := duplicate.New(w.Store)
	p, err := d.Compare(t.Context(), w.lawyer, duplicate.System, number(stands), number(gone))
	require.NoError(t, err)
	m, err := d.Merge(t.Context(), w.lawyer, duplicate.System, number(stands), number(gone), nil, "samme", p.Version)
	require.NoError(t, err)

	file := "System;Leverandørens CVR;KITOS-uuid\nA-plan;12345674;" + kitos + "\n"
	w.accept(w.lawyer, w.send(w.lawyer, intake.Systems, "s.csv", file), false)
	require.Equal(t, []string{kitos, ""}, []string{uuidOf(stands), uuidOf(gone)})
	again := w.send(w.lawyer, intake.Systems, "s.csv", file)
	require.Equal(t, "ready: added 0, changed 0, unchanged 1, refused 0, repeated 0", counts(again))
	// Its inner uuid names the one that stands too, and is no KITOS uuid.
	inner := strings.Replace(file, kitos, storagetest.One[string](w.Env, "select uuid::text from it_system where id = $1", gone), 1)
	require.Equal(t, "ready: added 0, changed 0, unchanged 1, refused 0, repeated 0", counts(w.send(w.lawyer, intake.Systems, "s.csv", inner)))

	_, err = d.Undo(t.Context(), w.lawyer, m.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"", kitos}, []string{uuidOf(stands), uuidOf(gone)}, "each has its own again")
}

// Whoever an organisation has chosen answers for what a list brings, whichever side it
// comes from; what is there keeps whom it has.
func TestImportedUsagesHaveTheOrganisationsResponsible(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	v := w.vendor("Nordlys Data A/S", "12345674")
	w.System(v, "A-plan")
	w.System(v, "B-plan")
	there := w.Usage(w.viborg, w.System(v, "C-plan"))
	person := w.User("Ove Olsen")
	w.Exec("insert into organisation_setting (organisation_id, default_responsible) values ($1, $2)", w.viborg, person)
	w.accept(w.contact, w.send(w.contact, intake.Usages, "u.csv", "System;Fra;Sagsnr.\nA-plan;1.1.2024;\nC-plan;;24/1\n"), false)
	w.accept(w.lawyer, w.send(w.lawyer, intake.Usages, "u.csv", "CVR;System;Fra\n29189846;B-plan;1.1.2024\n29189668;B-plan;1.1.2024\n"), false)
	require.Equal(t, 2, storagetest.One[int](w.Env, "select count(*) from usage where responsible_user_id = $1 and organisation_id = $2 and id <> $3", person, w.viborg, there))
	require.Equal(t, 2, storagetest.One[int](w.Env, "select count(*) from usage where responsible_user_id is null"))
	require.Equal(t, 2, storagetest.One[int](w.Env, "select count(*) from audit_value where value::jsonb -> 'after' ->> 'responsible_user_id' = $1::text", fmt.Sprint(person)), "the trail tells of it")
}

// A list that gives a system the KITOS uuid of another is refused there, and the two are
// suspected to be one.
func TestAListClaimsAKitosUUID(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	v := w.vendor("Nordlys Data A/S", "12345674")
	bears, claims := w.System(v, "Omsorg"), w.System(v, "A-plan")
	const kitos = "7d2b54b0-4bd5-4b27-9e05-6c6a52a38a01"
	w.Exec("update it_system set kitos_uuid = $2 where id = $1", bears, kitos)
	number := storagetest.One[int32](w.Env, "select number from it_system where id = $1", claims)
	d := duplicate.New(w.Store)
	for name, file := range map[string]string{
		"by its name":   "System;Leverandørens CVR;KITOS-uuid\nA-plan;12345674;" + kitos + "\n",
		"by its number": fmt.Sprintf("System;Systemnr.;Leverandørens CVR;KITOS-uuid\nA-plan;%d;;%s\n", number, kitos),
	} {
		t.Run(name, func(t *testing.T) {
			w.Exec("delete from kitos_claim")
			i := w.send(w.lawyer, intake.Systems, "s.csv", file)
			require.Equal(t, "ready: added 0, changed 0, unchanged 0, refused 1, repeated 0", counts(i))
			require.Equal(t, "import.row_taken", w.lines(w.lawyer, i, intake.Refused)[0].Flaws[0].Code)
			require.NoError(t, d.Find(t.Context(), w.lawyer))
			all, _, err := d.List(t.Context(), w.lawyer, duplicate.Filter{Kind: duplicate.System}, storage.Page{})
			require.NoError(t, err)
			require.Len(t, all, 1)
			require.Equal(t, []any{"Omsorg", "A-plan", []string{"kitos"}}, []any{all[0].FirstName, all[0].SecondName, all[0].Why})
		})
	}
	renamed := w.send(w.lawyer, intake.Systems, "s.csv", "System;Leverandørens CVR;KITOS-uuid\nOmsorg Plus;12345674;"+kitos+"\n")
	require.Equal(t, "ready: added 0, changed 1, unchanged 0, refused 0, repeated 0", counts(renamed), "a name that nobody bears is a new name")
}

// What a list brings in can be saved in the vendor's form afterwards.
// A number of another country says where it belongs, and what has no column says so.
func TestForeignNumbersAreSentToTheirColumn(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	flaws := func(k intake.Kind, body string) []string {
		got := []string{}
		for _, l := range w.lines(w.lawyer, w.send(w.lawyer, k, "v.csv", body), intake.Refused) {
			for _, f := range l.Flaws {
				got = append(got, fmt.Sprintf("%d %s %s %s", l.Line, f.Field, strings.TrimPrefix(f.Code, "import.row_"), f.Detail))
			}
		}
		return got
	}
	require.Equal(t, []string{
		"2 cvr cvr_foreign SE556677-8899", "3 cvr cvr_foreign HRB 12", "4 cvr cvr 12345675", "5 foreign_number foreign_number SE", "6 cvr required ",
	}, flaws(intake.Vendors, "Navn;CVR;Land\nMoln AB;SE556677-8899;SE\nBerg GmbH;HRB 12;\nForkert ApS;12345675;\nSky AB;;SE\nUden;;\n"))
	require.Equal(t, []string{"2 cvr no_column ", "3 country no_column "},
		flaws(intake.Vendors, "Navn;Udenlandsk nr.\nUden ApS;\nMoln AB;556677\n"))
	require.Equal(t, []string{"2 vendor_cvr cvr_abroad SE556677-8899"},
		flaws(intake.Systems, "System;Leverandørens CVR\nSky;SE556677-8899\n"))
}

func TestImportedVendorsAreWhole(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	i := w.send(w.lawyer, intake.Vendors, "v.csv", "Navn;CVR;Land;Udenlandsk nr.\n"+
		"Moor Ltd;;UK;07 123\nOslo AS;;norge;987\nBerg GmbH;;Tyskland;\nIngen Inc;;XX;1\nEt sted;;EU;1\nFjord ApS;87654338;DK;FR 1\n")
	w.Exec("insert into organisation (kind, name, cvr) values ('joint_company', 'Fjord I/S', '87654338')")
	require.Equal(t, "ready: added 3, changed 0, unchanged 0, refused 3, repeated 0", counts(i))
	got := []string{}
	for _, l := range w.lines(w.lawyer, i, intake.Refused) {
		got = append(got, fmt.Sprintf("%d %s %s", l.Line, l.Flaws[0].Field, strings.TrimPrefix(l.Flaws[0].Code, "import.row_")))
	}
	require.Equal(t, []string{"4 foreign_number foreign_number", "5 country country", "6 country country"}, got)
	w.accept(w.lawyer, i, true)
	kept, _, err := vendor.New(w.Store).List(t.Context(), w.lawyer, vendor.Filter{}, storage.Page{Limit: 10, Sort: "name"})
	require.NoError(t, err)
	require.Len(t, kept, 3)
	for _, v := range kept {
		p := vendor.Particulars{Name: v.Name, Country: v.Country}
		if v.CVR != nil {
			p.CVR = *v.CVR
		}
		if v.ForeignNumber != nil {
			p.ForeignNumber = *v.ForeignNumber
		}
		clean, err := p.Clean()
		require.NoError(t, err, v.Name)
		require.Equal(t, p, clean)
	}
	require.Equal(t, "GB", storagetest.One[string](w.Env, "select country from vendor where name = 'Moor Ltd'"))
	require.Equal(t, "Fjord ApS", storagetest.One[string](w.Env, "select v.name from vendor v join organisation o on o.id = v.organisation_id"), "a joint company is the member that it is")
}
