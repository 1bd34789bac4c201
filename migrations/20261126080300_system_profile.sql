-- +goose Up
-- Choice lists: what may be chosen, in one place, with where it comes from. A value that
-- no source confirms says so on screen. Values are retired by position 0, never deleted.
create table choice (
  list        text not null check (list in ('data_kind', 'data_subject', 'persons', 'criticality', 'hosting')),
  value       text not null check (value ~ '^[a-z0-9_]+$'),
  position    smallint not null,
  da          text not null,
  en          text not null,
  source      text not null default '',
  unconfirmed boolean not null default false,
  primary key (list, value)
);
insert into choice (list, value, position, da, en, source, unconfirmed) values
  ('data_kind', 'ordinary', 1, 'Almindelige oplysninger', 'Ordinary data', 'Databeskyttelsesforordningen art. 6', false),
  ('data_kind', 'confidential', 2, 'Fortrolige oplysninger', 'Confidential data', 'Forvaltningsloven § 27', false),
  ('data_kind', 'cpr', 3, 'CPR-nummer', 'Civil registration number (CPR)', 'Databeskyttelsesloven § 11', false),
  ('data_kind', 'criminal', 4, 'Strafbare forhold', 'Criminal offences', 'Databeskyttelsesforordningen art. 10', false),
  ('data_kind', 'sensitive_origin', 5, 'Følsomt: race eller etnisk oprindelse', 'Sensitive: racial or ethnic origin', 'Databeskyttelsesforordningen art. 9', false),
  ('data_kind', 'sensitive_politics', 6, 'Følsomt: politisk overbevisning', 'Sensitive: political opinions', 'Databeskyttelsesforordningen art. 9', false),
  ('data_kind', 'sensitive_belief', 7, 'Følsomt: religiøs eller filosofisk overbevisning', 'Sensitive: religious or philosophical beliefs', 'Databeskyttelsesforordningen art. 9', false),
  ('data_kind', 'sensitive_union', 8, 'Følsomt: fagforeningsmæssigt tilhørsforhold', 'Sensitive: trade union membership', 'Databeskyttelsesforordningen art. 9', false),
  ('data_kind', 'sensitive_genetic', 9, 'Følsomt: genetiske data', 'Sensitive: genetic data', 'Databeskyttelsesforordningen art. 9', false),
  ('data_kind', 'sensitive_biometric', 10, 'Følsomt: biometriske data', 'Sensitive: biometric data', 'Databeskyttelsesforordningen art. 9', false),
  ('data_kind', 'sensitive_health', 11, 'Følsomt: helbredsoplysninger', 'Sensitive: health', 'Databeskyttelsesforordningen art. 9', false),
  ('data_kind', 'sensitive_sex', 12, 'Følsomt: seksuelle forhold eller orientering', 'Sensitive: sex life or sexual orientation', 'Databeskyttelsesforordningen art. 9', false),
  ('data_subject', 'adults', 1, 'Voksne', 'Adults', 'OS2compliance', false),
  ('data_subject', 'vulnerable_adults', 2, 'Udsatte voksne', 'Vulnerable adults', 'OS2compliance', false),
  ('data_subject', 'children', 3, 'Børn', 'Children', 'OS2compliance', false),
  ('data_subject', 'vulnerable_children', 4, 'Udsatte børn', 'Vulnerable children', 'OS2compliance', false),
  ('data_subject', 'employees', 5, 'Medarbejdere', 'Employees', 'OS2compliance', false),
  ('data_subject', 'applicants', 6, 'Ansøgere', 'Applicants', 'OS2compliance', false),
  ('data_subject', 'interns', 7, 'Praktikanter', 'Interns', 'OS2compliance', false),
  ('data_subject', 'customers', 8, 'Kunder', 'Customers', 'OS2compliance', false),
  ('data_subject', 'businesses', 9, 'Virksomheder, leverandører og foreninger', 'Companies, vendors and associations', 'OS2compliance', false),
  ('data_subject', 'partners', 10, 'Samarbejdspartnere', 'Partners', 'OS2compliance', false),
  ('data_subject', 'politicians', 11, 'Bestyrelsesmedlemmer og politikere', 'Board members and politicians', 'OS2compliance', false),
  ('data_subject', 'board_members', 12, 'Bestyrelsesmedlemmer', 'Board members', 'OS2compliance', false),
  ('data_subject', 'council_members', 13, 'Medlemmer af råd og nævn', 'Council members', 'OS2compliance', false),
  ('data_subject', 'volunteers', 14, 'Frivillige', 'Volunteers', 'OS2compliance', false),
  ('data_subject', 'visitors', 15, 'Besøgende på hjemmesider', 'Web visitors', 'OS2compliance', false),
  ('data_subject', 'voters', 16, 'Vælgere', 'Voters', 'OS2compliance', false),
  ('data_subject', 'proposers', 17, 'Stillere for kandidater', 'Proposers of candidates', 'OS2compliance', false),
  ('data_subject', 'election_officials', 18, 'Valgtilforordnede', 'Election officials', 'OS2compliance', false),
  ('persons', 'unclear', 1, 'Under afklaring', 'Under clarification', 'OS2compliance', false),
  ('persons', 'none', 2, 'Ingen', 'None', 'OS2compliance', false),
  ('persons', 'to_10', 3, '1–10', '1–10', 'OS2compliance', false),
  ('persons', 'to_100', 4, '10–100', '10–100', 'OS2compliance', false),
  ('persons', 'to_1000', 5, '100–1.000', '100–1,000', 'OS2compliance', false),
  ('persons', 'to_10000', 6, '1.000–10.000', '1,000–10,000', 'OS2compliance', false),
  ('persons', 'over_10000', 7, 'Over 10.000', 'More than 10,000', 'OS2compliance', false),
  ('persons', 'all_citizens', 8, 'Alle borgere', 'All citizens', 'OS2compliance', false),
  ('criticality', 'low', 1, 'Lav', 'Low', '', true),
  ('criticality', 'medium', 2, 'Middel', 'Medium', '', true),
  ('criticality', 'high', 3, 'Høj', 'High', '', true),
  ('criticality', 'vital', 4, 'Samfundskritisk', 'Vital to society', '', true),
  ('hosting', 'vendor', 1, 'Hos leverandøren', 'By the vendor', '', true),
  ('hosting', 'cloud', 2, 'Offentlig cloud', 'Public cloud', '', true),
  ('hosting', 'joint', 3, 'Fælleskommunal drift', 'Joint municipal operation', '', true),
  ('hosting', 'own', 4, 'Egen drift', 'Own operation', '', true);

alter table it_system
  add column version       int not null default 1,
  add column uses_ai       boolean, -- null: nobody has said
  add column persons_count int check (persons_count >= 0);

-- The personal-data profile and the other chosen facts, one row per thing chosen.
create table system_profile (
  system_id int not null references it_system,
  list      text not null,
  value     text not null,
  primary key (system_id, list, value),
  foreign key (list, value) references choice
);
create unique index system_profile_single on system_profile (system_id, list) where list in ('persons', 'criticality', 'hosting');

-- Who delivered a system when. No from_date: as long as the register knows.
create table system_vendor (
  id          bigint generated by default as identity primary key,
  system_id   int not null references it_system,
  vendor_id   int not null references vendor,
  from_date   date,
  to_date     date,
  recorded_at timestamptz not null default now(),
  recorded_by bigint references app_user,
  check (to_date >= from_date),
  constraint system_vendor_apart exclude using gist (system_id with =, daterange(from_date, to_date, '[]') with &&)
);
create index system_vendor_by_vendor on system_vendor (vendor_id, system_id);

insert into system_vendor (system_id, vendor_id, recorded_at) select id, vendor_id, created_at from it_system;

-- it_system.vendor_id is the vendor of today. Whichever of the two is changed, the other follows.
-- +goose StatementBegin
create function system_follows_vendor() returns trigger language plpgsql as $$
begin
  update it_system s set vendor_id = v.vendor_id from system_vendor v
   where s.id = coalesce(new.system_id, old.system_id) and v.system_id = s.id
     and daterange(v.from_date, v.to_date, '[]') @> today() and s.vendor_id <> v.vendor_id;
  return null;
end $$;
-- +goose StatementEnd
-- +goose StatementBegin
create function vendor_follows_system() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into system_vendor (system_id, vendor_id, recorded_at) values (new.id, new.vendor_id, new.created_at);
  else
    update system_vendor v set vendor_id = new.vendor_id
     where v.system_id = new.id and daterange(v.from_date, v.to_date, '[]') @> today() and v.vendor_id <> new.vendor_id;
  end if;
  return null;
end $$;
-- +goose StatementEnd
create trigger follow after insert or update or delete on system_vendor for each row execute function system_follows_vendor();
create trigger follow after insert or update of vendor_id on it_system for each row execute function vendor_follows_system();

-- +goose StatementBegin
-- A move that was registered ahead takes effect on its day: called once an hour.
create function settle_vendors() returns int
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare moved int; begin
  update it_system s set vendor_id = v.vendor_id from system_vendor v
   where v.system_id = s.id and daterange(v.from_date, v.to_date, '[]') @> today() and s.vendor_id <> v.vendor_id;
  get diagnostics moved = row_count;
  return moved;
end $$;
-- +goose StatementEnd

-- Whether a system holds personal data at all: said by whom, when and why. Never overwritten.
create table system_screening (
  id         bigint generated by default as identity primary key,
  system_id  int not null references it_system,
  outcome    text not null check (outcome in ('personal_data', 'no_personal_data')),
  reason     text not null check (reason <> ''),
  decided_at timestamptz not null,
  decided_by bigint references app_user
);
create index system_screening_of on system_screening (system_id, id desc);

-- KL's list of subjects (KLE), taken in from a file. What a later issue has not got stays, marked retired.
create table kle (
  number   text primary key check (number ~ '^[0-9]{2}(\.[0-9]{2}){0,2}$'),
  title    text collate "da-x-icu" not null,
  uuid     uuid,
  keeping  text not null default '', -- archive code: B keep, K discard
  deletion text not null default '', -- recommended deletion, ISO 8601: P1825D
  retired  boolean not null default false
);
create table kle_issue (
  id          int generated by default as identity primary key,
  issued_on   date not null,
  items       int not null,
  sha256      text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  imported_at timestamptz not null,
  imported_by bigint references app_user
);
create table system_kle (
  system_id int not null references it_system,
  number    text not null references kle,
  primary key (system_id, number)
);

-- A file on its way to an agreement: received, hashed, checked, not yet placed. It belongs to
-- the organisation it is for; what the office receives is the office's until it is proposed.
create table upload (
  id              uuid primary key default gen_random_uuid(),
  organisation_id int not null references organisation,
  by_office       boolean not null,
  user_id         bigint not null references app_user,
  name            text not null check (length(name) between 1 and 255),
  sha256          text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  size            bigint not null,
  media_type      text not null,
  staging_key     text not null unique,
  scanned_at      timestamptz, -- null: no scanner is configured
  created_at      timestamptz not null
);
create index upload_own on upload (organisation_id, user_id, created_at);

alter table stored_file add column scanned_at timestamptz;
alter table own_agreement add column file_name text not null default '';

-- +goose StatementBegin
-- Received files that nobody placed within a day; the sweeper takes their bytes.
create function forget_uploads() returns int
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare gone int; begin
  delete from upload u where u.created_at < now() - interval '1 day';
  get diagnostics gone = row_count;
  return gone;
end $$;
-- +goose StatementEnd

alter table choice enable row level security;
alter table system_profile enable row level security;
alter table system_vendor enable row level security;
alter table system_screening enable row level security;
alter table kle enable row level security;
alter table kle_issue enable row level security;
alter table system_kle enable row level security;
alter table upload enable row level security;

create policy member on choice for select to klausul_member using ((select session_read_org()) is not null);
create policy office on choice for select to klausul_office using (true);
create policy member on kle for select to klausul_member using ((select session_read_org()) is not null);
create policy office on kle to klausul_office using (true) with check (true);
create policy member on kle_issue for select to klausul_member using ((select session_read_org()) is not null);
create policy office on kle_issue to klausul_office using (true) with check (true);
create policy member on system_profile for select to klausul_member using (system_id in (select s.id from it_system s));
create policy office on system_profile to klausul_office using (true) with check (true);
create policy member on system_kle for select to klausul_member using (system_id in (select s.id from it_system s));
create policy office on system_kle to klausul_office using (true) with check (true);
create policy member on system_vendor for select to klausul_member
  using (system_id in (select s.id from it_system s) and ((select session_member()) or recorded_at < (select session_horizon())));
create policy office on system_vendor to klausul_office using (true) with check (true);
create policy member on system_screening for select to klausul_member
  using (system_id in (select s.id from it_system s) and ((select session_member()) or decided_at < (select session_horizon())));
create policy office on system_screening to klausul_office using (true) with check (true);
create policy job on system_vendor for select to klausul_job using (true);

create policy own on upload for select to klausul_member using (organisation_id = (select session_org()) and not by_office);
create policy own_add on upload for insert to klausul_member with check (organisation_id = (select session_org()) and not by_office);
create policy own_remove on upload for delete to klausul_member using (organisation_id = (select session_org()) and not by_office);
create policy office on upload to klausul_office using (by_office) with check (by_office);

-- A member places its own files; the office places what it proposes, among the member's.
create policy own_add on stored_file for insert to klausul_member with check (organisation_id = (select session_org()));
create policy office_propose on stored_file for insert to klausul_office with check (organisation_id is not null);

grant select on choice, system_profile, system_vendor, system_screening, kle, kle_issue, system_kle to klausul_member, klausul_office;
grant select on system_vendor to klausul_job;
grant insert, delete on system_profile, system_kle to klausul_office;
grant insert, update, delete on system_vendor to klausul_office;
grant insert on system_screening, kle, kle_issue to klausul_office;
grant update on kle to klausul_office;
grant select, insert, delete on upload to klausul_member, klausul_office;
grant insert (organisation_id, sha256, size, media_type, staging_key, data_key, scanned_at, created_at) on stored_file to klausul_member, klausul_office;
grant execute on function settle_vendors(), forget_uploads() to klausul_job;

-- +goose Down
select 1 / 0; -- migrations go forward only
