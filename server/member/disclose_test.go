package member_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/member"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
	"klausul/server/vendor"
)

func TestDisclose(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	h.Grant(h.owner, access.DPO, h.randers)
	h.Exec("update organisation set mail = 'OVE.ejer@example.dk' where id = $1", h.viborg)
	i, err := h.users.Invite(ctx, h.contact, "Nina Ny", "nina@example.dk", access.DPO, h.viborg)
	require.NoError(t, err)

	held := func(by access.Scope, user int64) map[string]int {
		t.Helper()
		d, err := h.users.Disclose(ctx, by, user)
		require.NoError(t, err)
		rows := map[string]int{}
		for _, p := range d.Places {
			rows[p.Table+"."+p.Field] = len(p.Rows)
		}
		raw, err := json.Marshal(d)
		require.NoError(t, err)
		require.NotContains(t, string(raw), "_hash")
		return rows
	}
	all := held(h.admin, h.owner)
	require.Equal(t, 2, all["role_grant.user_id"])
	require.Equal(t, 1, all["session.user_id"])
	require.Equal(t, 1, all["usage.owner_user_id"])
	require.Equal(t, 1, all["organisation_setting.default_responsible"])
	require.Equal(t, 1, all["organisation.mail"], "capital letters or not")
	require.Contains(t, all, "own_agreement.created_by", "a place where nothing was found is named")
	own := held(h.contact, h.owner)
	require.Equal(t, 1, own["role_grant.user_id"], "what Randers holds is Randers'")
	require.Equal(t, 1, own["usage.owner_user_id"])
	require.Equal(t, 0, held(h.neighbour, h.owner)["usage.owner_user_id"])
	invited := held(h.admin, i.User)
	require.Equal(t, 1, invited["audit_value.value"], "the value of the invitation")
	require.Equal(t, 1, invited["invitation.user_id"])

	_, err = h.users.Disclose(ctx, h.contact, h.stranger)
	require.ErrorIs(t, err, fault.ErrNotFound)
	_, err = h.users.Disclose(ctx, h.Scope(access.Lawyer, 0), h.owner)
	require.ErrorIs(t, err, fault.ErrNotFound, "past the guard")
	require.Equal(t, 4, storagetest.One[int](h.Env, "select count(*) from audit_event where action = 'person.disclose'"), "that it was made is kept")
}

// Who is no user is found by the address in every text, and by the name where only that stands.
func TestDiscloseAny(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	const mail, name = "ann.friis@kmd.example", "Ann Friis"
	vendor := h.Vendor("NNIT A/S")
	contact := func(name, email, phone string) {
		h.Exec("insert into vendor_contact (vendor_id, role, name, email, phone) values ($1, 'breach', $2, $3, $4)", vendor, name, email, phone)
	}
	contact(name, "Ann.Friis@KMD.example", "11111111")
	contact(name, "ann.friis@andet.example", "22222222")     // another of the same name
	contact("Joann", "joann.friis@kmd.example", "33333333")  // an address that ends alike
	contact("Lang", "ann.friis@kmd.example.com", "44444444") // and one that begins alike
	contact("Bo Bagved", "bo@kmd.example", "55555555")       // a colleague
	h.Exec("update organisation set mail = $2 where id = $1", h.randers, mail)
	h.Exec("update usage set local_owner = 'ann friis, lokal 12', not_needed_reason = 'Spørg Bo Bagved', not_needed_at = now() where id = $1", h.usage)
	h.Exec("update usage set local_owner = 'Ann Friisberg' where id = $1", h.responsible)
	h.Exec("insert into subprocessor (vendor_id, processor_id, from_date, service) values ($1, $2, '2024-01-01', E'Drift\n<ann.friis@kmd.example>')", vendor, h.Vendor("Under A/S"))
	imported := storagetest.One[int64](h.Env, `insert into import (organisation_id, kind, state, file_name, size, staging_key, created_by)
		values ($1, 'usages', 'ready', 'Ann Friis.csv', 1, '', $2) returning id`, h.viborg, h.heir)
	h.Exec(`insert into import_row (import_id, line, organisation_id, cells) values ($1, 2, $2, '["Bo Bagved", "mail:\nann.friis@kmd.example"]')`, imported, h.viborg)
	h.Exec("insert into audit_value (id, value, salt) values ('00000000-0000-0000-0000-000000000001', $1, 'x')", `{"after":{"service":"\u003cann.friis@kmd.example\u003e"}}`)
	h.Exec("insert into audit_event (role, action, record, record_id, value_id) values ('lawyer', 'subprocessor.add', 'subprocessor', '1', '00000000-0000-0000-0000-000000000001')")

	held := func(email, name string) (map[string]int, string) {
		t.Helper()
		d, err := h.users.DiscloseAny(ctx, h.admin, email, name)
		require.NoError(t, err)
		rows, text := map[string]int{}, ""
		for _, p := range d.Places {
			require.NotEqual(t, p.Table+"."+p.Field, p.Word, "a table with text has a word in texts (server/member/holdings.go)")
			if len(p.Rows) > 0 {
				rows[p.Table+"."+p.Field] = len(p.Rows)
			}
			for _, r := range p.Rows {
				text += string(r) + "\n"
			}
		}
		return rows, text
	}
	got, text := held("ANN.friis@kmd.example", "")
	require.Equal(t, map[string]int{"vendor_contact.email": 1, "organisation.mail": 1, "subprocessor.service": 1, "import_row.cells": 1, "audit_value.value": 1}, got)
	require.Contains(t, text, "11111111", "a contact whole")
	got, named := held(" "+mail, " Ann  Friis ")
	require.Equal(t, map[string]int{"vendor_contact.email": 1, "vendor_contact.name": 1, "organisation.mail": 1, "subprocessor.service": 1,
		"import_row.cells": 1, "import.file_name": 1, "audit_value.value": 1, "usage.local_owner": 1}, got)
	require.Contains(t, named, `"found_by": "name"`)
	for _, other := range []string{"andet", "22222222", "33333333", "44444444", "Friisberg", "Bagved", "Ove", "_hash"} {
		require.NotContains(t, text+named, other, "nothing of anybody else")
	}
	got, _ = held("ukendt@example.dk", "Ukendt Person")
	require.Empty(t, got)

	h.Exec("update app_user set email = 'ove@example.dk' where id = $1", h.owner)
	got, _ = held("ove@example.dk", "")
	require.Equal(t, 1, got["usage.owner_user_id"], "a user's file holds what the number leads to as well")
	require.Equal(t, 1, got["app_user.email"])

	_, err := h.users.DiscloseAny(ctx, h.admin, mail, "Ann")
	require.ErrorIs(t, err, member.ErrNamePart)
	for _, by := range []access.Scope{h.Scope(access.Lawyer, 0), h.Scope(access.Supervisor, 0)} {
		_, err = h.users.DiscloseAny(ctx, by, mail, "")
		require.ErrorIs(t, err, fault.ErrNotFound, "past the guard")
	}
	_, err = h.users.DiscloseAny(ctx, h.contact, mail, "")
	require.Error(t, err, "past the guard a contact person finds the function closed")
	require.Equal(t, 4, storagetest.One[int](h.Env, "select count(*) from audit_event where action = 'person.disclose_any'"), "that it was made is kept")
	require.Equal(t, 0, storagetest.One[int](h.Env, "select count(*) from audit_event e join audit_value v on v.id = e.value_id where e.action = 'person.disclose_any' and (v.value ~* 'ann|ove|@')"),
		"but not of whom")
}

func TestAnonymise(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	i, err := h.users.Invite(ctx, h.contact, "Nina Ny", "nina@example.dk", access.DPO, h.viborg)
	require.NoError(t, err)
	_, err = h.users.Leave(ctx, h.contact, i.User, nil)
	require.NoError(t, err)
	_, err = h.users.Leave(ctx, h.contact, h.owner, map[int32]int64{h.viborg: h.heir})
	require.NoError(t, err)
	h.Exec("update app_user set left_at = now() - interval '13 months' where id = $1", i.User)
	require.NoError(t, h.users.Anonymise(ctx))
	require.NoError(t, h.users.Anonymise(ctx), "twice does nothing more")

	p, err := h.users.Get(ctx, h.contact, i.User)
	require.NoError(t, err)
	require.NotNil(t, p.Anonymised)
	require.NotContains(t, p.Name, "Nina")
	require.Empty(t, p.Email)
	require.Equal(t, "Ove Ejer", storagetest.One[string](h.Env, "select name from app_user where id = $1", h.owner), "the rule's time is not up")
	require.Equal(t, 0, storagetest.One[int](h.Env, "select count(*) from audit_value where value like '%Nina%' or value like '%nina@%'"))
	log, _, err := h.users.Erasures(ctx, h.admin, storage.Page{})
	require.NoError(t, err)
	require.Len(t, log, 1)
	require.Equal(t, i.User, *log[0].User)
	require.Equal(t, "person.anonymise", log[0].Rule)
	rules, err := h.users.Rules(ctx, h.admin)
	require.NoError(t, err)
	require.Len(t, rules, 5)

	// The chain holds without the values.
	_, err = h.Store.Seal(ctx, access.System("audit.seal"))
	require.NoError(t, err)
	r, err := storage.VerifyAudit(ctx, h.AdminURL)
	require.NoError(t, err)
	require.Empty(t, r.Faults)
}

// Whose address or name only is a part of another's loses nothing, and is in nobody else's file.
func TestAnAddressIsWhole(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	invite := func(name, email string) int64 {
		i, err := h.users.Invite(ctx, h.contact, name, email, access.DPO, h.viborg)
		require.NoError(t, err)
		return i.User
	}
	anne, hanne := invite("Anne Holm", "anne@viborg.dk"), invite("Anne Holmgaard", "hanne@viborg.dk")
	values := func(user int64) (text string) {
		d, err := h.users.Disclose(ctx, h.admin, user)
		require.NoError(t, err)
		for _, p := range d.Places {
			if p.Table == "audit_value" {
				for _, r := range p.Rows {
					text += string(r)
				}
			}
		}
		return text
	}
	text := values(anne)
	require.Contains(t, text, "Anne Holm")
	require.NotContains(t, text, "hanne@")
	require.NotContains(t, text, "Holmgaard")

	_, err := h.users.Leave(ctx, h.contact, anne, nil)
	require.NoError(t, err)
	h.Exec("update app_user set left_at = now() - interval '13 months' where id = $1", anne)
	require.NoError(t, h.users.Anonymise(ctx))
	require.Contains(t, values(hanne), "hanne@viborg.dk")
	require.Zero(t, storagetest.One[int](h.Env, `select count(*) from audit_value where value ~ '"anne@viborg.dk'`))
}

// A vendor's contact that was removed long ago leaves the trail, with all that it was
// called before; one that stands, or was removed lately, stays.
func TestEraseContacts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, vendors, lawyer := t.Context(), vendor.New(h.Store), h.Scope(access.Lawyer, 0)
	n := storagetest.One[int32](h.Env, "select number from vendor where id = $1", h.Vendor("Åhavn A/S"))
	add := func(name, email string) vendor.Contact {
		c, err := vendors.AddContact(ctx, lawyer, n, vendor.Contact{Role: "breach", Name: name, Email: email, Phone: "12345678"})
		require.NoError(t, err)
		return c
	}
	gone, late, stands := add("Bo Bort", "bo@aahavn.dk"), add("Lis Sent", "lis@aahavn.dk"), add("Bo Bort", "stadig@aahavn.dk")
	_, err := vendors.ChangeContact(ctx, lawyer, n, gone.ID, 1, vendor.Contact{Role: "breach", Name: "Bo Bortgift", Email: "bo@aahavn.dk"})
	require.NoError(t, err)
	require.NoError(t, vendors.RemoveContact(ctx, lawyer, n, gone.ID, 2))
	require.NoError(t, vendors.RemoveContact(ctx, lawyer, n, late.ID, 1))
	require.NoError(t, h.users.EraseContacts(ctx))
	values := func(email string) int {
		return storagetest.One[int](h.Env, "select count(*) from audit_value where value like '%' || $1 || '%'", email)
	}
	require.Equal(t, 3, values("bo@aahavn.dk"), "the rule's time is not up")
	h.Exec("alter table audit_event disable trigger all")
	h.Exec("update audit_event e set at = now() - interval '13 months' from audit_value v where v.id = e.value_id and v.value like '%bo@aahavn.dk%'")
	h.Exec("alter table audit_event enable trigger all")
	require.NoError(t, h.users.EraseContacts(ctx))
	require.NoError(t, h.users.EraseContacts(ctx), "twice does nothing more")
	require.Equal(t, []int{0, 2, 1}, []int{values("bo@aahavn.dk"), values("lis@aahavn.dk"), values("stadig@aahavn.dk")})
	require.Equal(t, stands.Email, storagetest.One[string](h.Env, "select string_agg(email, ',') from vendor_contact"))
	log, _, err := h.users.Erasures(ctx, h.admin, storage.Page{})
	require.NoError(t, err)
	require.Len(t, log, 1)
	require.Equal(t, []any{"contact.erase", "contact", 3}, []any{log[0].Rule, log[0].What, log[0].Entries})
	require.Nil(t, log[0].User)
	require.Equal(t, 1, storagetest.One[int](h.Env, "select count(*) from audit_event where action = 'contact.erase' and record = 'vendor'"))
}

// A new table that names a person, or holds a mail, is thought about: say in places
// (holdings.go) what it is, and in user_leave() whether it moves when the person leaves.
func TestEveryPlaceThatNamesAPersonHasAWord(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d, err := h.users.Disclose(t.Context(), h.admin, h.owner)
	require.NoError(t, err)
	require.Greater(t, len(d.Places), 20)
	for _, p := range d.Places {
		if p.Word == p.Table+"."+p.Field {
			t.Errorf("%s names a person: give it a word in places (server/member/holdings.go), and say in user_leave() whether it moves when the person leaves", p.Word)
		}
	}
}
