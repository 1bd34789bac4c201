package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"klausul/server/render"
)

// openPreview compares what a lawyer waits for who changes one field and looks at the
// result, with the setting of the same document by itself: the field is saved, and the PDF
// and the page for the screen are fetched.
func openPreview(ctx context.Context, w *world) (pair, error) {
	dir, err := w.copyOfDemo(ctx, "preview")
	if err != nil {
		return pair{}, err
	}
	app, err := w.serveOn(ctx, dir)
	if err != nil {
		return pair{}, err
	}
	closing := func() error { return errors.Join(app.stop(), os.RemoveAll(dir)) }
	v, err := newPreviewed(ctx, app)
	if err != nil {
		return pair{}, errors.Join(err, closing())
	}
	return pair{ours: asking(v.change), other: asking(v.set), close: closing}, nil
}

// previewed is a long draft that somebody works on.
type previewed struct {
	*press
	agreement int64
	version   int // of the field that is changed
	doc       render.Document
	engine    render.PDFEngine
	size      int // of the PDF
}

func newPreviewed(ctx context.Context, app *product) (*previewed, error) {
	v := &previewed{press: &press{url: app.URL()}, engine: render.NewPDF()}
	if err := v.signIn(ctx); err != nil {
		return nil, err
	}
	var err error
	if v.agreement, err = v.longAgreement(ctx, "Forhåndsvisning"); err != nil {
		return nil, err
	}
	v.version = 1
	if err := v.change(ctx); err != nil {
		return nil, err
	}
	scope, err := lawyer(ctx, app.Store, "agreement")
	if err != nil {
		return nil, err
	}
	d, err := app.Services.Agreements.Get(ctx, scope, v.agreement)
	if err != nil {
		return nil, err
	}
	v.doc = d.Preview(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	return v, v.set(ctx)
}

// change saves the field that is changed most: what the agreement is for.
func (v *previewed) change(ctx context.Context) error {
	var saved struct{ Version int }
	text := fmt.Sprintf("%s Rettet %d gange.", passage(0, 16), v.version)
	if _, err := v.ask(ctx, http.MethodPatch, fmt.Sprintf("/agreements/%d/answers", v.agreement), map[string]any{"path": "service.purpose", "base": v.version, "value": text}, &saved); err != nil {
		return err
	}
	v.version = saved.Version
	var pdf, page []byte
	for format, to := range map[string]*[]byte{"pdf": &pdf, "html": &page} {
		if _, err := v.ask(ctx, http.MethodGet, fmt.Sprintf("/agreements/%d/preview?format=%s", v.agreement, format), nil, to); err != nil {
			return err
		}
	}
	v.size = len(pdf)
	return nil
}

// set makes the same two by themselves.
func (v *previewed) set(ctx context.Context) error {
	pdf, err := v.engine.PDF(ctx, v.doc)
	if err != nil {
		return err
	}
	if len(pdf) < v.size*9/10 {
		return fmt.Errorf("%d bytes were set, the preview has %d", len(pdf), v.size)
	}
	_, err = render.HTML(v.doc)
	return err
}
