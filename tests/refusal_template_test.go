package tests

import "fmt"

func templateRefusals(r *register) []refusal {
	lawyer := ask[int64](r, "select id from app_user where persona = 'jurist'")
	sample := ask[int64](r, "select id from template_version where key = 'eksempel' and language = 'da' and state = 'published'")
	copied := func(label, state string) int64 {
		id := ask[int64](r, `insert into template_version (key, name, version, language, provenance, text_hash, fields, rules, state, changed_by)
			select key, name, $2, language, provenance, text_hash, fields, rules, $3, $4 from template_version where id = $1 returning id`, sample, label, state, lawyer)
		r.exec(`insert into clause (template_version_id, key, position, number, level, annex, heading, blocks, hash)
			select $2, key, position, number, level, annex, heading, blocks, hash from clause where template_version_id = $1`, sample, id)
		return id
	}
	draft, reviewed := copied("prøve", "draft"), copied("gennemgået", "reviewed")
	r.exec("update clause set blocks = '[]' where template_version_id = $1 and level = 2", reviewed)
	key := ask[string](r, "select key from clause where template_version_id = $1 and level = 2 order by position limit 1", draft)
	at := func(id int64, act string) string { return fmt.Sprintf("/api/v1/templates/%d/%s", id, act) }
	edit := func(base int, block any) map[string]any {
		return map[string]any{"base": base, "heading": "", "blocks": []any{block}}
	}
	text := map[string]any{"kind": "paragraph", "spans": []any{map[string]any{"kind": "normative", "text": "x"}}}
	slot := map[string]any{"kind": "paragraph", "spans": []any{map[string]any{"kind": "fill_in", "field": "findes.ikke"}}}
	named := func(version, provenance string) map[string]any {
		return map[string]any{"name": "x", "version": version, "provenance": provenance}
	}
	field := func(path string, with ...string) map[string]any {
		f := map[string]any{"path": path, "type": "text", "label": "x", "required": false, "local": false}
		for _, text := range with {
			f["default"] = text
		}
		return map[string]any{"field": f}
	}
	ruled := func(code, path string) map[string]any {
		return map[string]any{"rule": map[string]any{"code": code, "path": path, "severity": "warning", "when": map[string]any{"path": "breach.hours", "above": 24},
			"says": map[string]any{"da": "x", "en": "x"}, "source": "x"}}
	}
	agreement := ask[int64](r, `with made as (insert into agreement (vendor_id, title) select min(id), 'x' from vendor returning id)
		insert into agreement_version (agreement_id, no, template_version_id) select id, 1, $1 from made returning agreement_id`, sample)
	english := ask[int64](r, `insert into template_version (key, name, version, language, provenance, text_hash, fields, state, published_at)
		select 'sundhed', name, '1', 'en', provenance, text_hash, '[]', 'published', now() from template_version where id = $1 returning id`, sample)
	move := fmt.Sprintf("/api/v1/agreements/%d/move", agreement)
	to := func(id int64) map[string]any { return map[string]any{"template": id} }
	source := func(drafted, discarded bool) int64 {
		id := ask[int64](r, `with f as (insert into stored_file (sha256, size, media_type, staging_key) values (encode(sha256(gen_random_uuid()::text::bytea), 'hex'), 1, 'x', gen_random_uuid()::text) returning id)
			insert into template_source (family, language, convention, provenance, file_name, file_id, template_id, discarded_at)
			select 'datatilsynet', 'da', 'state', 'secretariat', 'x.docx', f.id, case when $1 then $2::bigint end, case when $3 then now() end from f returning id`, drafted, draft, discarded)
		r.exec(`insert into template_paragraph (source_id, place, recognised) values ($1, 0, '{"position": 0, "class": "text", "spans": [{"kind": "normative", "text": "Ord"}]}')`, id)
		return id
	}
	open, made, away := source(false, false), source(true, false), source(false, true)
	from := func(id int64, act string) string { return fmt.Sprintf("/api/v1/template-sources/%d/%s", id, act) }
	said := func(base int, class, words string) map[string]any {
		return map[string]any{"corrections": []any{map[string]any{"place": 0, "base": base, "paragraph": map[string]any{"class": class, "spans": []any{map[string]any{"kind": "normative", "text": words}}}}}}
	}
	asked := map[string]any{"path": "breach.hours", "type": "integer", "label": "x", "required": false, "local": false}
	put := copied("kasseret", "draft")
	r.exec("update template_version set discarded_at = now() where id = $1", put)
	const no, clash = 422, 409
	return []refusal{
		{"jurist", clash, "template.frozen", "PATCH", at(sample, "clauses/"+key), edit(1, text), nil},
		{"jurist", clash, "template.clause_conflict", "PATCH", at(draft, "clauses/"+key), edit(2, text), nil},
		{"jurist", no, "template.slot", "PATCH", at(draft, "clauses/"+key), edit(1, slot), nil},
		{"jurist", no, "template.block", "PATCH", at(draft, "clauses/"+key), edit(1, map[string]any{"kind": "list"}), nil},
		{"jurist", no, "template.condition", "PATCH", at(draft, "clauses/"+key), edit(1, map[string]any{"kind": "paragraph", "when": map[string]any{"path": "findes.ikke", "equals": 1}}), nil},
		{"jurist", clash, "template.place", "POST", at(draft, "clauses/"+key+"/move"), map[string]any{"base": 1, "by": -1}, nil},
		{"jurist", clash, "template.field_conflict", "POST", at(draft, "fields"), field("breach.hours"), nil},
		{"jurist", no, "template.fields", "POST", at(draft, "fields"), field("ny", "uden kilde"), nil},
		{"jurist", clash, "template.rule_conflict", "POST", at(draft, "rules"), ruled("breach_late", "breach.hours"), nil},
		{"jurist", no, "template.rules", "POST", at(draft, "rules"), ruled("ny", "findes.ikke"), nil},
		{"jurist", clash, "template.version_taken", "POST", at(sample, "drafts"), map[string]any{"version": "prøve"}, nil},
		{"jurist", clash, "template.not_authority", "PUT", at(draft, "declaration"), named("x", "authority"), 1},
		{"jurist", clash, "template.own_review", "POST", at(draft, "review"), nil, 1},
		{"jurist", clash, "template.not_reviewed", "POST", at(draft, "publish"), nil, 1},
		{"jurist", clash, "template.problems", "POST", at(reviewed, "publish"), nil, 1},
		{"jurist", clash, "template.discarded", "PATCH", at(put, "clauses/"+key), edit(1, text), nil},
		{"jurist", no, "source.correction", "POST", from(open, "corrections"), said(1, "table", "Ord"), nil},
		{"jurist", no, "source.declared_ahead", "PUT", from(open, "declaration"), map[string]any{"provenance": "authority", "declaredBy": "x", "declaredOn": "2999-01-01"}, 1},
		{"jurist", no, "source.words", "POST", from(open, "corrections"), said(1, "text", "Andre ord"), nil},
		{"jurist", clash, "source.conflict", "POST", from(open, "corrections"), said(2, "text", "Ord"), nil},
		{"jurist", no, "source.field", "POST", from(open, "fields"), asked, nil},
		{"jurist", no, "source.declaration", "PUT", from(open, "declaration"), map[string]any{"provenance": "authority"}, 1},
		{"jurist", no, "source.empty", "POST", from(open, "draft"), map[string]any{}, 1},
		{"jurist", 404, "source.no_previous", "GET", from(open, "comparison"), nil, nil},
		{"jurist", clash, "source.drafted", "POST", from(made, "corrections"), said(1, "text", "Ord"), nil},
		{"jurist", clash, "source.discarded", "POST", from(away, "corrections"), said(1, "text", "Ord"), nil},
		{"jurist", clash, "agreement.same_template", "POST", move, to(sample), 1},
		{"jurist", clash, "agreement.other_language", "POST", move, to(english), 1},
		{"jurist", no, "agreement.unknown_template", "POST", move, to(draft), 1},
	}
}
