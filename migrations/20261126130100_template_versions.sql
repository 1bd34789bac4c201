-- +goose Up
-- A family of templates: what the secretariat chooses between, and which one for what.
-- Names are by language, "da" and "en".
create table template_family (
  key        text primary key check (key ~ '^[a-z0-9][a-z0-9_-]{0,59}$'),
  name       jsonb not null check (name ->> 'da' <> ''),
  use_when   jsonb not null check (use_when ->> 'da' <> ''),
  audience   text not null check (audience in ('members', 'all')),
  version    int not null default 1,
  changed_at timestamptz not null default now(),
  changed_by bigint references app_user
);

insert into template_family (key, name, use_when, audience) values
  ('datatilsynet', '{"da": "Datatilsynets standardbestemmelser", "en": "The authority''s standard clauses"}',
   '{"da": "Brug den, når kommunen selv er dataansvarlig, og leverandøren ikke kræver en anden skabelon.", "en": "Use it when the municipality is the controller and the vendor does not demand another template."}', 'all'),
  ('kl-kombit', '{"da": "KL/KOMBIT-skabelonen", "en": "The KL/KOMBIT template"}',
   '{"da": "Brug den, når systemet er købt gennem KOMBIT, eller en ældre aftale på den forlænges.", "en": "Use it when the system is bought through KOMBIT, or an older agreement on it is prolonged."}', 'all'),
  ('sundhed', '{"da": "Sundhedsområdet", "en": "The health sector"}',
   '{"da": "Brug den, når systemet behandler helbredsoplysninger sammen med regionen eller almen praksis.", "en": "Use it when the system processes health data together with the region or general practice."}', 'members'),
  ('eksempel', '{"da": "Eksempelskabelonen", "en": "The sample template"}',
   '{"da": "Brug den, når Klausul skal prøves. Teksten er vores egen og ikke Datatilsynets.", "en": "Use it to try Klausul. The text is our own and not the authority''s."}', 'members');
insert into template_family (key, name, use_when, audience)
  select v.key, jsonb_build_object('da', min(v.name)), '{"da": "Brug den, når aftalen allerede bygger på den."}', 'members'
    from template_version v group by v.key on conflict do nothing;

-- A version is written as a draft, reviewed by a second lawyer, published, and superseded
-- by the next of its family and language. Its text is frozen from the review on.
alter table template_version
  add constraint template_version_family foreign key (key) references template_family,
  add state         text not null default 'published' check (state in ('draft', 'reviewed', 'published', 'superseded')),
  add revision      int not null default 1,
  add based_on      bigint references template_version,
  add unplaced      jsonb not null default '[]', -- paragraphs of the source that stand nowhere yet
  add added_by      bigint references app_user,
  add changed_at    timestamptz not null default now(),
  add changed_by    bigint references app_user,
  add returned      text not null default '', -- why it came back from the review
  add reviewed_at   timestamptz,
  add reviewed_by   bigint references app_user,
  add published_at  timestamptz,
  add published_by  bigint references app_user,
  add superseded_at timestamptz,
  add superseded_by bigint references template_version;
update template_version set changed_at = created_at, published_at = created_at;
-- Of what was loaded before there were states, the newest of each family and language holds.
update template_version v set state = 'superseded', superseded_at = n.created_at, superseded_by = n.id
  from (select distinct on (key, language) id, key, language, created_at from template_version order by key, language, id desc) n
 where n.key = v.key and n.language = v.language and n.id <> v.id;
alter table template_version
  alter state set default 'draft',
  add check ((state in ('published', 'superseded')) = (published_at is not null)),
  add check ((state = 'superseded') = (superseded_at is not null)),
  add constraint template_version_second_lawyer check (reviewed_by is null or reviewed_by <> changed_by);
create unique index template_version_published on template_version (key, language) where state = 'published';

alter table clause
  add version    int not null default 1,
  add changed_at timestamptz,
  add changed_by bigint references app_user,
  add removed_at timestamptz, -- taken out of the draft: it can be put back until the draft is published
  drop constraint clause_template_version_id_position_key,
  add constraint clause_position unique (template_version_id, position) deferrable initially immediate;

-- +goose StatementBegin
-- What lawyers have reviewed stands: only a draft's text changes, and states go one way.
create function template_version_frozen() returns trigger
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if old.state <> 'draft' and (new.key, new.name, new.version, new.language, new.provenance, new.source_hash, new.text_hash, new.fields, new.rules, new.unplaced)
     is distinct from (old.key, old.name, old.version, old.language, old.provenance, old.source_hash, old.text_hash, old.fields, old.rules, old.unplaced)
     or (old.state, new.state) not in (('draft', 'draft'), ('draft', 'reviewed'), ('reviewed', 'reviewed'), ('reviewed', 'draft'), ('reviewed', 'published'),
                                       ('published', 'published'), ('published', 'superseded'), ('superseded', 'superseded')) then
    raise exception 'template version % is frozen', old.id using errcode = '42501';
  end if;
  return new;
end $$;
-- +goose StatementEnd
revoke all on function template_version_frozen() from public;
create trigger template_version_frozen before update on template_version for each row execute function template_version_frozen();

-- Policies ------------------------------------------------------------------
alter table template_family enable row level security;
create policy office on template_family to klausul_office using (true) with check (true);
create policy job on template_family for select to klausul_job using (true);
-- A family is for the active members, or for everybody with a session of an organisation.
create policy audience on template_family for select to klausul_member
  using ((select session_member()) or audience = 'all' and (select session_read_org()) is not null);
-- Its published versions are read by the same, beside those that agreements stand on.
create policy audience on template_version for select to klausul_member
  using (state in ('published', 'superseded') and key in (select f.key from template_family f));

drop policy member on clause;
create policy member on clause for select to klausul_member
  using (removed_at is null and template_version_id in (select v.id from template_version v));
drop policy office on clause;
create policy office on clause for select to klausul_office using (true);
create policy office_add on clause for insert to klausul_office
  with check (template_version_id in (select v.id from template_version v where v.state = 'draft'));
create policy office_change on clause for update to klausul_office
  using (template_version_id in (select v.id from template_version v where v.state = 'draft'));

grant select on template_family to klausul_member, klausul_job;
grant select, insert, update on template_family to klausul_office;
grant update on template_version, clause to klausul_office;

-- What a move to another template left behind: where the text stood, and the answers that the
-- new one does not ask for. Moving back finds them.
alter table agreement_version add set_aside jsonb not null default '{}';

-- +goose Down
select 1 / 0; -- migrations go forward only
