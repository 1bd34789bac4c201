package storage_test

// The expectations of design §4, written by hand. A cell names the rows that are
// seen, "-" none, "!" the login may not even ask.

// Columns: viborg and randers are members, ex left on 2024-06-30, future joins
// tomorrow; nobody is every worthless session; then the other logins.
const readExpectations = `
organisation       | viborg | randers | skive | aabenraa | - | aabenraa,randers,skive,viborg | ! | viborg | -
membership         | viborg | randers | skive | aabenraa | - | aabenraa,randers,skive,viborg | ! | ! | !
app_user           | vagn,vera,vibe,victor | rita | sara | anna | - | anna,bent,olga,rita,sara,vagn,vera,vibe,victor | ! | anna,bent,olga,rita,sara,vagn,vera,vibe,victor | anna,bent,olga,rita,sara,vagn,vera,vibe,victor
role_grant         | viborg | randers | skive | aabenraa | - | aabenraa,randers,secretariat,skive,viborg | ! | aabenraa,randers,secretariat,skive,viborg | aabenraa,randers,secretariat,skive,viborg
session            | ! | ! | ! | ! | ! | ! | ! | some | some
live_session       | ! | ! | ! | ! | ! | ! | ! | ! | !
invitation         | ! | ! | ! | ! | ! | ! | ! | some | some
issuer_binding     | ! | ! | ! | ! | ! | ! | ! | some | some
audit_event        | ! | ! | ! | ! | ! | ! | ! | some | some
audit_value        | ! | ! | ! | ! | ! | ! | ! | ! | !
audit_seal         | ! | ! | ! | ! | ! | ! | ! | - | -
vendor             | late,old | late,old | old | - | - | late,old | ! | late,old | late,old
it_system          | late,old | late,old | old | - | - | late,old | ! | late,old | late,old
usage              | viborg | randers | skive | - | - | randers,skive,viborg | ! | viborg | -
usage_not_needed   | ! | ! | ! | ! | ! | some | ! | ! | !
template_family    | everybody,members | everybody,members | everybody | everybody | - | everybody,members | ! | everybody,members | everybody,members
template_version   | everybody,late,members,old | everybody,late,members,old | everybody,old | everybody | - | draft,everybody,late,members,old | ! | draft,everybody,late,members,old | draft,everybody,late,members,old
clause             | everybody,late,members,old | everybody,late,members,old | everybody,old | everybody | - | draft,everybody,late,members,old | ! | draft,everybody,late,members,old | draft,everybody,late,members,old
agreement          | late,old | late,old | old | - | - | draft,late,old | ! | draft,late,old | draft,late,old
agreement_system   | late,old | late,old | old | - | - | draft,late,old | ! | draft,late,old | draft,late,old
agreement_version  | late,old | late,old | old | - | - | draft,late,old | ! | draft,late,old | draft,late,old
answer             | late,old | late,old | old | - | - | draft,late,old | ! | draft,late,old | draft,late,old
batch              | ! | ! | ! | ! | ! | old | ! | old | old
batch_item         | ! | ! | ! | ! | ! | randers,viborg | ! | viborg | -
stored_file        | viborg | randers | skive | - | - | randers,secretariat,skive,viborg | ! | viborg | secretariat
accession          | viborg-late,viborg-old | randers-old | skive-old | - | - | randers-old,skive-old,viborg-late,viborg-old | ! | viborg-late,viborg-old | -
accession_system   | viborg | randers | skive | - | - | randers,skive,viborg | ! | viborg | -
accession_document | viborg | randers | skive | - | - | randers,skive,viborg | ! | viborg | -
own_agreement      | viborg | randers | skive | - | - | randers,skive,viborg | ! | viborg | -
own_agreement_system | viborg | randers | skive | - | - | randers,skive,viborg | ! | viborg | -
organisation_fact  | viborg | randers | skive | aabenraa | - | aabenraa,randers,skive,viborg | ! | ! | !
organisation_successor | viborg | - | viborg | - | - | viborg | ! | ! | !
organisation_setting | viborg | randers | - | - | - | randers,viborg | ! | viborg | -
person_rule        | some | some | some | some | - | some | ! | ! | !
access_review      | viborg | randers | - | - | - | randers,secretariat,viborg | ! | ! | !
access_review_line | viborg | randers | - | - | - | randers,secretariat,viborg | ! | ! | !
erasure            | ! | ! | ! | ! | ! | some | ! | ! | !
usage_change       | viborg | randers | skive | - | - | ! | ! | ! | !
bulk_change        | viborg | randers | skive | - | - | secretariat | ! | ! | !
saved_filter       | viborg | randers | skive | - | - | secretariat | ! | ! | !
policy_number      | some | some | some | some | some | some | some | some | some
system_scope       | scope | scope | - | - | - | scope | ! | ! | !
scope_point        | ! | ! | ! | ! | ! | some | ! | ! | !
record_merge       | ! | ! | ! | ! | ! | merge | ! | ! | !
merge_step         | ! | ! | ! | ! | ! | step | ! | ! | !
duplicate_suspect  | ! | ! | ! | ! | ! | suspect | ! | ! | !
duplicate_dismissal | ! | ! | ! | ! | ! | dismissal | ! | ! | !
kitos_claim        | ! | ! | ! | ! | ! | claim | ! | ! | !
choice             | some | some | some | some | - | some | ! | ! | !
system_profile     | late,old | late,old | old | - | - | late,old | ! | ! | !
system_vendor      | late,old | late,old | old | - | - | late,old | ! | late,old | late,old
system_screening   | late,old | late,old | old | - | - | late,old | ! | ! | !
kle                | some | some | some | some | - | some | ! | ! | !
kle_issue          | some | some | some | some | - | some | ! | ! | !
system_kle         | late,old | late,old | old | - | - | late,old | ! | ! | !
upload             | viborg | randers | - | - | - | by office | ! | ! | !
import             | viborg | randers | skive | - | - | secretariat | ! | viborg | secretariat
import_row         | viborg | randers | skive | - | - | secretariat | ! | viborg | secretariat
import_mapping     | viborg | randers | skive | - | - | secretariat | ! | viborg | secretariat
vendor_name        | late,old | late,old | old | - | - | late,old | ! | late,old | late,old
vendor_contact     | late,old | late,old | old | - | - | late,old | ! | ! | !
dpf_certification  | late,old | late,old | old | - | - | late,old | ! | ! | !
territory          | late,old | late,old | old | - | - | late,old | ! | ! | !
subprocessor       | late,old | late,old | old | - | - | late,old | ! | ! | !
position           | ! | ! | ! | ! | ! | position | ! | ! | !
agreement_comment  | ! | ! | ! | ! | ! | comment | ! | ! | !
agreement_review   | ! | ! | ! | ! | ! | review | ! | ! | !
hearing            | both | both | both | - | - | both,nobody | ! | both | -
hearing_party      | viborg | randers | skive | - | - | randers,skive,viborg | ! | viborg | -
hearing_answer     | viborg | randers | skive | - | - | randers | ! | ! | !
template_source    | ! | ! | ! | ! | ! | source | ! | ! | !
template_paragraph | ! | ! | ! | ! | ! | paragraph | ! | ! | !
figure             | ! | ! | ! | ! | ! | members | members | ! | !
goose_db_version   | ! | ! | ! | ! | ! | ! | ! | ! | !
river_migration    | ! | ! | ! | ! | ! | ! | ! | some | some
river_leader       | ! | ! | ! | ! | ! | ! | ! | - | -
river_queue        | ! | ! | ! | ! | ! | ! | ! | - | -
river_notification | ! | ! | ! | ! | ! | ! | ! | - | -
`

// A cell is the number of rows changed; the rows are viborg's where the act names none.
const writeExpectations = `
move viborg                | 1 | 0 | 0 | 0 | 0 | 1 | ! | ! | !
move skive                 | 0 | 0 | 0 | 0 | 0 | 1 | ! | ! | !
move everybody             | 1 | 1 | 0 | 0 | 0 | 4 | ! | ! | !
rename viborg              | ! | ! | ! | ! | ! | ! | ! | ! | !
add organisation           | ! | ! | ! | ! | ! | 1 | ! | ! | !
remove organisation        | ! | ! | ! | ! | ! | ! | ! | ! | !
add membership             | ! | ! | ! | ! | ! | 1 | ! | ! | !
end membership             | ! | ! | ! | ! | ! | 1 | ! | ! | !
remove membership          | ! | ! | ! | ! | ! | ! | ! | ! | !
plan address               | 1 | ! | ! | ! | ! | 1 | ! | ! | !
plan address of skive      | ! | ! | ! | ! | ! | 1 | ! | ! | !
address of the past        | ! | ! | ! | ! | ! | ! | ! | ! | !
change what was            | 0 | 0 | 0 | 0 | 0 | 0 | ! | ! | !
remove what was            | 0 | 0 | 0 | 0 | 0 | 0 | ! | ! | !
add successor              | ! | ! | ! | ! | ! | 1 | ! | ! | !
change successors          | ! | ! | ! | ! | ! | ! | ! | ! | !
add setting                | ! | ! | ! | ! | ! | ! | ! | ! | !
change settings            | 1 | 1 | 0 | 0 | 0 | ! | ! | ! | !
remove settings            | ! | ! | ! | ! | ! | ! | ! | ! | !
change rules               | ! | ! | ! | ! | ! | ! | ! | ! | !
open review                | ! | ! | ! | ! | ! | ! | ! | ! | !
finish reviews             | 1 | 1 | 0 | 0 | 0 | 1 | ! | ! | !
decide reviews             | 1 | 1 | 0 | 0 | 0 | 1 | ! | ! | !
move reviews               | ! | ! | ! | ! | ! | ! | ! | ! | !
forge erasure              | ! | ! | ! | ! | ! | ! | ! | ! | !
remove erasures            | ! | ! | ! | ! | ! | ! | ! | ! | !
add user                   | ! | ! | ! | ! | ! | ! | ! | ! | !
rename user                | ! | ! | ! | ! | ! | ! | ! | ! | !
link identity              | ! | ! | ! | ! | ! | ! | ! | 1 | 1
add grant                  | ! | ! | ! | ! | ! | ! | ! | ! | !
raise grant                | ! | ! | ! | ! | ! | ! | ! | ! | !
forge session              | ! | ! | ! | ! | ! | ! | ! | 1 | 1
prolong sessions           | ! | ! | ! | ! | ! | ! | ! | 12 | 12
add invitation             | ! | ! | ! | ! | ! | ! | ! | ! | !
use invitation             | ! | ! | ! | ! | ! | ! | ! | 1 | 1
add issuer                 | ! | ! | ! | ! | ! | ! | ! | ! | !
sign audit                 | 1 | 1 | 1 | 1 | 0 | 1 | 1 | 0 | 0
sign audit for viborg      | 1 | ! | ! | ! | 0 | 1 | ! | 0 | 0
sign audit as another      | ! | ! | ! | ! | ! | ! | ! | ! | !
sign audit as a job        | ! | ! | ! | ! | ! | ! | ! | 1 | 1
append audit value         | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1
date audit back            | ! | ! | ! | ! | ! | ! | ! | ! | !
number audit by hand       | ! | ! | ! | ! | ! | ! | ! | ! | !
change audit               | ! | ! | ! | ! | ! | ! | ! | ! | !
remove audit               | ! | ! | ! | ! | ! | ! | ! | ! | !
erase audit value          | ! | ! | ! | ! | ! | ! | ! | ! | !
remove audit value         | ! | ! | ! | ! | ! | ! | ! | ! | !
forge seal                 | ! | ! | ! | ! | ! | ! | ! | 1 | 1
change seal                | ! | ! | ! | ! | ! | ! | ! | ! | !
remove seal                | ! | ! | ! | ! | ! | ! | ! | ! | !
add vendor                 | ! | ! | ! | ! | ! | 1 | ! | ! | !
change vendors             | ! | ! | ! | ! | ! | 3 | ! | ! | !
remove vendors             | ! | ! | ! | ! | ! | ! | ! | ! | !
keep a name                | ! | ! | ! | ! | ! | ! | ! | ! | !
change names               | ! | ! | ! | ! | ! | ! | ! | ! | !
add contact                | ! | ! | ! | ! | ! | 1 | ! | ! | !
change contacts            | ! | ! | ! | ! | ! | 2 | ! | ! | !
remove contacts            | ! | ! | ! | ! | ! | 2 | ! | ! | !
certify                    | ! | ! | ! | ! | ! | 1 | ! | ! | !
change certifications      | ! | ! | ! | ! | ! | 2 | ! | ! | !
remove certifications      | ! | ! | ! | ! | ! | ! | ! | ! | !
add comment                | ! | ! | ! | ! | ! | 1 | ! | ! | !
change comments            | ! | ! | ! | ! | ! | ! | ! | ! | !
resolve comments           | ! | ! | ! | ! | ! | 1 | ! | ! | !
remove comments            | ! | ! | ! | ! | ! | ! | ! | ! | !
add review                 | ! | ! | ! | ! | ! | 1 | ! | ! | !
judge reviews              | ! | ! | ! | ! | ! | 1 | ! | ! | !
remove reviews             | ! | ! | ! | ! | ! | ! | ! | ! | !
add hearing                | ! | ! | ! | ! | ! | 1 | ! | ! | !
prolong hearings           | ! | ! | ! | ! | ! | 2 | ! | ! | !
change heard text          | ! | ! | ! | ! | ! | ! | ! | ! | !
ask viborg                 | ! | ! | ! | ! | ! | 1 | ! | ! | !
send answers               | 1 | 1 | 0 | 0 | 0 | ! | ! | ! | !
move answers               | ! | ! | ! | ! | ! | ! | ! | ! | !
answer for viborg          | 1 | ! | ! | ! | ! | ! | ! | ! | !
change heard answers       | 1 | 1 | 0 | 0 | 0 | ! | ! | ! | !
remove heard answers       | ! | ! | ! | ! | ! | ! | ! | ! | !
add position               | ! | ! | ! | ! | ! | 1 | ! | ! | !
add template source        | ! | ! | ! | ! | ! | 1 | ! | ! | !
change paragraphs          | ! | ! | ! | ! | ! | 1 | ! | ! | !
remove paragraphs          | ! | ! | ! | ! | ! | ! | ! | ! | !
change positions           | ! | ! | ! | ! | ! | 1 | ! | ! | !
remove positions           | ! | ! | ! | ! | ! | ! | ! | ! | !
add territory              | ! | ! | ! | ! | ! | 1 | ! | ! | !
end territory              | ! | ! | ! | ! | ! | 1 | ! | ! | !
remove territories         | ! | ! | ! | ! | ! | ! | ! | ! | !
add subprocessor           | ! | ! | ! | ! | ! | 1 | ! | ! | !
end subprocessors          | ! | ! | ! | ! | ! | 2 | ! | ! | !
remove subprocessors       | ! | ! | ! | ! | ! | ! | ! | ! | !
add system                 | ! | ! | ! | ! | ! | 1 | ! | ! | !
change systems             | ! | ! | ! | ! | ! | 2 | ! | ! | !
remove systems             | ! | ! | ! | ! | ! | ! | ! | ! | !
add usage                  | 1 | ! | ! | ! | ! | ! | ! | ! | !
add usage of skive         | ! | ! | ! | ! | ! | ! | ! | ! | !
change usages              | 1 | 1 | 0 | 0 | 0 | ! | ! | ! | !
give usages away           | ! | 1 | 0 | 0 | 0 | ! | ! | ! | !
remove usages              | 1 | 1 | 0 | 0 | 0 | ! | ! | ! | !
add own agreement          | 1 | ! | ! | ! | ! | ! | ! | ! | !
add own agreement of skive | ! | ! | ! | ! | ! | ! | ! | ! | !
propose own agreement      | 1 | ! | ! | ! | ! | 1 | ! | ! | !
change own agreements      | 1 | 1 | 0 | 0 | 0 | ! | ! | ! | !
give own agreements away   | ! | 1 | 0 | 0 | 0 | ! | ! | ! | !
remove own agreements      | 1 | 1 | 0 | 0 | 0 | ! | ! | ! | !
add own agreement system   | 1 | ! | ! | ! | ! | ! | ! | ! | !
remove own systems         | 1 | 1 | 0 | 0 | 0 | ! | ! | ! | !
add usage change           | 1 | ! | ! | ! | ! | ! | ! | ! | !
add usage change of skive  | ! | ! | ! | ! | ! | ! | ! | ! | !
undo usage changes         | 1 | 1 | 0 | 0 | 0 | ! | ! | ! | !
rewrite usage changes      | ! | ! | ! | ! | ! | ! | ! | ! | !
remove usage changes       | ! | ! | ! | ! | ! | ! | ! | ! | !
add bulk change            | 1 | ! | ! | ! | ! | ! | ! | ! | !
add bulk change of another | ! | ! | ! | ! | ! | ! | ! | ! | !
add bulk change of office  | ! | ! | ! | ! | ! | 1 | ! | ! | !
undo bulk changes          | 1 | 1 | 0 | 0 | 0 | 1 | ! | ! | !
rewrite bulk changes       | ! | ! | ! | ! | ! | ! | ! | ! | !
remove bulk changes        | ! | ! | ! | ! | ! | ! | ! | ! | !
save filter                | 1 | ! | ! | ! | ! | ! | ! | ! | !
save filter of a colleague | ! | ! | ! | ! | ! | ! | ! | ! | !
save filter for the office | ! | ! | ! | ! | ! | 1 | ! | ! | !
change filters             | ! | ! | ! | ! | ! | ! | ! | ! | !
remove filters             | 1 | 1 | 0 | 0 | 0 | 1 | ! | ! | !
describe systems           | ! | ! | ! | ! | ! | 1 | ! | ! | !
undescribe systems         | ! | ! | ! | ! | ! | 2 | ! | ! | !
move systems               | ! | ! | ! | ! | ! | 2 | ! | ! | !
forget vendors of systems  | ! | ! | ! | ! | ! | 2 | ! | ! | !
screen a system            | ! | ! | ! | ! | ! | 1 | ! | ! | !
change screenings          | ! | ! | ! | ! | ! | ! | ! | ! | !
remove screenings          | ! | ! | ! | ! | ! | ! | ! | ! | !
add choice                 | ! | ! | ! | ! | ! | ! | ! | ! | !
add kle                    | ! | ! | ! | ! | ! | 1 | ! | ! | !
retire kle                 | ! | ! | ! | ! | ! | 2 | ! | ! | !
remove kle                 | ! | ! | ! | ! | ! | ! | ! | ! | !
add kle issue              | ! | ! | ! | ! | ! | 1 | ! | ! | !
attach kle                 | ! | ! | ! | ! | ! | 1 | ! | ! | !
detach kle                 | ! | ! | ! | ! | ! | 2 | ! | ! | !
receive file               | 1 | ! | ! | ! | ! | ! | ! | ! | !
receive file as the office | ! | ! | ! | ! | ! | 1 | ! | ! | !
change received files      | ! | ! | ! | ! | ! | ! | ! | ! | !
discard files              | 1 | 1 | 0 | 0 | 0 | 1 | ! | ! | !
add template               | ! | ! | ! | ! | ! | 1 | ! | ! | !
change drafts              | ! | ! | ! | ! | ! | 3 | ! | ! | !
change templates           | ! | ! | ! | ! | ! | ! | ! | ! | !
unpublish templates        | ! | ! | ! | ! | ! | ! | ! | ! | !
remove templates           | ! | ! | ! | ! | ! | ! | ! | ! | !
add clause                 | ! | ! | ! | ! | ! | 3 | ! | ! | !
add clause to published    | ! | ! | ! | ! | ! | ! | ! | ! | !
change clauses             | ! | ! | ! | ! | ! | 3 | ! | ! | !
remove clauses             | ! | ! | ! | ! | ! | ! | ! | ! | !
add family                 | ! | ! | ! | ! | ! | 1 | ! | ! | !
change families            | ! | ! | ! | ! | ! | 9 | ! | ! | !
remove families            | ! | ! | ! | ! | ! | ! | ! | ! | !
add agreement              | ! | ! | ! | ! | ! | 1 | ! | ! | !
change agreements          | ! | ! | ! | ! | ! | ! | ! | ! | !
add agreement system       | ! | ! | ! | ! | ! | 1 | ! | ! | !
remove agreement systems   | ! | ! | ! | ! | ! | ! | ! | ! | !
add version                | ! | ! | ! | ! | ! | 3 | ! | ! | !
offer versions             | ! | ! | ! | ! | ! | 1 | ! | ! | !
remove versions            | ! | ! | ! | ! | ! | ! | ! | ! | !
add answers                | ! | ! | ! | ! | ! | 3 | ! | ! | !
change answers             | ! | ! | ! | ! | ! | 3 | ! | ! | !
remove answers             | ! | ! | ! | ! | ! | ! | ! | ! | !
add batch                  | ! | ! | ! | ! | ! | 1 | ! | ! | !
stop batches               | ! | ! | ! | ! | ! | 1 | ! | ! | !
add batch item             | ! | ! | ! | ! | ! | 1 | ! | ! | !
finish batch items         | ! | ! | ! | ! | ! | 2 | ! | 1 | 0
add file                   | 1 | ! | ! | ! | ! | 1 | ! | 1 | !
add file of randers        | ! | 1 | ! | ! | ! | 1 | ! | ! | !
add sealed file            | ! | ! | ! | ! | ! | ! | ! | 1 | !
add file of secretariat    | ! | ! | ! | ! | ! | 1 | ! | ! | !
change files               | ! | ! | ! | ! | ! | ! | ! | 2 | 1
remove files               | ! | ! | ! | ! | ! | ! | ! | ! | !
add accession              | ! | ! | ! | ! | ! | ! | ! | 1 | !
add accession of randers   | ! | ! | ! | ! | ! | ! | ! | ! | !
change accessions          | ! | ! | ! | ! | ! | ! | ! | ! | !
remove accessions          | ! | ! | ! | ! | ! | ! | ! | ! | !
add accession system       | ! | ! | ! | ! | ! | ! | ! | 1 | !
add accession document     | ! | ! | ! | ! | ! | ! | ! | 1 | !
change documents           | ! | ! | ! | ! | ! | ! | ! | ! | !
set threshold              | ! | ! | ! | ! | ! | ! | ! | ! | !
change thresholds          | ! | ! | ! | ! | ! | ! | ! | ! | !
forge scope                | ! | ! | ! | ! | ! | ! | ! | ! | !
forge course               | ! | ! | ! | ! | ! | ! | ! | ! | !
forge merge                | ! | ! | ! | ! | ! | ! | ! | ! | !
forge merge step           | ! | ! | ! | ! | ! | ! | ! | ! | !
change merges              | ! | ! | ! | ! | ! | ! | ! | ! | !
change merge steps         | ! | ! | ! | ! | ! | ! | ! | ! | !
merge vendors              | ! | ! | ! | ! | ! | 1 | ! | ! | !
undo merge                 | ! | ! | ! | ! | ! | 1 | ! | ! | !
add suspect                | ! | ! | ! | ! | ! | ! | ! | ! | !
dismiss suspect            | ! | ! | ! | ! | ! | 1 | ! | ! | !
forget dismissals          | ! | ! | ! | ! | ! | 1 | ! | ! | !
forge not needed           | ! | ! | ! | ! | ! | ! | ! | ! | !
change not needed          | ! | ! | ! | ! | ! | ! | ! | ! | !
remove not needed          | ! | ! | ! | ! | ! | ! | ! | ! | !
claim a uuid               | ! | ! | ! | ! | ! | 1 | ! | ! | 1
forget claims              | ! | ! | ! | ! | ! | ! | ! | ! | !
add import                 | 1 | ! | ! | ! | ! | ! | ! | ! | !
add import of secretariat  | ! | ! | ! | ! | ! | 1 | ! | ! | !
change imports             | 1 | 1 | 0 | 0 | 0 | 1 | ! | 1 | 1
give imports away          | ! | 1 | 0 | 0 | 0 | ! | ! | ! | !
remove imports             | ! | ! | ! | ! | ! | ! | ! | ! | !
add import line            | ! | ! | ! | ! | ! | ! | ! | 1 | !
change import lines        | ! | ! | ! | ! | ! | ! | ! | 1 | 1
remove import lines        | ! | ! | ! | ! | ! | ! | ! | 1 | 1
add mapping                | 1 | ! | ! | ! | ! | ! | ! | ! | !
change mappings            | 1 | 1 | 0 | 0 | 0 | 1 | ! | ! | !
remove mappings            | ! | ! | ! | ! | ! | ! | ! | ! | !
add figure                 | ! | ! | ! | ! | ! | ! | ! | ! | !
change figures             | ! | ! | ! | ! | ! | ! | ! | ! | !
`

const someHash = "repeat('f', 64)"

// writeStatements are the acts as raw SQL. They read ids by subselect as the login
// itself would need to, or take constants where it may not look.
var writeStatements = map[string]string{
	"move viborg":                "update organisation set street = 'Rådhuspladsen 1', version = version + 1 where id = :viborg",
	"move skive":                 "update organisation set street = 'Torvet 2' where id = :skive",
	"move everybody":             "update organisation set street = 'Torvet 2'",
	"rename viborg":              "update organisation set name = 'Ny' where id = :viborg",
	"add organisation":           "insert into organisation (kind, name, cvr) values ('municipality', 'Ny', '12345678')",
	"remove organisation":        "delete from organisation",
	"add membership":             "insert into membership (organisation_id, from_date) values (:skive, '2030-01-01')",
	"end membership":             "update membership set to_date = '2030-01-01' where organisation_id = :viborg",
	"remove membership":          "delete from membership",
	"plan address":               "insert into organisation_fact (organisation_id, from_date, street) values (:viborg, '2100-01-01', 'Torvet 3')",
	"plan address of skive":      "insert into organisation_fact (organisation_id, from_date, street) values (:skive, '2100-01-01', 'Torvet 3')",
	"address of the past":        "insert into organisation_fact (organisation_id, from_date, street) values (:viborg, '2019-01-01', 'Torvet 3')",
	"change what was":            "update organisation_fact set street = 'Torvet 3'",
	"remove what was":            "delete from organisation_fact",
	"add successor":              "insert into organisation_successor (organisation_id, successor_id, from_date, kind, organisation_name, successor_name) values (:randers, :viborg, '2030-01-01', 'merger', 'x', 'y')",
	"change successors":          "update organisation_successor set from_date = '2030-01-01'",
	"add setting":                "insert into organisation_setting (organisation_id) values (:skive)",
	"change settings":            "update organisation_setting set deciders = 'owner_too'",
	"remove settings":            "delete from organisation_setting",
	"change rules":               "update person_rule set amount = 1",
	"open review":                "insert into access_review (organisation_id, opened_on, due_on) values (:viborg, '2026-01-01', '2026-01-01')",
	"finish reviews":             "update access_review set done_at = now()",
	"decide reviews":             "update access_review_line set verdict = 'keep', decided_at = now()",
	"move reviews":               "update access_review set due_on = '2100-01-01'",
	"forge erasure":              "insert into erasure (rule, rule_from, what, entries) values ('session.forget', '2022-01-01', 'session', 1)",
	"remove erasures":            "delete from erasure",
	"add user":                   "insert into app_user (name) values ('x')",
	"rename user":                "update app_user set name = 'x', left_at = null",
	"link identity":              "update app_user set issuer = 'https://x', subject = '1' where name = 'vera'",
	"add grant":                  "insert into role_grant (user_id, role) values (1, 'lawyer')",
	"raise grant":                "update role_grant set role = 'lawyer', organisation_id = null, to_date = null",
	"forge session":              "insert into session (token_hash, kind, user_id, grant_id, expires_at) values (sha256('x'), 'browser', 1, 1, 'infinity')",
	"prolong sessions":           "update session set expires_at = 'infinity', revoked_at = null",
	"add invitation":             "insert into invitation (code_hash, user_id, expires_at) values (sha256('x'), 1, 'infinity')",
	"use invitation":             "update invitation set used_at = now()",
	"add issuer":                 "insert into issuer_binding (issuer) values ('https://x')",
	"sign audit":                 "insert into audit_event (actor_id, role, action) select split_part(s, ' ', 1)::bigint, split_part(s, ' ', 2), 'x' from unnest(session_signatures()) s limit 1",
	"sign audit for viborg":      "insert into audit_event (actor_id, role, action, organisation_id) select split_part(s, ' ', 1)::bigint, split_part(s, ' ', 2), 'x', 1 from unnest(session_signatures()) s limit 1",
	"sign audit as another":      "insert into audit_event (actor_id, role, action) values (4711, 'lawyer', 'x')",
	"sign audit as a job":        "insert into audit_event (role, action) values ('system:x', 'x')",
	"append audit value":         "insert into audit_value (id, salt, value) values (gen_random_uuid(), 'x', 'x')",
	"date audit back":            "insert into audit_event (role, action, at) values ('x', 'x', '2020-01-01')",
	"number audit by hand":       "insert into audit_event (role, action, xid, era) values ('x', 'x', '1', 1)",
	"change audit":               "update audit_event set action = 'x'",
	"remove audit":               "delete from audit_event",
	"erase audit value":          "update audit_value set salt = null, value = null, erased_at = now()",
	"remove audit value":         "delete from audit_value",
	"forge seal":                 "insert into audit_seal values (1, 1, '0', '1', 1, sha256('x'), sha256('x'), sha256('x'), now())",
	"change seal":                "update audit_seal set root = sha256('y')",
	"remove seal":                "delete from audit_seal",
	"add vendor":                 "insert into vendor (name, cvr) values ('x', '12345678')",
	"change vendors":             "update vendor set name = 'x'",
	"remove vendors":             "delete from vendor",
	"keep a name":                "insert into vendor_name (vendor_id, name, to_date) values (1, 'x', '2020-01-01')",
	"change names":               "update vendor_name set name = 'x'",
	"add contact":                "insert into vendor_contact (vendor_id, role, name) values ((select min(id) from vendor), 'breach', 'x')",
	"change contacts":            "update vendor_contact set name = 'x'",
	"remove contacts":            "delete from vendor_contact",
	"certify":                    "insert into dpf_certification (vendor_id, from_date, hr, checked_on) values ((select min(id) from vendor), '2023-07-10', true, '2024-01-01')",
	"change certifications":      "update dpf_certification set hr = false",
	"remove certifications":      "delete from dpf_certification",
	"add comment":                "insert into agreement_comment (agreement_id, text, created_at) select min(id), 'x', now() from agreement",
	"change comments":            "update agreement_comment set text = 'x'",
	"resolve comments":           "update agreement_comment set resolved_at = now()",
	"remove comments":            "delete from agreement_comment",
	"add review":                 "insert into agreement_review (agreement_version_id, at_version, asked_at, asked_by) select max(id), 1, now(), (select id from app_user where name = 'olga') from agreement_version",
	"judge reviews":              "update agreement_review set verdict = 'returned', reason = 'x', decided_at = now()",
	"remove reviews":             "delete from agreement_review",
	"add hearing":                "insert into hearing (agreement_id, agreement_version_id, no, title, vendor_name, systems, question, deadline, language, clauses, fields, text_hash, opened_at, closed_at) select max(agreement_id), max(id), 9, 'x', 'x', '{}', 'x', '2999-01-01', 'da', '[]', '[]', " + someHash + ", now(), now() from agreement_version",
	"prolong hearings":           "update hearing set deadline = '2999-12-31'",
	"change heard text":          "update hearing set clauses = '[]'",
	"ask viborg":                 "insert into hearing_party (hearing_id, organisation_id) select h.id, o.id from hearing h, organisation o where h.title = 'nobody' and o.name = 'viborg'",
	"send answers":               "update hearing_party set sent_at = now()",
	"move answers":               "update hearing_party set organisation_id = 1",
	"answer for viborg":          "insert into hearing_answer (hearing_id, organisation_id, path, value, changed_at) values (1, 1, 'remark', '\"x\"', now())",
	"change heard answers":       "update hearing_answer set value = '\"y\"'",
	"remove heard answers":       "delete from hearing_answer",
	"add position":               "insert into position (family, kind, subject, issue) values ('x', 'clause', 'x', 'y')",
	"change positions":           "update position set note = 'x'",
	"add template source":        "insert into template_source (family, language, convention, provenance, file_name, file_id) select 'everybody', 'da', 'state', 'secretariat', 'x', min(id) from stored_file",
	"change paragraphs":          "update template_paragraph set corrected = '{}'",
	"remove paragraphs":          "delete from template_paragraph",
	"remove positions":           "delete from position",
	"add territory":              "insert into territory (code, kind, from_date, source) values ('TH', 'adequacy', '2026-01-01', 'x')",
	"end territory":              "update territory set to_date = '2030-01-01' where code = 'KR'",
	"remove territories":         "delete from territory",
	"add subprocessor":           "insert into subprocessor (vendor_id, processor_id, from_date) select min(id), max(id), '2024-01-01' from vendor",
	"end subprocessors":          "update subprocessor set to_date = '2030-01-01'",
	"remove subprocessors":       "delete from subprocessor",
	"add system":                 "insert into it_system (name, vendor_id) values ('x', (select min(id) from vendor))",
	"change systems":             "update it_system set name = 'x'",
	"remove systems":             "delete from it_system",
	"add usage":                  "insert into usage (organisation_id, system_id, from_date, to_date) values (:viborg, 1, '2019-01-01', '2019-12-31')",
	"add usage of skive":         "insert into usage (organisation_id, system_id, from_date, to_date) values (:skive, 1, '2019-01-01', '2019-12-31')",
	"change usages":              "update usage set local_name = 'x'",
	"give usages away":           "update usage set organisation_id = :randers",
	"remove usages":              "delete from usage",
	"add own agreement":          "insert into own_agreement (organisation_id, vendor_id, title) values (:viborg, 1, 'x')",
	"add own agreement of skive": "insert into own_agreement (organisation_id, vendor_id, title) values (:skive, 1, 'x')",
	"propose own agreement":      "insert into own_agreement (organisation_id, vendor_id, title, state) values (:viborg, 1, 'x', 'proposed')",
	"change own agreements":      "update own_agreement set title = 'x'",
	"give own agreements away":   "update own_agreement set organisation_id = :randers",
	"remove own agreements":      "delete from own_agreement",
	"add own agreement system":   "insert into own_agreement_system (own_agreement_id, system_id, organisation_id) values ((select min(id) from own_agreement), 2, :viborg)",
	"remove own systems":         "delete from own_agreement_system",
	"add usage change":           "insert into usage_change (organisation_id, kind, cells, made_at, made_by) values (:viborg, 'edit', '[]', now(), 1)",
	"add usage change of skive":  "insert into usage_change (organisation_id, kind, cells, made_at, made_by) values (:skive, 'edit', '[]', now(), 1)",
	"undo usage changes":         "update usage_change set undone_at = now(), undone_by = 1",
	"rewrite usage changes":      "update usage_change set cells = '[]'",
	"remove usage changes":       "delete from usage_change",
	"add bulk change":            "insert into bulk_change (organisation_id, list, field, cells, made_at, made_by) values (:viborg, 'own_agreements', 'endsOn', '[]', now(), 1)",
	"add bulk change of another": "insert into bulk_change (organisation_id, list, field, cells, made_at, made_by) values (:viborg, 'own_agreements', 'endsOn', '[]', now(), 7)",
	"add bulk change of office":  "insert into bulk_change (list, field, cells, made_at, made_by) values ('systems', 'hosting', '[]', now(), 5)",
	"undo bulk changes":          "update bulk_change set undone_at = now(), undone_by = 1",
	"rewrite bulk changes":       "update bulk_change set cells = '[]'",
	"remove bulk changes":        "delete from bulk_change",
	"save filter":                "insert into saved_filter (organisation_id, user_id, page, name, query) values (:viborg, 1, 'x', 'x', '')",
	"save filter of a colleague": "insert into saved_filter (organisation_id, user_id, page, name, query, shared) values (:viborg, 7, 'x', 'x', '', true)",
	"save filter for the office": "insert into saved_filter (user_id, page, name, query) values (5, 'x', 'x', '')",
	"change filters":             "update saved_filter set query = 'x'",
	"remove filters":             "delete from saved_filter",
	"describe systems":           "insert into system_profile (system_id, list, value) values (1, 'hosting', 'own')",
	"undescribe systems":         "delete from system_profile",
	"move systems":               "update system_vendor set from_date = '2020-01-01'",
	"forget vendors of systems":  "delete from system_vendor",
	"screen a system":            "insert into system_screening (system_id, outcome, reason, decided_at) values (1, 'no_personal_data', 'x', now())",
	"change screenings":          "update system_screening set reason = 'y'",
	"remove screenings":          "delete from system_screening",
	"add choice":                 "insert into choice (list, value, position, da, en) values ('hosting', 'x', 9, 'x', 'x')",
	"add kle":                    "insert into kle (number, title) values ('99', 'x')",
	"retire kle":                 "update kle set retired = true",
	"remove kle":                 "delete from kle",
	"add kle issue":              "insert into kle_issue (issued_on, items, sha256, imported_at) values ('2026-01-01', 1, " + someHash + ", now())",
	"attach kle":                 "insert into system_kle (system_id, number) select max(s.id), '98' from it_system s",
	"detach kle":                 "delete from system_kle",
	"receive file":               "insert into upload (organisation_id, by_office, user_id, name, sha256, size, media_type, staging_key, created_at) values (:viborg, false, 1, 'x', " + someHash + ", 1, 'x', 'x', now())",
	"receive file as the office": "insert into upload (organisation_id, by_office, user_id, name, sha256, size, media_type, staging_key, created_at) values (:viborg, true, 1, 'x', " + someHash + ", 1, 'x', 'x', now())",
	"change received files":      "update upload set organisation_id = :randers",
	"discard files":              "delete from upload",
	"add sealed file":            "insert into stored_file (organisation_id, sha256, size, media_type, staging_key, state) values (:viborg, " + someHash + ", 1, 'x', 'x', 'sealed')",

	"add template":              "insert into template_version (key, name, version, language, provenance, text_hash, fields) values ('eksempel', 'x', '1', 'da', 'sample', " + someHash + ", '[]')",
	"change drafts":             "update template_version set name = 'x' where state = 'draft'",
	"change templates":          "update template_version set name = 'x' where state = 'published'",
	"unpublish templates":       "update template_version set state = 'draft', published_at = null where state = 'published'",
	"remove templates":          "delete from template_version",
	"add clause":                "insert into clause (template_version_id, key, position, number, level, annex, blocks, hash) select id, 'x', 2, '2', 1, false, '[]', " + someHash + " from template_version where state = 'draft'",
	"add clause to published":   "insert into clause (template_version_id, key, position, number, level, annex, blocks, hash) select id, 'x', 2, '2', 1, false, '[]', " + someHash + " from template_version where state = 'published'",
	"change clauses":            "update clause set heading = 'x'",
	"remove clauses":            "delete from clause",
	"add family":                "insert into template_family (key, name, use_when, audience) values ('ny', '{\"da\": \"x\"}', '{\"da\": \"x\"}', 'all')",
	"change families":           "update template_family set audience = 'all'",
	"remove families":           "delete from template_family",
	"add agreement":             "insert into agreement (vendor_id, title) values ((select min(id) from vendor), 'x')",
	"change agreements":         "update agreement set title = 'x'",
	"add agreement system":      "insert into agreement_system (agreement_id, system_id) select min(a.id), max(s.id) from agreement a, it_system s",
	"remove agreement systems":  "delete from agreement_system",
	"add version":               "insert into agreement_version (agreement_id, no, template_version_id) select agreement_id, 2, template_version_id from agreement_version",
	"offer versions":            "update agreement_version set state = 'offered', offered_at = now(), text_hash = " + someHash + " where state = 'draft'",
	"remove versions":           "delete from agreement_version",
	"add answers":               "insert into answer (agreement_version_id, path, value) select id, 'x', '1' from agreement_version",
	"change answers":            "update answer set value = '1'",
	"remove answers":            "delete from answer",
	"add batch":                 "insert into batch (kind, subject_id, title) values ('release', 1, 'x')",
	"stop batches":              "update batch set stopped = true",
	"add batch item":            "insert into batch_item (batch_id, organisation_id) select id, :skive from batch",
	"finish batch items":        "update batch_item set state = 'done'",
	"add file":                  "insert into stored_file (organisation_id, sha256, size, media_type, staging_key) values (:viborg, " + someHash + ", 1, 'x', 'x')",
	"add file of randers":       "insert into stored_file (organisation_id, sha256, size, media_type, staging_key) values (:randers, " + someHash + ", 1, 'x', 'x')",
	"add file of secretariat":   "insert into stored_file (sha256, size, media_type, staging_key) values (" + someHash + ", 1, 'x', 'x')",
	"change files":              "update stored_file set object_version = 'x'",
	"remove files":              "delete from stored_file",
	"add accession":             "insert into accession (agreement_id, agreement_version_id, organisation_id, text_hash, instance_hash, party, offered_at) select min(v.agreement_id), min(v.id), :viborg, " + someHash + ", " + someHash + ", '{}', now() from agreement_version v where state = 'draft'",
	"add accession of randers":  "insert into accession (agreement_id, agreement_version_id, organisation_id, text_hash, instance_hash, party, offered_at) select min(v.agreement_id), min(v.id), :randers, " + someHash + ", " + someHash + ", '{}', now() from agreement_version v where state = 'draft'",
	"change accessions":         "update accession set state = 'offered'",
	"remove accessions":         "delete from accession",
	"add accession system":      "insert into accession_system (accession_id, system_id, organisation_id) select min(a.id), max(s.id), :viborg from accession a, it_system s",
	"add accession document":    "insert into accession_document (accession_id, format, organisation_id, file_id) select 1, 'docx', :viborg, 1",
	"change documents":          "update accession_document set format = 'docx'",
	"set threshold":             "insert into policy_number (key, from_date, value, source) values ('supervision.threshold', '2030-01-01', 1, 'x')", // the office's is a lawyer
	"change thresholds":         "update policy_number set value = 1",
	"forge scope":               "update system_scope set in_scope = true",
	"forge course":              "update scope_point set in_scope = 1",
	"forge merge":               "insert into record_merge (kind, winner_id, loser_id, created_by) values ('vendor', 1, 2, 1)",
	"forge merge step":          "insert into merge_step (merge_id, no, batch, table_name, op, key, before) values (1, 9, 9, 'vendor', 'change', '{}', '{}')",
	"change merges":             "update record_merge set undone_at = null, undone_by = null",
	"change merge steps":        "update merge_step set before = '{}'",
	"merge vendors":             "select merge_records('vendor', 1, 2, '{}', 'x')",
	"undo merge":                "select merge_undo(1)",
	"add suspect":               "insert into duplicate_suspect (kind, first_id, second_id, certainty, why, at) values ('vendor', 1, 2, 9, '{}', now())",
	"dismiss suspect":           "insert into duplicate_dismissal (kind, first_id, second_id, created_by) values ('system', 1, 2, 1)",
	"forget dismissals":         "delete from duplicate_dismissal",
	"forge not needed":          "insert into usage_not_needed (usage_id, from_at) values (1, now())",
	"change not needed":         "update usage_not_needed set to_at = now()",
	"remove not needed":         "delete from usage_not_needed",
	"claim a uuid":              "insert into kitos_claim (system_id, kitos_uuid) values (1, gen_random_uuid())",
	"forget claims":             "delete from kitos_claim",
	"add figure":                "insert into figure (key, value, at) values ('x', 1, now())",
	"change figures":            "update figure set value = 99",
	"add import":                "insert into import (organisation_id, kind, file_name, size, staging_key, created_by) values (:viborg, 'usages', 'x', 1, 'x', 1)",
	"add import of secretariat": "insert into import (kind, file_name, size, staging_key, created_by) values ('usages', 'x', 1, 'x', 1)",
	"change imports":            "update import set file_name = 'x'",
	"give imports away":         "update import set organisation_id = :randers",
	"remove imports":            "delete from import",
	"add import line":           "insert into import_row (import_id, line, organisation_id, cells) values (1, 99, :viborg, '[]')",
	"change import lines":       "update import_row set outcome = 'added'",
	"remove import lines":       "delete from import_row",
	"add mapping":               "insert into import_mapping (organisation_id, kind, heading_key, fields) values (:viborg, 'usages', 'y', '{}')",
	"change mappings":           "update import_mapping set fields = '{}'",
	"remove mappings":           "delete from import_mapping",
}
