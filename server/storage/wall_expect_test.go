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
accession_step     | viborg | randers | skive | - | - | randers,skive,viborg | ! | viborg | -
accession_answer   | viborg | randers | skive | - | - | randers,skive,viborg | ! | viborg | -
accession_proposal | viborg | randers | skive | - | - | randers,skive,viborg | ! | ! | !
mandate            | viborg | randers | skive | - | - | randers,skive,viborg | ! | ! | !
instruction        | viborg | randers | skive | - | - | randers,skive,viborg | ! | ! | !
authorised_subprocessor | viborg | randers | skive | - | - | randers,skive,viborg | ! | ! | !
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
task               | old | old | old | - | - | nobody's yet,old | ! | nobody's yet,old | nobody's yet,old
task_system        | old | old | old | - | - | old | ! | old | old
task_line          | viborg | randers | skive | - | - | randers,skive,viborg | ! | viborg | -
task_ask           | viborg | randers | skive | - | - | ! | ! | ! | !
mail               | viborg | randers | skive | - | - | randers,skive,viborg | ! | ! | !
mail_line          | viborg | randers | skive | - | - | randers,skive,viborg | ! | ! | !
position           | ! | ! | ! | ! | ! | position | ! | ! | !
agreement_comment  | ! | ! | ! | ! | ! | comment | ! | ! | !
answer_copy        | ! | ! | ! | ! | ! | copy | ! | ! | !
agreement_review   | ! | ! | ! | ! | ! | review | ! | ! | !
hearing            | both | both | both | - | - | both,nobody | ! | both | -
hearing_party      | viborg | randers | skive | - | - | randers,skive,viborg | ! | viborg | -
hearing_answer     | viborg | randers | skive | - | - | randers | ! | viborg | -
negotiation        | followed | followed | - | - | - | followed,unfollowed | ! | ! | !
negotiation_step   | followed | followed | - | - | - | followed,unfollowed | ! | ! | !
negotiation_round  | followed | followed | - | - | - | followed,unfollowed | ! | ! | !
negotiation_change | followed | followed | - | - | - | followed,unfollowed | ! | ! | !
negotiation_verdict | answered | answered | - | - | - | answered,weighed | ! | ! | !
negotiated_clause  | late,old | late,old | old | - | - | draft,late,old | ! | draft,late,old | draft,late,old
precedent          | ! | ! | ! | ! | ! | precedent | ! | ! | !
negotiation_entry  | ! | ! | ! | ! | ! | entry | ! | ! | !
negotiation_paper  | ! | ! | ! | ! | ! | followed | ! | ! | !
negotiation_paper_entry | ! | ! | ! | ! | ! | paper entry | ! | ! | !
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
add copy                   | ! | ! | ! | ! | ! | 1 | ! | ! | !
change copies              | ! | ! | ! | ! | ! | ! | ! | ! | !
remove copies              | ! | ! | ! | ! | ! | 1 | ! | ! | !
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
add negotiation            | ! | ! | ! | ! | ! | 1 | ! | ! | !
change negotiations        | ! | ! | ! | ! | ! | 2 | ! | ! | !
remove negotiations        | ! | ! | ! | ! | ! | ! | ! | ! | !
add round                  | ! | ! | ! | ! | ! | 1 | ! | ! | !
change rounds              | ! | ! | ! | ! | ! | ! | ! | ! | !
remove rounds              | ! | ! | ! | ! | ! | ! | ! | ! | !
decide changes             | ! | ! | ! | ! | ! | 3 | ! | ! | !
reword changes             | ! | ! | ! | ! | ! | ! | ! | ! | !
remove changes             | ! | ! | ! | ! | ! | ! | ! | ! | !
remove verdicts            | ! | ! | ! | ! | ! | ! | ! | ! | !
change steps               | ! | ! | ! | ! | ! | ! | ! | ! | !
reword a draft's clauses   | ! | ! | ! | ! | ! | 1 | ! | ! | !
reword frozen clauses      | ! | ! | ! | ! | ! | ! | ! | ! | !
add precedent              | ! | ! | ! | ! | ! | 1 | ! | ! | !
change precedents          | ! | ! | ! | ! | ! | ! | ! | ! | !
add entry                  | ! | ! | ! | ! | ! | 1 | ! | ! | !
add mail                   | ! | ! | ! | ! | ! | 1 | ! | ! | !
settle entries             | ! | ! | ! | ! | ! | 1 | ! | ! | !
reword entries             | ! | ! | ! | ! | ! | ! | ! | ! | !
add paper                  | ! | ! | ! | ! | ! | 1 | ! | ! | !
change papers              | ! | ! | ! | ! | ! | ! | ! | ! | !
remove papers              | ! | ! | ! | ! | ! | ! | ! | ! | !
assess papers              | ! | ! | ! | ! | ! | 1 | ! | ! | !
move assessments           | ! | ! | ! | ! | ! | ! | ! | ! | !
remove assessments         | ! | ! | ! | ! | ! | ! | ! | ! | !
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
remove agreement systems   | ! | ! | ! | ! | ! | 3 | ! | ! | !
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
change accessions          | 2 | 1 | 0 | 0 | 0 | 2 | ! | 2 | 0
give accessions away       | ! | ! | ! | ! | ! | ! | ! | ! | !
remove accession systems   | 2 | 1 | 0 | 0 | 0 | ! | ! | ! | !
note step of viborg        | 1 | ! | ! | ! | ! | ! | ! | 1 | !
note step by mandate       | ! | ! | ! | ! | ! | 1 | ! | 1 | !
note step by mandate of randers | ! | ! | ! | ! | ! | ! | ! | ! | !
note step by mandate of skive | ! | ! | ! | ! | ! | ! | ! | ! | !
note step before the mandate | ! | ! | ! | ! | ! | ! | ! | 1 | !
authorise before the mandate | 1 | ! | ! | ! | ! | ! | ! | ! | !
change turns               | ! | ! | ! | ! | ! | ! | ! | ! | !
say viborg's fact          | 1 | ! | ! | ! | ! | ! | ! | 1 | !
say fact in skive's        | ! | ! | ! | ! | ! | ! | ! | ! | !
change facts               | 1 | 1 | 0 | 0 | 0 | ! | ! | ! | !
remove facts               | ! | ! | ! | ! | ! | ! | ! | ! | !
propose to viborg          | ! | ! | ! | ! | ! | 1 | ! | ! | !
confirm proposals          | 1 | 1 | 0 | 0 | 0 | ! | ! | ! | !
withdraw proposals         | ! | ! | 0 | 0 | 0 | 3 | ! | ! | !
reword proposals           | ! | ! | ! | ! | ! | ! | ! | ! | !
give mandate               | ! | 1 | ! | ! | ! | ! | ! | ! | !
revoke mandates            | 1 | 0 | 0 | 0 | 0 | ! | ! | ! | !
prolong mandates           | ! | ! | ! | ! | ! | ! | ! | ! | !
instruct for viborg        | 1 | ! | ! | ! | ! | ! | ! | ! | !
reword instructions        | ! | ! | ! | ! | ! | ! | ! | ! | !
authorise for viborg       | 1 | ! | ! | ! | ! | 1 | ! | ! | !
authorise for randers      | ! | 1 | ! | ! | ! | ! | ! | ! | !
change authorised          | ! | ! | ! | ! | ! | ! | ! | ! | !
remove accessions          | ! | ! | ! | ! | ! | ! | ! | ! | !
add accession system       | 1 | ! | ! | ! | ! | ! | ! | 1 | !
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
add task                   | ! | ! | ! | ! | ! | 1 | ! | ! | !
postpone tasks             | ! | ! | ! | ! | ! | 2 | ! | ! | !
rename the thing of tasks  | ! | ! | ! | ! | ! | ! | ! | ! | !
remove tasks               | ! | ! | ! | ! | ! | ! | ! | ! | !
add system to task         | ! | ! | ! | ! | ! | 1 | ! | ! | !
remove systems of tasks    | ! | ! | ! | ! | ! | ! | ! | ! | !
assign viborg              | ! | ! | ! | ! | ! | 1 | ! | 1 | !
assign aabenraa            | ! | ! | ! | ! | ! | 1 | ! | ! | !
finish tasks               | 1 | 1 | 0 | 0 | 0 | 3 | ! | 1 | 0
move tasks to another      | ! | ! | ! | ! | ! | ! | ! | ! | !
remove task lines          | ! | ! | ! | ! | ! | ! | ! | ! | !
ask of viborg's task       | 1 | ! | ! | ! | ! | ! | ! | ! | !
ask viborg of skive's task | ! | ! | ! | ! | ! | ! | ! | ! | !
answer questions           | 1 | 1 | 0 | 0 | 0 | ! | ! | ! | !
reword questions           | ! | ! | ! | ! | ! | ! | ! | ! | !
remove questions           | ! | ! | ! | ! | ! | ! | ! | ! | !
add figure                 | ! | ! | ! | ! | ! | ! | ! | ! | !
change figures             | ! | ! | ! | ! | ! | ! | ! | ! | !
`

const someHash = "repeat('f', 64)"
