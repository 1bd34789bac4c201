package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"klausul/server/httpapi"
)

// registerVendor tell of vendors and of who stands behind them.
var registerVendor = []step{
	{"a number that is taken", takenNumber},
	{"a table of sub-processors is pasted", pasteTable},
	{"nobody stands below itself", refuseCycle},
	{"who stands behind a sub-processor", askBehind},
}

// office signs the lawyer in, if nobody has yet.
func (s *story) office(ctx context.Context) (err error) {
	if s.jurist == nil {
		s.jurist, err = signIn(ctx, s.instance.url, "jurist")
	}
	return err
}

func (s *story) vendorCalled(ctx context.Context, name string) (v httpapi.VendorDetail, err error) {
	var found httpapi.VendorList
	if err := s.jurist.get(ctx, "/api/v1/vendors?q="+url.QueryEscape(name), &found); err != nil {
		return v, err
	}
	if len(found.Items) != 1 {
		return v, fmt.Errorf("%d vendors are called %s", len(found.Items), name)
	}
	return v, s.jurist.get(ctx, fmt.Sprintf("/api/v1/vendors/%d", found.Items[0].Number), &v)
}

func takenNumber(ctx context.Context, s *story) (string, error) {
	if err := s.office(ctx); err != nil {
		return "", err
	}
	v, err := s.vendorCalled(ctx, "Åhavn")
	if err != nil {
		return "", err
	}
	add := func(cvr string) error {
		return s.jurist.call(ctx, http.MethodPost, "/api/v1/vendors", httpapi.VendorRequest{Name: "Et andet navn A/S", Country: "DK", Cvr: &cvr}, nil)
	}
	taken, err := fails(add(*v.Cvr), http.StatusConflict, "vendor.number_taken")
	if err != nil {
		return "", err
	}
	wrong, err := fails(add("29189446"), http.StatusUnprocessableEntity, "field.cvr")
	return fmt.Sprintf("CVR %s under another name: %s; one that fails modulus 11: %s", *v.Cvr, taken, wrong), err
}

const pasted = "Niveau\tNavn\tCVR\tLand\tLagring\tFjernadgang\tGrundlag\n" +
	"1\tFjordklit Drift AB\t559018-1182\tSverige\tSverige\t\tEU/EØS\n" +
	"2\tFjordklit Help Pvt. Ltd.\tU-118273\tIndien\t\tIndien\tSCC\n" +
	"1\tSkrivefejl ApS\t29189446\tDK\tMars\t\tløfte\n"

func pasteTable(ctx context.Context, s *story) (string, error) {
	v, err := s.vendorCalled(ctx, "Åhavn")
	if err != nil {
		return "", err
	}
	path := fmt.Sprintf("/api/v1/vendors/%d/subprocessors", v.Number)
	var read httpapi.PastePreview
	if err := s.jurist.call(ctx, http.MethodPost, path+"/preview", httpapi.PastedTable{Text: pasted}, &read); err != nil {
		return "", err
	}
	if len(read.Items) != 3 || len(read.Items[2].Faults) != 3 || len(read.Items[0].Faults)+len(read.Items[1].Faults) != 0 {
		return "", fmt.Errorf("the table is read as %+v", read.Items)
	}
	refused, err := fails(s.jurist.call(ctx, http.MethodPost, path+"/paste", httpapi.PastedTable{Text: pasted}, nil), http.StatusUnprocessableEntity, "vendor.lines")
	if err != nil {
		return "", err
	}
	good := pasted[:strings.Index(pasted, "1\tSkrivefejl")]
	var added httpapi.Count
	if err := s.jurist.call(ctx, http.MethodPost, path+"/paste", httpapi.PastedTable{Text: good}, &added); err != nil {
		return "", err
	}
	if added.Total != 2 {
		return "", fmt.Errorf("%d lines were added, not 2", added.Total)
	}
	return fmt.Sprintf("3 faults named in the third line, nothing added: %s; the two good lines added with their vendors", refused), nil
}

func refuseCycle(ctx context.Context, s *story) (string, error) {
	v, err := s.vendorCalled(ctx, "Åhavn")
	if err != nil {
		return "", err
	}
	path := fmt.Sprintf("/api/v1/vendors/%d/subprocessors", v.Number)
	var tree httpapi.SubprocessorTree
	if err := s.jurist.get(ctx, path, &tree); err != nil {
		return "", err
	}
	deepest, statuses := httpapi.Subprocessor{}, map[httpapi.TransferStatus]int{}
	for _, row := range tree.Items {
		statuses[row.Status]++
		if row.Tier > deepest.Tier {
			deepest = row
		}
	}
	if deepest.Tier != 3 || statuses[httpapi.TransferStatusEea] == 0 || statuses[httpapi.TransferStatusSafeguarded] == 0 {
		return "", fmt.Errorf("the tree has %d tiers, weighed as %v", deepest.Tier, statuses)
	}
	refused, err := fails(s.jurist.call(ctx, http.MethodPost, path, httpapi.SubprocessorRequest{Parent: &deepest.Id, Processor: v.Number,
		Storage: []string{}, Processing: []string{}, Remote: []string{}, Basis: httpapi.TransferBasisNone, From: tree.On}, nil), http.StatusConflict, "vendor.subprocessor_cycle")
	return fmt.Sprintf("%d rows in three tiers; the vendor under its own third tier: %s", len(tree.Items), refused), err
}

func askBehind(ctx context.Context, s *story) (string, error) {
	v, err := s.vendorCalled(ctx, "Fjordklit Help")
	if err != nil {
		return "", err
	}
	path := fmt.Sprintf("/api/v1/vendors/%d/behind", v.Number)
	var all, own httpapi.Reach
	if err := s.jurist.get(ctx, path+"/count", &all); err != nil {
		return "", err
	}
	viborg, err := signIn(ctx, s.instance.url, "kontakt-viborg")
	if err != nil {
		return "", err
	}
	if err := viborg.get(ctx, path+"/count", &own); err != nil {
		return "", err
	}
	if all.Systems != 3 || all.Members < 90 || own.Members != 1 || own.Systems == 0 {
		return "", fmt.Errorf("the secretariat finds %+v, Viborg %+v", all, own)
	}
	sheet, _, err := s.jurist.download(ctx, path+"/export")
	if err != nil {
		return "", err
	}
	file, err := s.keep("hvem-rammes.xlsx", sheet)
	return fmt.Sprintf("%d systems of %d members stand behind %s; Viborg sees its own %d; %s", all.Systems, all.Members, v.Name, own.Systems, file), err
}
