package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"klausul/server/word"
)

// A batch of the size of the country, each copy as long as a real agreement.
const (
	copies     = 98
	leastWords = 6_500
	leastPages = 14
	mostMemory = 200 // MB
)

// openBatch compares a release to every member, PDF and Word hashed and stored, with
// LibreOffice turning the same Word files into PDF in one call.
func openBatch(ctx context.Context, w *world) (pair, error) {
	p, err := w.openPress(ctx, "batch98")
	if err != nil {
		return pair{}, err
	}
	l := &office{dir: filepath.Join(w.dir, "batch98-office")}
	closing := func() error { return errors.Join(p.stop(), os.RemoveAll(l.dir)) }
	n, err := batch(ctx, p, "Opvarmning", func(id int64) error { return l.take(ctx, p, id) })
	if err == nil {
		_, err = l.convert(ctx, 1) // makes its profile
	}
	if err != nil {
		return pair{}, errors.Join(fmt.Errorf("after %.1f a second: %w", n, err), closing())
	}
	round := 0
	return pair{
		ours: func(ctx context.Context) (float64, error) {
			round++
			return batch(ctx, p, fmt.Sprintf("Runde %d", round), func(id int64) error { return p.sealed(ctx, id) })
		},
		other: func(ctx context.Context) (float64, error) { return l.convert(ctx, copies) },
		close: closing,
	}, nil
}

// openBatchMemory measures how much memory the process takes meanwhile.
func openBatchMemory(ctx context.Context, w *world) (pair, error) {
	p, err := w.openPress(ctx, "batch98-memory")
	if err != nil {
		return pair{}, err
	}
	round := 0
	return pair{
		ours: func(ctx context.Context) (float64, error) {
			if err := p.forget(); err != nil {
				return 0, err
			}
			round++
			if _, err := batch(ctx, p, fmt.Sprintf("Runde %d", round), func(id int64) error { return p.sealed(ctx, id) }); err != nil {
				return 0, err
			}
			return p.memory()
		},
		other: func(context.Context) (float64, error) { return mostMemory, nil },
		close: p.stop,
	}, nil
}

// batch releases one more long agreement and gives the copies per second. What comes
// after is not measured.
func batch(ctx context.Context, p *press, title string, after func(agreement int64) error) (float64, error) {
	id, err := p.longAgreement(ctx, title)
	if err != nil {
		return 0, err
	}
	took, err := p.released(ctx, id)
	if err != nil {
		return 0, err
	}
	return copies / took.Seconds(), after(id)
}

// copiesOf are the agreements of the members on one text.
func (p *press) copiesOf(ctx context.Context, agreement int64) ([]int64, error) {
	var list struct {
		Items []struct {
			ID int64 `json:"id"`
		} `json:"items"`
	}
	if _, err := p.ask(ctx, http.MethodGet, fmt.Sprintf("/accessions?agreement=%d&limit=200", agreement), nil, &list); err != nil {
		return nil, err
	}
	ids := make([]int64, len(list.Items))
	for i, a := range list.Items {
		ids[i] = a.ID
	}
	if len(ids) != copies {
		return nil, fmt.Errorf("%d agreements, want %d", len(ids), copies)
	}
	return ids, nil
}

// sealed waits until every file of a batch is under its lock, so that nothing of it is
// still on its way in the next round.
func (p *press) sealed(ctx context.Context, agreement int64) error {
	ids, err := p.copiesOf(ctx, agreement)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for _, id := range ids {
		for waiting := true; waiting; {
			var a struct {
				Documents []struct {
					State string `json:"state"`
				} `json:"documents"`
			}
			if _, err := p.ask(ctx, http.MethodGet, fmt.Sprintf("/accessions/%d", id), nil, &a); err != nil {
				return err
			}
			waiting = len(a.Documents) != 2 || a.Documents[0].State != "sealed" || a.Documents[1].State != "sealed"
			if waiting {
				time.Sleep(50 * time.Millisecond)
			}
		}
	}
	return nil
}

// office is LibreOffice with a profile of its own and the Word files of one batch.
type office struct{ dir string }

// take fetches the files of a batch and makes sure that each is as long as it has to be.
func (l *office) take(ctx context.Context, p *press, agreement int64) error {
	ids, err := p.copiesOf(ctx, agreement)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(l.dir, "in"), 0o755); err != nil {
		return err
	}
	for _, id := range ids {
		var pdf, docx []byte
		for format, to := range map[string]*[]byte{"pdf": &pdf, "docx": &docx} {
			if _, err := p.ask(ctx, http.MethodGet, fmt.Sprintf("/accessions/%d/documents/%s", id, format), nil, to); err != nil {
				return err
			}
		}
		words, err := wordsIn(docx)
		if err != nil {
			return err
		}
		if pages := bytes.Count(pdf, []byte("/Type /Page\n")); words < leastWords || pages < leastPages {
			return fmt.Errorf("agreement %d has %d words on %d pages, want %d on %d", id, words, pages, leastWords, leastPages)
		}
		if err := os.WriteFile(filepath.Join(l.dir, "in", fmt.Sprintf("%d.docx", id)), docx, 0o600); err != nil {
			return err
		}
	}
	return p.sealed(ctx, agreement)
}

func wordsIn(docx []byte) (n int, err error) {
	d, err := word.Read(bytes.NewReader(docx), int64(len(docx)))
	for _, p := range d.Paragraphs {
		if p.Part != word.Body || p.Contents {
			continue
		}
		for _, r := range p.Runs {
			n += len(strings.Fields(r.Text))
		}
	}
	return n, err
}

// convert turns so many of the files into PDF in one call and gives the files per second.
func (l *office) convert(ctx context.Context, files int) (float64, error) {
	in, err := filepath.Glob(filepath.Join(l.dir, "in", "*.docx"))
	if err != nil || len(in) < files {
		return 0, errors.Join(err, fmt.Errorf("%d Word files", len(in)))
	}
	out := filepath.Join(l.dir, "out")
	if err := os.RemoveAll(out); err != nil {
		return 0, err
	}
	args := append([]string{"--headless", "-env:UserInstallation=file://" + filepath.Join(l.dir, "profile"), "--convert-to", "pdf", "--outdir", out}, in[:files]...)
	began := time.Now()
	if said, err := exec.CommandContext(ctx, "soffice", args...).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("LibreOffice (apt-get install libreoffice-writer-nogui): %w: %s", err, said)
	}
	took := time.Since(began)
	made, err := filepath.Glob(filepath.Join(out, "*.pdf"))
	if err != nil || len(made) != files {
		return 0, errors.Join(err, fmt.Errorf("LibreOffice made %d of %d files", len(made), files))
	}
	return float64(files) / took.Seconds(), nil
}
