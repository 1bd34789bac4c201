-- +goose Up
-- +goose StatementBegin
-- Takes name, mail and identity from those who left longer ago than the rule says, with
-- what the audit trail keeps of them apart from the chain, and writes it into the log. An
-- address counts whole: who is called hanne@ keeps what anne@ loses.
create or replace function anonymise_people() returns table (user_id bigint, entries int)
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare gone record; erased int; begin
  for gone in
    select u.id, u.email from app_user u
     where u.left_at is not null and u.anonymised_at is null and u.left_at + rule_interval('person.anonymise') <= now() order by u.id for update skip locked
  loop
    update audit_value v set salt = null, value = null, erased_at = now()
      from audit_event e where e.value_id = v.id and v.erased_at is null and e.record = 'user'
       and (e.record_id = gone.id::text or names_person(v.value, nullif(gone.email, ''), null) = 'address');
    get diagnostics erased = row_count;
    delete from invitation i where i.user_id = gone.id;
    update app_user u set name = 'Tidligere bruger ' || u.id, email = '', issuer = null, subject = null, persona = null, anonymised_at = now() where u.id = gone.id;
    insert into erasure (rule, rule_from, user_id, what, entries)
      select r.key, r.from_date, gone.id, 'person', erased from person_rule r where r.key = 'person.anonymise' and r.from_date <= today() order by r.from_date desc limit 1;
    return query select gone.id, erased;
  end loop;
end $$;
-- +goose StatementEnd

-- +goose Down
select 1 / 0; -- migrations go forward only
