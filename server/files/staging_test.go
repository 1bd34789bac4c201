package files_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"klausul/server/files"
	"klausul/server/files/filestest"
)

func TestStaging(t *testing.T) {
	t.Parallel()
	s := filestest.New(t)
	ctx := t.Context()
	for _, size := range []int64{9 << 20, -1} {
		got, err := s.PutStaging(ctx, "upload/a", noise(1, 9<<20), size, "application/pdf")
		if err != nil || got.Size != 9<<20 || got.SHA256 != sumOf(noise(1, 9<<20)) {
			t.Fatalf("announced %d: %+v, %v", size, got, err)
		}
		r, n, err := s.OpenStaging(ctx, "upload/a")
		if err != nil || n != 9<<20 || sumOf(r) != got.SHA256 {
			t.Fatalf("read back %d bytes: %v", n, err)
		}
		r.Close()
	}
	if err := s.DeleteStaging(ctx, "upload/a"); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteStaging(ctx, "upload/a"); err != nil {
		t.Fatalf("a second delete: %v", err)
	}
	_, _, err := s.OpenStaging(ctx, "upload/a")
	want(t, err, files.ErrMissing)
}

func TestStagingRefuses(t *testing.T) {
	t.Parallel()
	s := filestest.New(t)
	for _, row := range []struct {
		name, body string
		size       int64
		want       error
	}{
		{"an empty file", "", 0, files.ErrEmpty},
		{"an empty file of unknown size", "", -1, files.ErrEmpty},
		{"more bytes than announced", "abcdef", 3, files.ErrSize},
		{"fewer bytes than announced", "abc", 6, files.ErrSize},
	} {
		_, err := s.PutStaging(t.Context(), "x", strings.NewReader(row.body), row.size, "text/plain")
		want(t, err, row.want)
		if _, _, err := s.OpenStaging(t.Context(), "x"); err == nil {
			t.Errorf("%s was kept", row.name)
		}
	}
	for _, name := range []string{"", "/etc/passwd", "../vault", "a/../b", "a//b", "a/", ".sgwtmp/x", "æ", "a b", strings.Repeat("x", 501)} {
		if _, err := s.PutStaging(t.Context(), name, strings.NewReader("x"), 1, "text/plain"); err == nil {
			t.Errorf("%q could be a name", name)
		}
	}
}

func TestListStaging(t *testing.T) {
	t.Parallel()
	s := filestest.New(t)
	for _, name := range []string{"b", "a/2", "a/1"} {
		if _, err := s.PutStaging(t.Context(), name, strings.NewReader(name), int64(len(name)), "text/plain"); err != nil {
			t.Fatal(err)
		}
	}
	list := func(before time.Time) (keys []string) {
		for o, err := range s.ListStaging(t.Context(), before) {
			if err != nil {
				t.Fatal(err)
			}
			keys = append(keys, o.Key)
		}
		return keys
	}
	if got := strings.Join(list(time.Now().Add(time.Minute)), " "); got != "a/1 a/2 b" {
		t.Fatalf("listed %q", got)
	}
	if got := list(time.Now().Add(-24 * time.Hour)); len(got) != 0 {
		t.Fatalf("listed fresh uploads as old: %q", got)
	}
}

func TestAwayAndBack(t *testing.T) {
	t.Parallel()
	s := filestest.New(t)
	ctx := t.Context()
	key, sum := files.NewDataKey(), stage(t, s, 1, 8<<20)

	s.Away(true)
	at := time.Now()
	_, err := s.Seal(ctx, "in", "viborg", sum, key)
	want(t, err, files.ErrUnavailable)
	_, err = s.PutStaging(ctx, "other", strings.NewReader("x"), 1, "text/plain")
	want(t, err, files.ErrUnavailable)
	want(t, s.Ping(ctx), files.ErrUnavailable)
	for _, err := range s.ListStaging(ctx, at) {
		want(t, err, files.ErrUnavailable)
	}
	if took := time.Since(at); took > 20*time.Second {
		t.Fatalf("four refusals took %s", took)
	}
	s.Away(false)
	if err := s.Ping(ctx); err != nil {
		t.Fatal(err)
	}

	// In the middle of sealing, wherever that is: afterwards nothing or the whole.
	for _, bytes := range []int64{1, 100_000, 4 << 20, 9 << 20, 13 << 20} {
		s.AwayAfter(bytes)
		_, err := s.Seal(ctx, "in", "viborg", sum, key)
		want(t, err, files.ErrUnavailable)
		s.Away(false)
		if v := versions(t, s); len(v) != 0 {
			t.Fatalf("cut after %d bytes, half a file was kept: %v", bytes, v)
		}
	}
	if _, err := s.Seal(ctx, "in", "viborg", sum, key); err != nil {
		t.Fatal(err)
	}

	// In the middle of reading: an error, never a short file.
	r, _, err := s.OpenVault(ctx, "viborg", sum, key)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	s.AwayAfter(2 << 20)
	n, err := io.Copy(io.Discard, r)
	want(t, err, files.ErrUnavailable)
	if n >= 8<<20 {
		t.Fatalf("read all %d bytes although the store was away", n)
	}
	s.Away(false)
	mustOpen(t, s, "viborg", sum, key)
}
