-- +goose Up
-- A vendor's contact that was removed is kept by the audit trail alone, so that a removal
-- by mistake can be seen into: for so long.
alter table person_rule drop constraint person_rule_key_check, add constraint person_rule_key_check
  check (key in ('person.anonymise', 'session.forget', 'access.review', 'access.review_due', 'contact.erase'));
alter table erasure drop constraint erasure_what_check, add constraint erasure_what_check check (what in ('person', 'session', 'contact'));
insert into person_rule (key, from_date, amount, unit, source, unconfirmed) values
  ('contact.erase', '2022-01-01', 12, 'months', 'Intern regel efter databeskyttelsesforordningens artikel 5, stk. 1, litra e', true);

-- +goose StatementBegin
-- Erases what the audit trail keeps of contacts that were removed longer ago than the rule
-- says, with what the same contact was before each change, and logs each. The values name
-- no row: from a removal the way leads back by what the contact said, each time to the
-- last that made it so, at the vendor or at one that was merged into it.
create function erase_contacts() returns table (vendor_id text, entries int)
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare removed record; made record; said jsonb; before_id bigint; erased int; places text[]; begin
  for removed in
    select e.id, e.record_id, e.value_id, v.value::jsonb #> '{before,contact}' as contact
      from audit_event e join audit_value v on v.id = e.value_id and v.erased_at is null
     where e.action = 'vendor.contact_remove' and e.record = 'vendor' and e.at + rule_interval('contact.erase') <= now() order by e.id
  loop
    update audit_value v set salt = null, value = null, erased_at = now() where v.id = removed.value_id;
    erased := 1; said := removed.contact; before_id := removed.id;
    places := array(select removed.record_id union select m.id::text from vendor m where m.merged_into::text = removed.record_id);
    while said is not null loop
      select e.id, e.value_id, v.value::jsonb #> '{before,contact}' as contact into made
        from audit_event e join audit_value v on v.id = e.value_id and v.erased_at is null
       where e.record = 'vendor' and e.record_id = any (places) and e.id < before_id
         and case when e.action in ('vendor.contact_add', 'vendor.contact_change') then v.value::jsonb #> '{after,contact}' = said end order by e.id desc limit 1;
      exit when not found;
      update audit_value v set salt = null, value = null, erased_at = now() where v.id = made.value_id;
      erased := erased + 1; said := made.contact; before_id := made.id;
    end loop;
    insert into erasure (rule, rule_from, what, entries)
      select r.key, r.from_date, 'contact', erased from person_rule r where r.key = 'contact.erase' and r.from_date <= today() order by r.from_date desc limit 1;
    return query select removed.record_id, erased;
  end loop;
end $$;
-- +goose StatementEnd

grant execute on function erase_contacts() to klausul_job;

-- +goose Down
select 1 / 0; -- migrations go forward only
