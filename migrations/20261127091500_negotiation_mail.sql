-- +goose Up
-- Mails in the journal: the file as it was saved, and what is read out of it. Whom a mail
-- names is data on persons, which the secretariat alone sees, as it does the rest of the journal.
alter table negotiation_entry
  drop constraint negotiation_entry_kind_check,
  drop constraint negotiation_entry_text_check,
  add column file_id     bigint references stored_file,
  add column file_name   text not null default '',
  add column message_id  text not null default '', -- without angle brackets; empty when the mail has none
  add column sender      text not null default '',
  add column recipients  text[] not null default '{}',
  add column subject     text not null default '',
  add column sent_at     timestamptz, -- null when the mail does not say
  add column attachments jsonb not null default '[]', -- of mails inside the mail too
  add column notes       text[] not null default '{}', -- what a person should know of how it was read
  add constraint negotiation_entry_kind_check check (kind in ('note', 'next', 'mail')),
  add constraint negotiation_entry_text_check check (text <> '' or kind = 'mail'),
  add constraint negotiation_entry_mail_check check ((kind = 'mail') = (file_id is not null)
    and (kind = 'mail' or file_name = '' and message_id = '' and sender = '' and recipients = '{}' and subject = '' and sent_at is null and attachments = '[]' and notes = '{}'));

-- The same mail twice is one entry.
create unique index negotiation_entry_by_file on negotiation_entry (negotiation_id, file_id) where file_id is not null;
create unique index negotiation_entry_by_message on negotiation_entry (negotiation_id, message_id) where message_id <> '';

-- +goose Down
select 1 / 0; -- migrations go forward only
