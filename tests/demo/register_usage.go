package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/xuri/excelize/v2"

	"klausul/server/httpapi"
)

// registerUsage tells how a contact person works through the own systems.
var registerUsage = []step{
	{"Viborg's systems on one page", ourSystems},
	{"a block is written, one cell refused", writeBlock},
	{"two people in one cell", oneCell},
	{"one use at a time", func(ctx context.Context, s *story) (string, error) {
		viborg, rows, err := s.missing(ctx)
		if err != nil {
			return "", err
		}
		again := httpapi.NewUsage{System: rows[0].System.Number, From: rows[0].From}
		return fails(viborg.call(ctx, http.MethodPost, "/api/v1/usages", again, nil), http.StatusConflict, "usage.overlap")
	}},
	{"the filtered list as a spreadsheet", usageSheet},
}

const missingPath = "/api/v1/usages?agreement=missing"

// missing signs in as Viborg's contact person and reads the systems without an agreement.
func (s *story) missing(ctx context.Context) (*client, []httpapi.Usage, error) {
	viborg, err := signIn(ctx, s.instance.url, "kontakt-viborg")
	if err != nil {
		return nil, nil, err
	}
	var list httpapi.UsageList
	if err := viborg.get(ctx, missingPath, &list); err != nil {
		return nil, nil, err
	}
	if len(list.Items) < 10 {
		return nil, nil, fmt.Errorf("only %d systems lack an agreement", len(list.Items))
	}
	return viborg, list.Items, nil
}

func counted(ctx context.Context, c *client) (map[httpapi.UsageAgreementState]int, int, error) {
	var count httpapi.UsageCount
	err := c.get(ctx, "/api/v1/usages/count", &count)
	states := map[httpapi.UsageAgreementState]int{}
	for _, s := range count.States {
		states[s.State] = s.Count
	}
	return states, count.Total, err
}

func ourSystems(ctx context.Context, s *story) (string, error) {
	viborg, rows, err := s.missing(ctx)
	if err != nil {
		return "", err
	}
	states, total, err := counted(ctx, viborg)
	if err != nil {
		return "", err
	}
	if states["missing"] != len(rows) {
		return "", fmt.Errorf("%d are counted as missing, %d are listed", states["missing"], len(rows))
	}
	return fmt.Sprintf("%d systems: %d on a joint agreement, %d not needed, %d missing", total, states["joint"], states["not_needed"], len(rows)), nil
}

// writeBlock sets nine states and one that lacks its reason, and takes them back.
func writeBlock(ctx context.Context, s *story) (string, error) {
	viborg, rows, err := s.missing(ctx)
	if err != nil {
		return "", err
	}
	ask := httpapi.UsageChangeRequest{Kind: "paste"}
	for i, u := range rows[:10] {
		state := "own"
		if i == 9 {
			state = "not_needed"
		}
		ask.Changes = append(ask.Changes, httpapi.UsageCellChange{Usage: u.Id, Field: "agreement", Base: "missing", Value: state})
	}
	before, _, err := counted(ctx, viborg)
	if err != nil {
		return "", err
	}
	var out, back httpapi.UsageOutcome
	if err := viborg.call(ctx, http.MethodPost, "/api/v1/usages/changes", ask, &out); err != nil {
		return "", err
	}
	if len(out.Cells) != 9 || len(out.Errors) != 1 || out.Errors[0].Code != "usage.reason_needed" || out.Change == nil {
		return "", fmt.Errorf("%d cells written, refused: %+v", len(out.Cells), out.Errors)
	}
	if err := viborg.call(ctx, http.MethodPost, fmt.Sprintf("/api/v1/usages/changes/%d/undo", *out.Change), nil, &back); err != nil {
		return "", err
	}
	after, _, err := counted(ctx, viborg)
	if err == nil && (len(back.Cells) != 9 || after["own"] != before["own"] || after["missing"] != before["missing"]) {
		err = fmt.Errorf("undone to %v, was %v", after, before)
	}
	return "9 of 10 set, one waits for its reason; all undone", err
}

// oneCell lets two people write one cell from the same text.
func oneCell(ctx context.Context, s *story) (string, error) {
	viborg, rows, err := s.missing(ctx)
	if err != nil {
		return "", err
	}
	write := func(text string) (out httpapi.UsageOutcome, err error) {
		err = viborg.call(ctx, http.MethodPost, "/api/v1/usages/changes", httpapi.UsageChangeRequest{Kind: "edit",
			Changes: []httpapi.UsageCellChange{{Usage: rows[0].Id, Field: "localName", Base: rows[0].LocalName, Value: text}}}, &out)
		return out, err
	}
	if _, err := write("Omsorg i distrikt nord"); err != nil {
		return "", err
	}
	out, err := write("Omsorg nord")
	if err != nil {
		return "", err
	}
	if len(out.Conflicts) != 1 || out.Conflicts[0].Theirs != "Omsorg i distrikt nord" || out.Conflicts[0].Yours != "Omsorg nord" {
		return "", fmt.Errorf("the second is told %+v", out.Conflicts)
	}
	return fmt.Sprintf("both texts are told: »%s« and »%s«", out.Conflicts[0].Theirs, out.Conflicts[0].Yours), nil
}

func usageSheet(ctx context.Context, s *story) (string, error) {
	viborg, rows, err := s.missing(ctx)
	if err != nil {
		return "", err
	}
	content, _, err := viborg.download(ctx, "/api/v1/usages/export?agreement=missing")
	if err != nil {
		return "", err
	}
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		return "", err
	}
	defer book.Close()
	lines, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		return "", err
	}
	if len(lines) != len(rows)+1 || lines[1][0] != rows[0].System.Name {
		return "", fmt.Errorf("%d lines for %d rows, the first is %v", len(lines), len(rows), lines[1])
	}
	name := filepath.Join(s.out, "vores systemer.xlsx")
	return fmt.Sprintf("%d rows in %s", len(rows), filepath.Base(name)), os.WriteFile(name, content, 0o644)
}
