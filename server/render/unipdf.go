//go:build unipdf

package render

import (
	"bytes"
	"context"
	"fmt"

	"github.com/unidoc/unipdf/v3/common/license"
	"github.com/unidoc/unipdf/v3/contentstream"
	"github.com/unidoc/unipdf/v3/core"
	"github.com/unidoc/unipdf/v3/model"

	"klausul/templates"
)

// NewUniPDF gives the engine that writes through UniDoc's library. It refuses with
// a *LicenceError when no licence is configured or the library does not accept it.
//
// The pages are those of the default engine, laid out by the same code. Its files
// are not tagged and not PDF/A. No page was ever made with a licence in this
// project's tests: without one the library writes nothing, which is what they check.
func NewUniPDF(l UniPDFLicence) (PDFEngine, error) {
	refuse := func(reason string, cause error) (PDFEngine, error) {
		return nil, &LicenceError{Engine: uniPDF, Reason: reason, cause: cause}
	}
	switch {
	case l.Key == "" && l.APIKey == "":
		return refuse("no licence is configured", nil)
	case l.Key != "" && l.APIKey != "":
		return refuse("both an offline and a metered key are configured", nil)
	case l.Key != "" && l.Customer == "":
		return refuse("an offline key needs the customer's name", nil)
	case l.Key != "":
		if err := license.SetLicenseKey(l.Key, l.Customer); err != nil {
			return refuse("the offline key was not accepted", err)
		}
	default:
		if err := license.SetMeteredKey(l.APIKey); err != nil {
			return refuse("the metered key was not accepted", err)
		}
	}
	if k := license.GetLicenseKey(); k == nil || !k.IsLicensed() {
		return refuse("the library does not consider itself licensed", nil)
	}
	return uniEngine{}, nil
}

type uniEngine struct{}

func (uniEngine) Name() string { return uniPDF }

// PDF sets the document as the default engine does and hands the pages to the
// library. An empty result is an error, never a file.
func (uniEngine) PDF(ctx context.Context, d Document) ([]byte, error) {
	l, err := set(&d)
	if err != nil {
		return nil, err
	}
	u := uniPainter{l: l}
	for id, used := range l.usedFaces() {
		if !used {
			continue
		}
		file, err := templates.FS.ReadFile("fonts/" + l.faces[id].postScript + ".ttf")
		if err != nil {
			return nil, fmt.Errorf("read font %s: %w", l.faces[id].postScript, err)
		}
		if u.fonts[id], err = model.NewCompositePdfFontFromTTF(bytes.NewReader(file)); err != nil {
			return nil, fmt.Errorf("load font %s: %w", l.faces[id].postScript, err)
		}
	}
	w := model.NewPdfWriter()
	at, err := model.NewPdfDateFromTime(d.when())
	if err != nil {
		return nil, fmt.Errorf("write pdf: %w", err)
	}
	w.SetDocInfo(&model.PdfInfo{Title: core.MakeEncodedString(d.name(), true), CreationDate: &at, ModifiedDate: &at})
	if err := w.SetCatalogLanguage(core.MakeString(l.w.lang)); err != nil {
		return nil, fmt.Errorf("write pdf: %w", err)
	}
	for _, p := range l.pages {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		page, err := u.page(p)
		if err == nil {
			err = w.AddPage(page)
		}
		if err != nil {
			return nil, fmt.Errorf("write page %d: %w", p.number, err)
		}
	}
	var out bytes.Buffer
	if err := w.Write(&out); err != nil {
		if !license.GetLicenseKey().IsLicensed() {
			return nil, &LicenceError{Engine: uniPDF, Reason: "the library refused to write", cause: err}
		}
		return nil, fmt.Errorf("write pdf: %w", err)
	}
	if out.Len() == 0 {
		return nil, &LicenceError{Engine: uniPDF, Reason: "the library wrote an empty file"}
	}
	return out.Bytes(), nil
}

// uniPainter turns set pages into unipdf's content streams.
type uniPainter struct {
	l     *layout
	fonts [faceCount]*model.PdfFont
}

func (u *uniPainter) page(p *page) (*model.PdfPage, error) {
	out := model.NewPdfPage()
	out.MediaBox = &model.PdfRectangle{Urx: pageW, Ury: pageH}
	if out.Resources == nil {
		out.Resources = model.NewPdfPageResources()
	}
	for id, f := range u.fonts {
		if f != nil {
			if err := out.Resources.SetFontByName(fontName(faceID(id)), f.ToPdfObject()); err != nil {
				return nil, err
			}
		}
	}
	c := contentstream.NewContentCreator()
	if u.l.doc.Draft {
		const y, h, stripe = 16.0, 13.0, 18.0
		c.Add_g(0.125)
		for x := 0.0; x < pageW; x += 2 * stripe {
			c.Add_re(x, pageH-y-h, stripe, h).Add_f()
		}
		word := u.l.w.draft
		w := u.l.faces[sansBold].measure(word, 10)
		c.Add_g(1).Add_re(pageW/2-w/2-14, pageH-y-h-1, w+28, h+2).Add_f()
		if err := u.text(c, text{x: pageW/2 - w/2, base: y + 10, face: sansBold, size: 10, s: word}); err != nil {
			return nil, err
		}
	}
	for _, s := range p.shapes {
		u.shape(c, s)
	}
	for _, ts := range [][]text{p.furniture, p.texts} {
		for _, t := range ts {
			if err := u.text(c, t); err != nil {
				return nil, err
			}
		}
	}
	return out, out.SetContentStreams([]string{c.String()}, core.NewFlateEncoder())
}

func fontName(id faceID) core.PdfObjectName {
	return core.PdfObjectName(fmt.Sprintf("K%d", id))
}

func (u *uniPainter) text(c *contentstream.ContentCreator, t text) error {
	code, missing := u.fonts[t.face].StringToCharcodeBytes(t.s)
	if missing > 0 {
		return fmt.Errorf("%d characters have no code in %s", missing, u.l.faces[t.face].postScript)
	}
	c.Add_BT().Add_g(float64(t.gray)/255).Add_Tf(fontName(t.face), t.size).Add_Td(t.x, pageH-t.base).Add_Tj(*core.MakeStringFromBytes(code)).Add_ET()
	return nil
}

func (u *uniPainter) shape(c *contentstream.ContentCreator, s shape) {
	g := float64(s.gray) / 255
	switch {
	case s.line == 0:
		c.Add_g(g).Add_re(s.x, pageH-s.y-s.h, s.w, s.h).Add_f()
	case s.h == 0 || s.w == 0:
		c.Add_q().Add_G(g).Add_w(s.line)
		if s.dashed {
			c.Add_d([]int64{1, 3}, 0)
		}
		c.Add_m(s.x, pageH-s.y).Add_l(s.x+s.w, pageH-s.y-s.h).Add_S().Add_Q()
	default:
		c.Add_G(g).Add_w(s.line).Add_re(s.x, pageH-s.y-s.h, s.w, s.h).Add_S()
	}
}
