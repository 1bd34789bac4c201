package member_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/member"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

var good = member.Address{Street: "Prinsens Alle 5", PostalCode: "8800", City: "Viborg"}

func TestAddressClean(t *testing.T) {
	for name, c := range map[string]struct {
		in      member.Address
		pointer string
	}{
		"complete":                 {good, ""},
		"abroad has other codes":   {member.Address{Street: "Gata 1", PostalCode: "SE-211 20", City: "Malmö", Country: "se"}, ""},
		"refused: no street":       {member.Address{PostalCode: "8800", City: "Viborg"}, "/address/street"},
		"refused: blanks":          {member.Address{Street: " ", PostalCode: "8800", City: "Viborg"}, "/address/street"},
		"refused: three digits":    {member.Address{Street: "A 1", PostalCode: "880", City: "Viborg"}, "/address/postalCode"},
		"refused: letters":         {member.Address{Street: "A 1", PostalCode: "88OO", City: "Viborg"}, "/address/postalCode"},
		"refused: below the first": {member.Address{Street: "A 1", PostalCode: "0100", City: "Viborg"}, "/address/postalCode"},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := c.in.Clean()
			if c.pointer == "" {
				require.NoError(t, err)
				require.True(t, a.Complete())
				return
			}
			require.ErrorIs(t, err, member.ErrAddress)
			f, _ := fault.Of(err)
			require.Equal(t, c.pointer, f.Fields[0].Pointer)
		})
	}
}

func TestChangeAddress(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	s := member.New(e.Store)
	viborg, randers := e.Member("Viborg Kommune"), e.Member("Randers Kommune")
	contact, neighbour := e.Scope(access.ContactPerson, viborg), e.Scope(access.ContactPerson, randers)
	ctx := t.Context()

	changed, err := s.ChangeAddress(ctx, contact, viborg, 1, good)
	require.NoError(t, err)
	require.Equal(t, "Prinsens Alle 5, 8800 Viborg", changed.Address().Line())
	require.Equal(t, 2, changed.Version)

	t.Run("refused on an old version, telling who and what", func(t *testing.T) {
		_, err := s.ChangeAddress(ctx, e.Scope(access.Lawyer, 0), viborg, 1, good)
		require.ErrorIs(t, err, fault.ErrStale)
		f, _ := fault.Of(err)
		require.Equal(t, contact.Actor().Name, f.Detail["changedBy"])
		require.Equal(t, []string{"address"}, f.Detail["changed"])
	})
	t.Run("the neighbour's does not exist", func(t *testing.T) {
		_, err := s.ChangeAddress(ctx, neighbour, viborg, 2, good)
		require.ErrorIs(t, err, fault.ErrNotFound)
		_, err = s.Get(ctx, neighbour, viborg)
		require.ErrorIs(t, err, fault.ErrNotFound)
	})
}

func TestList(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	s := member.New(e.Store)
	for _, name := range []string{"Aarhus Kommune", "Ærø Kommune", "Odense Kommune", "Ålborg Kommune", "Øst Kommune"} {
		e.Member(name)
	}
	left := e.Organisation("Fraflyttet I/S")
	e.Membership(left, e.Day(-400), e.Day(-1))
	e.Exec("update organisation set street = '' where id = $1", left)
	office := e.Scope(access.Lawyer, 0)

	names := func(f member.Filter, p storage.Page) (out []string, next string) {
		rows, next, err := s.List(t.Context(), office, f, p)
		require.NoError(t, err)
		for _, o := range rows {
			out = append(out, o.Name)
		}
		return out, next
	}
	yes, no := true, false
	all, _ := names(member.Filter{Active: &yes}, storage.Page{Sort: "name"})
	require.Equal(t, []string{"Odense Kommune", "Ærø Kommune", "Øst Kommune", "Ålborg Kommune", "Aarhus Kommune"}, all, "æ, ø, å last; aa is å")
	first, next := names(member.Filter{Active: &yes}, storage.Page{Sort: "name", Limit: 2})
	second, _ := names(member.Filter{Active: &yes}, storage.Page{Sort: "name", Limit: 2, Cursor: next})
	require.Equal(t, all[:4], append(first, second...))
	ended, _ := names(member.Filter{Active: &no}, storage.Page{Sort: "name"})
	require.Equal(t, []string{"Fraflyttet I/S"}, ended)
	found, _ := names(member.Filter{Text: "ærø"}, storage.Page{Sort: "name"})
	require.Equal(t, []string{"Ærø Kommune"}, found)
	literal, _ := names(member.Filter{Text: "%"}, storage.Page{Sort: "name"})
	require.Empty(t, literal, "what is typed is meant literally")
	n, err := s.Count(t.Context(), office, member.Filter{MissingAddress: &yes})
	require.NoError(t, err)
	require.GreaterOrEqual(t, n, 1)
}

func TestMembershipCovers(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	s := member.New(e.Store)
	o := e.Organisation("Skive Kommune")
	e.Membership(o, "2022-03-01", "2024-12-31")
	got, err := s.Get(t.Context(), e.Scope(access.Lawyer, 0), o)
	require.NoError(t, err)
	periods, err := got.Memberships()
	require.NoError(t, err)
	require.Len(t, periods, 1)
	require.True(t, periods[0].Covers(*periods[0].To), "the last day is a day of membership")
	require.False(t, periods[0].Covers(periods[0].To.AddDate(0, 0, 1)))
	require.False(t, periods[0].Covers(periods[0].From.AddDate(0, 0, -1)))
}
