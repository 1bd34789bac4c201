package agreement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/fault"
	"klausul/server/storage/storagetest"
)

func TestSubprocessorsAreTakenFromTheChainOfToday(t *testing.T) {
	w := setup(t)
	d, err := w.agreements.Create(t.Context(), w.lawyer, w.vendor, w.systems[:1], w.template, "")
	require.NoError(t, err)
	behind := func(name, service string, system any, from, to string) int32 {
		id := w.Vendor(name)
		w.Exec(`insert into subprocessor (vendor_id, processor_id, system_id, service, from_date, to_date, created_at)
			select v.id, $2, (select id from it_system where number = $3), $4, $5::text::date, nullif($6::text, '')::date, now() from vendor v where v.number = $1`, w.vendor, id, system, service, from, to)
		return id
	}
	hosting := behind("Øst Hosting A/S", "Drift", nil, "2020-01-01", "")
	w.Exec("update vendor set cvr = '12345674', street = 'Kajen 1', postal_code = '8000', city = 'Aarhus C' where id = $1", hosting)
	w.Exec(`insert into subprocessor (vendor_id, processor_id, system_id, service, from_date, created_at)
		select v.id, $2, (select id from it_system where number = $3), 'Backup', '2020-01-01', now() from vendor v where v.number = $1`, w.vendor, hosting, w.systems[0])
	behind("Anden Support", "Support", w.systems[0], "2020-01-01", "")
	behind("Bag det andet system", "Drift", w.systems[1], "2020-01-01", "")
	behind("Forbi", "Drift", nil, "2020-01-01", "2021-01-01")
	behind("Endnu ikke", "Drift", nil, w.Day(30), "")

	rows, err := w.agreements.Subprocessors(t.Context(), w.lawyer, d.ID)
	require.NoError(t, err)
	country := storagetest.One[string](w.Env, "select country from vendor where name = 'Anden Support'")
	number := storagetest.One[string](w.Env, "select coalesce(cvr, foreign_number, '') from vendor where name = 'Anden Support'")
	support := agreement.Listed{"name": "Anden Support", "country": country, "purpose": "Support"}
	if number != "" {
		support["number"] = number
	}
	require.Equal(t, []agreement.Listed{support,
		{"name": "Øst Hosting A/S", "number": "12345674", "address": "Kajen 1, 8000 Aarhus C", "country": "DK", "purpose": "Backup; Drift"}}, rows)

	_, err = w.agreements.Subprocessors(t.Context(), w.Scope(access.ContactPerson, w.viborg), d.ID)
	require.ErrorIs(t, err, fault.ErrNotFound, "a draft is nobody else's")
}
