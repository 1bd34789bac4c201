package system

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/fault"
)

func on(text string) *time.Time {
	if text == "" {
		return nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return &t
}

func period(id int64, vendor int32, from, to string) Period {
	return Period{ID: id, Vendor: vendor, From: on(from), To: on(to)}
}

func TestMoved(t *testing.T) {
	t.Parallel()
	today := *on("2026-11-26")
	one := []Period{period(1, 10, "", "")}
	three := []Period{period(1, 10, "", "2019-12-31"), period(2, 20, "2020-01-01", "2022-12-31"), period(3, 30, "2023-01-01", "")}
	for name, c := range map[string]struct {
		had  []Period
		to   int32
		from string
		want []Period
		err  error
	}{
		"in the past":                          {one, 20, "2024-03-01", []Period{period(1, 10, "", "2024-02-29"), period(0, 20, "2024-03-01", "")}, nil},
		"to come":                              {one, 20, "2027-01-01", []Period{period(1, 10, "", "2026-12-31"), period(0, 20, "2027-01-01", "")}, nil},
		"between two: the later one stays":     {three, 40, "2021-06-01", []Period{three[0], period(2, 20, "2020-01-01", "2021-05-31"), period(0, 40, "2021-06-01", "2022-12-31"), three[2]}, nil},
		"a whole period is corrected":          {three, 40, "2020-01-01", []Period{three[0], period(0, 40, "2020-01-01", "2022-12-31"), three[2]}, nil},
		"to the one that follows, earlier":     {three, 30, "2021-06-01", []Period{three[0], period(2, 20, "2020-01-01", "2021-05-31"), period(3, 30, "2021-06-01", "")}, nil},
		"back to the one before":               {three, 10, "2020-01-01", []Period{period(1, 10, "", "2022-12-31"), three[2]}, nil},
		"to the one on both sides":             {[]Period{three[0], three[1], period(3, 10, "2023-01-01", "")}, 10, "2020-01-01", []Period{period(1, 10, "", "")}, nil},
		"to the one that delivers on that day": {three, 20, "2021-01-01", nil, ErrSameVendor},
		"long ago":                             {one, 20, "1969-12-31", nil, ErrMoveDate},
		"far ahead":                            {one, 20, "2031-11-27", nil, ErrMoveDate},
	} {
		got, err := Moved(c.had, period(0, c.to, "", ""), *on(c.from), today)
		require.ErrorIs(t, err, c.err, name)
		require.Equal(t, c.want, got, name)
	}
}

func TestCleanProfile(t *testing.T) {
	t.Parallel()
	n := 10
	c, err := Change{Name: "  Åhavn   Omsorg ", KLE: []string{"27.00", "00.01", "27.00"}, Profile: Profile{DataKinds: []string{"cpr", "cpr", "a"}, Persons: "all_citizens", PersonsCount: &n}}.Clean()
	require.NoError(t, err)
	require.Equal(t, "Åhavn Omsorg", c.Name)
	require.Equal(t, []string{"a", "cpr"}, c.DataKinds)
	require.Equal(t, []string{"00.01", "27.00"}, c.KLE)
	require.Equal(t, "to_10", c.Persons, "the number says which bucket")
	for _, name := range []string{"", " \n", strings.Repeat("æ", 201)} {
		_, err := Change{Name: name}.Clean()
		require.ErrorIs(t, err, ErrName)
	}
	for n, want := range map[int]string{0: "none", 1: "to_10", 11: "to_100", 100: "to_100", 1000: "to_1000", 10000: "to_10000", 10001: "over_10000"} {
		require.Equal(t, want, Bucket(n), n)
	}
}

func TestScreeningAndProfileAgree(t *testing.T) {
	t.Parallel()
	with := Profile{DataKinds: []string{"ordinary"}}
	for name, c := range map[string]struct {
		p      Profile
		o      Outcome
		reason string
		err    error
	}{
		"screened out":                 {Profile{}, NoData, "Kun maskindata", nil},
		"holds data":                   {with, HoldsData, "Borgere", nil},
		"screened out while described": {with, NoData, "Kun maskindata", ErrHasData},
		"no reason":                    {Profile{}, NoData, " ", ErrReason},
	} {
		_, err := Screen(c.p, c.o, c.reason)
		require.ErrorIs(t, err, c.err, name)
	}
	require.ErrorIs(t, agrees(with, []Screening{{Outcome: NoData}, {Outcome: HoldsData}}), ErrScreenedOut)
	require.NoError(t, agrees(with, []Screening{{Outcome: HoldsData}, {Outcome: NoData}}), "the newest counts")
	require.NoError(t, agrees(Profile{}, []Screening{{Outcome: NoData}}))
}

const plan = `<?xml version="1.0" encoding="UTF-8"?>
<KLE-Emneplan><UdgivelsesDato>2025-05-01</UdgivelsesDato>
<Hovedgruppe><HovedgruppeNr>00</HovedgruppeNr><HovedgruppeTitel>Kommunens styrelse</HovedgruppeTitel>
 <HovedgruppeVejledning><VejledningTekst><p>Om <ul><li>Emne &amp; mere</li></ul></p></VejledningTekst></HovedgruppeVejledning>
 <HovedgruppeStikord><Orden>1</Orden><Tekst>UUID</Tekst></HovedgruppeStikord>
 <UUID>4eba8818-da19-4e37-b3e1-b9b6be2f2f13</UUID>
 <Gruppe><GruppeNr>00.01</GruppeNr><GruppeTitel>Kommunens styrelse</GruppeTitel>
  <Emne><EmneNr>00.01.10</EmneNr><EmneTitel>Opgaver der dækker
      flere hovedgrupper</EmneTitel><EmneAdministrativInfo><OprettetDato>2011-05-01</OprettetDato></EmneAdministrativInfo>
   <BevaringJaevnfoerArkivloven>B</BevaringJaevnfoerArkivloven><SletningJaevnfoerPersondataloven>P1825D</SletningJaevnfoerPersondataloven></Emne>
 </Gruppe>
</Hovedgruppe></KLE-Emneplan>`

func TestReadKLE(t *testing.T) {
	t.Parallel()
	p, err := ReadKLE(strings.NewReader(plan))
	require.NoError(t, err)
	require.Equal(t, *on("2025-05-01"), p.Issued)
	require.Len(t, p.Items, 3)
	require.Equal(t, KLE{Number: "00.01.10", Title: "Opgaver der dækker flere hovedgrupper", Keeping: "B", Deletion: "P1825D"}, p.Items[0])
	require.Equal(t, "00 Kommunens styrelse", p.Items[2].String())
	require.Equal(t, "4eba8818-da19-4e37-b3e1-b9b6be2f2f13", p.Items[2].UUID.String())

	emne := "<Emne><EmneNr>00.01.10</EmneNr><EmneTitel>To</EmneTitel></Emne></Gruppe>"
	for why, text := range map[string]string{
		"root":    "<html/>",
		"doctype": strings.Replace(plan, "<KLE-Emneplan>", `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><KLE-Emneplan>`, 1),
		"xml":     strings.Replace(plan, "Kommunens styrelse</Hoved", "Kommunens &styrelse;</Hoved", 1),
		"depth":   strings.Replace(plan, "<p>Om", strings.Repeat("<a>", 50)+"<p>Om", 1),
		"number":  strings.Replace(plan, "00.01.10", "00.01.10; drop", 1),
		"title":   strings.Replace(plan, "Opgaver der", strings.Repeat("x", 600), 1),
		"twice":   strings.Replace(plan, "</Gruppe>", emne, 1),
		"uuid":    strings.Replace(plan, "4eba8818", "zzz", 1),
		"date":    strings.Replace(plan, "2025-05-01</Udg", "i maj</Udg", 1),
		"empty":   `<KLE-Emneplan><UdgivelsesDato>2025-05-01</UdgivelsesDato></KLE-Emneplan>`,
	} {
		_, err := ReadKLE(strings.NewReader(text))
		require.ErrorIs(t, err, ErrKLEFile, why)
		refusal, _ := fault.Of(err)
		require.Equal(t, why, refusal.Detail["why"], why)
	}
	_, err = ReadKLE(strings.NewReader(plan[:400]))
	require.ErrorIs(t, err, ErrKLEFile, "half a file")
	_, err = ReadKLE(&endless{})
	require.ErrorIs(t, err, fault.ErrTooLarge)
	gone := errors.New("the line is dead")
	_, err = ReadKLE(&endless{err: gone, after: 100})
	require.ErrorIs(t, err, gone)
}

// endless sends spaces for ever, or until it fails.
type endless struct {
	err   error
	n     int
	after int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.err != nil && e.n > e.after {
		return 0, e.err
	}
	for i := range p {
		p[i] = ' '
	}
	e.n += len(p)
	return len(p), nil
}

func FuzzReadKLE(f *testing.F) {
	f.Add(plan)
	f.Add("<KLE-Emneplan><Emne><UUID></UUID></Emne>")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ReadKLE(strings.NewReader(text))
		if err == nil && len(p.Items) == 0 {
			t.Error("a plan without numbers was taken in")
		}
		for _, k := range p.Items {
			if !kleNumber.MatchString(k.Number) || k.Title == "" {
				t.Errorf("%q was taken in", k)
			}
		}
	})
}
