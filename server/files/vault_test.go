package files_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"klausul/server/files"
	"klausul/server/files/filestest"
)

// noise is n bytes that do not compress and do not repeat from seed to seed.
func noise(seed byte, n int64) io.Reader {
	return io.LimitReader(rand.NewChaCha8([32]byte{seed}), n)
}

func sumOf(r io.Reader) string {
	h := sha256.New()
	io.Copy(h, r)
	return hex.EncodeToString(h.Sum(nil))
}

// stage puts n bytes of noise under the key "in" and returns their hash.
func stage(t *testing.T, s *filestest.S3, seed byte, n int64) string {
	t.Helper()
	got, err := s.PutStaging(t.Context(), "in", noise(seed, n), n, "application/pdf")
	if err != nil {
		t.Fatal(err)
	}
	if want := sumOf(noise(seed, n)); got.SHA256 != want || got.Size != n {
		t.Fatalf("stored %+v, want %s and %d bytes", got, want, n)
	}
	return got.SHA256
}

// raw is a client of the same server with all the rights of its owner: what an
// attacker with the keys of the store can do.
func raw(t *testing.T, c files.Config) *minio.Client {
	t.Helper()
	client, err := minio.New(c.Endpoint[len("http://"):], &minio.Options{Creds: credentials.NewStaticV4(c.AccessKey, c.SecretKey, ""), Region: c.Region, MaxRetries: 1})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func versions(t *testing.T, s *filestest.S3) (list []files.Sealed) {
	t.Helper()
	for v, err := range s.ListVault(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, v)
	}
	return list
}

func mustOpen(t *testing.T, s *filestest.S3, owner, sum string, key files.DataKey) {
	t.Helper()
	r, size, err := s.OpenVault(t.Context(), owner, sum, key)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	h := sha256.New()
	n, err := io.Copy(h, r)
	if err != nil || n != size || hex.EncodeToString(h.Sum(nil)) != sum {
		t.Fatalf("read %d of %d bytes of %s: %v", n, size, sum, err)
	}
}

func want(t *testing.T, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Fatalf("got %v, want %v", err, target)
	}
}

func TestSealAndOpen(t *testing.T) {
	t.Parallel()
	s := filestest.New(t)
	// Around the sizes where the cipher's packages and the parts of an upload begin and end.
	for i, n := range []int64{1, 64<<10 - 1, 64 << 10, 64<<10 + 1, 5<<20 - 1, 5 << 20, 5<<20 + 1, 12 << 20} {
		key := files.NewDataKey()
		sum := stage(t, s, byte(i), n)
		version, err := s.Seal(t.Context(), "in", "viborg", sum, key)
		if err != nil || version == "" {
			t.Fatalf("%d bytes: version %q, %v", n, version, err)
		}
		mustOpen(t, s, "viborg", sum, key)
	}
}

func TestSealTwiceKeepsOneVersion(t *testing.T) {
	t.Parallel()
	s := filestest.New(t)
	key, sum := files.NewDataKey(), stage(t, s, 1, 300_000)
	var all sync.WaitGroup
	got := make([]string, 8)
	for i := range got {
		all.Go(func() {
			var err error
			if got[i], err = s.Seal(t.Context(), "in", "viborg", sum, key); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	again, err := s.Seal(t.Context(), "gone-from-staging-by-now", "viborg", sum, key)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range got {
		if v != again {
			t.Fatalf("sealed as %v and %s", got, again)
		}
	}
	if v := versions(t, s); len(v) != 1 {
		t.Fatalf("%d versions: %v", len(v), v)
	}
}

func TestOwnersShareNothing(t *testing.T) {
	t.Parallel()
	s := filestest.New(t)
	viborg, randers, sum := files.NewDataKey(), files.NewDataKey(), stage(t, s, 1, 1000)
	for owner, key := range map[string]files.DataKey{"viborg": viborg, "randers": randers} {
		if _, err := s.Seal(t.Context(), "in", owner, sum, key); err != nil {
			t.Fatal(err)
		}
	}
	mustOpen(t, s, "viborg", sum, viborg)
	_, _, err := s.OpenVault(t.Context(), "viborg", sum, randers)
	want(t, err, files.ErrMissing)
}

func TestErasedAndReceivedAgain(t *testing.T) {
	t.Parallel()
	s := filestest.New(t)
	lost, fresh, sum := files.NewDataKey(), files.NewDataKey(), stage(t, s, 1, 1000)
	first, err := s.Seal(t.Context(), "in", "viborg", sum, lost)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Seal(t.Context(), "in", "viborg", sum, fresh)
	if err != nil || second == first {
		t.Fatalf("versions %s and %s: %v", first, second, err)
	}
	mustOpen(t, s, "viborg", sum, fresh)
	mustOpen(t, s, "viborg", sum, lost) // an older version, for as long as somebody has its key
	if again, err := s.Seal(t.Context(), "in", "viborg", sum, lost); err != nil || again != first {
		t.Fatalf("sealed again as %s, want %s: %v", again, first, err)
	}
}

func TestSealRefusesOtherBytes(t *testing.T) {
	t.Parallel()
	s := filestest.New(t)
	for _, n := range []int64{1, 64 << 10, 6 << 20} {
		stage(t, s, 1, n)
		_, err := s.Seal(t.Context(), "in", "viborg", sumOf(noise(2, n)), files.NewDataKey())
		want(t, err, files.ErrAltered)
	}
	_, err := s.Seal(t.Context(), "never-staged", "viborg", sumOf(noise(2, 5)), files.NewDataKey())
	want(t, err, files.ErrMissing)
	if v := versions(t, s); len(v) != 0 {
		t.Fatalf("something was kept: %v", v)
	}
}

func TestAlteredInTheStore(t *testing.T) {
	t.Parallel()
	s := filestest.New(t)
	client := raw(t, s.Config)
	for name, alter := range map[string]func([]byte) []byte{
		"one bit":        func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"cut in a block": func(b []byte) []byte { return b[:len(b)-10] },
		"cut at a block": func(b []byte) []byte { return b[:64<<10+32] },
		"bytes added":    func(b []byte) []byte { return append(b, 'x') },
		"blocks swapped": func(b []byte) []byte {
			n := 64<<10 + 32
			return append(append(bytes.Clone(b[n:2*n]), b[:n]...), b[2*n:]...)
		},
		"all but a stump": func(b []byte) []byte { return b[:7] },
	} {
		t.Run(name, func(t *testing.T) {
			key, sum := files.NewDataKey(), stage(t, s, name[0], 200_000)
			if _, err := s.Seal(t.Context(), "in", "viborg", sum, key); err != nil {
				t.Fatal(err)
			}
			o, err := client.GetObject(t.Context(), s.Config.VaultBucket, "viborg/"+sum, minio.GetObjectOptions{})
			if err != nil {
				t.Fatal(err)
			}
			was, err := io.ReadAll(o)
			if err != nil {
				t.Fatal(err)
			}
			info, err := o.Stat()
			if err != nil {
				t.Fatal(err)
			}
			now := alter(was)
			if _, err := client.PutObject(t.Context(), s.Config.VaultBucket, "viborg/"+sum, bytes.NewReader(now), int64(len(now)),
				minio.PutObjectOptions{UserMetadata: info.UserMetadata}); err != nil {
				t.Fatal(err)
			}
			r, _, err := s.OpenVault(t.Context(), "viborg", sum, key)
			if err == nil {
				defer r.Close()
				_, err = io.Copy(io.Discard, r)
			}
			want(t, err, files.ErrAltered)
		})
	}
}

func TestLockHolds(t *testing.T) {
	t.Parallel()
	s := filestest.New(t)
	ctx, client := t.Context(), raw(t, s.Config)
	key, sum := files.NewDataKey(), stage(t, s, 1, 5000)
	version, err := s.Seal(ctx, "in", "viborg", sum, key)
	if err != nil {
		t.Fatal(err)
	}
	bucket, name := s.Config.VaultBucket, "viborg/"+sum

	for _, bypass := range []bool{false, true} {
		if err := client.RemoveObject(ctx, bucket, name, minio.RemoveObjectOptions{VersionID: version, GovernanceBypass: bypass, ForceDelete: bypass}); err == nil {
			t.Fatalf("the version could be deleted (bypass %v)", bypass)
		}
	}
	mode, soon := minio.Compliance, time.Now().Add(time.Minute)
	if err := client.PutObjectRetention(ctx, bucket, name, minio.PutObjectRetentionOptions{Mode: &mode, RetainUntilDate: &soon, VersionID: version, GovernanceBypass: true}); err == nil {
		t.Fatal("the lock could be shortened")
	}
	// A delete without a version only puts a marker in front; the file is still ours to read.
	if err := client.RemoveObject(ctx, bucket, name, minio.RemoveObjectOptions{}); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, s, "viborg", sum, key)
	if again, err := s.Seal(ctx, "in", "viborg", sum, key); err != nil || again != version {
		t.Fatalf("behind a delete marker sealed again as %q: %v", again, err)
	}
}

func TestRenew(t *testing.T) {
	t.Parallel()
	s := filestest.New(t)
	ctx := t.Context()
	sum := stage(t, s, 1, 5000)
	version, err := s.Seal(ctx, "in", "viborg", sum, files.NewDataKey())
	if err != nil {
		t.Fatal(err)
	}
	first, err := s.LockedUntil(ctx, "viborg", sum, version)
	if err != nil || time.Until(first) < 23*time.Hour || time.Until(first) > 24*time.Hour {
		t.Fatalf("locked until %s: %v", first, err)
	}
	later := first.Add(90 * 24 * time.Hour)
	for _, step := range []struct{ ask, get time.Time }{{later, later}, {first, later}} { // never shortened
		if err := s.Renew(ctx, "viborg", sum, version, step.ask); err != nil {
			t.Fatal(err)
		}
		if got, err := s.LockedUntil(ctx, "viborg", sum, ""); err != nil || !got.Equal(step.get) {
			t.Fatalf("locked until %s, want %s: %v", got, step.get, err)
		}
	}
	want(t, s.Renew(ctx, "viborg", sumOf(noise(9, 9)), "", later), files.ErrMissing)
}

func TestDataKeys(t *testing.T) {
	t.Parallel()
	s, other := filestest.New(t), filestest.New(t)
	key, sum := files.NewDataKey(), sumOf(noise(1, 1))
	wrapped := s.Wrap("viborg", sum, key)
	if bytes.Contains(wrapped, key[:8]) || bytes.Equal(wrapped, s.Wrap("viborg", sum, key)) {
		t.Fatal("the key is not wrapped, or always in the same way")
	}
	if got, err := s.Unwrap("viborg", sum, wrapped); err != nil || got != key {
		t.Fatalf("unwrapped another key: %v", err)
	}
	bent := bytes.Clone(wrapped)
	bent[20] ^= 1
	for name, err := range map[string]error{
		"changed":             second(s.Unwrap("viborg", sum, bent)),
		"another owner's row": second(s.Unwrap("randers", sum, wrapped)),
		"another file's row":  second(s.Unwrap("viborg", sumOf(noise(2, 1)), wrapped)),
		"another key":         second(other.Unwrap("viborg", sum, wrapped)),
		"destroyed":           second(s.Unwrap("viborg", sum, nil)),
		"cut":                 second(s.Unwrap("viborg", sum, wrapped[:9])),
	} {
		if !errors.Is(err, files.ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestLargeFilesAreStreamed(t *testing.T) {
	s := filestest.New(t)
	const size = 64 << 20
	key := files.NewDataKey()
	peak := watchHeap(t)
	sum := stage(t, s, 1, size)
	if _, err := s.Seal(t.Context(), "in", "viborg", sum, key); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, s, "viborg", sum, key)
	if grown := peak(); grown > 40<<20 {
		t.Fatalf("the heap grew by %d MiB over a file of %d MiB", grown>>20, int64(size)>>20)
	}
}

// watchHeap samples the live and not yet collected heap until it is asked for the largest growth.
func watchHeap(t *testing.T) func() uint64 {
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	ctx, stop := context.WithCancel(t.Context())
	result := make(chan uint64, 1)
	go func() {
		var peak uint64
		for ctx.Err() == nil {
			runtime.ReadMemStats(&now)
			if now.HeapAlloc > before.HeapAlloc {
				peak = max(peak, now.HeapAlloc-before.HeapAlloc)
			}
			select {
			case <-ctx.Done():
			case <-time.After(2 * time.Millisecond):
			}
		}
		result <- peak
	}()
	return func() uint64 { stop(); return <-result }
}

func TestSourceThatFails(t *testing.T) {
	t.Parallel()
	s := filestest.New(t)
	for _, size := range []int64{-1, 9 << 20} {
		// A browser that goes away shows as io.ErrUnexpectedEOF, which must not pass for the end of the file.
		cut := io.MultiReader(noise(1, 6<<20), iotest.ErrReader(io.ErrUnexpectedEOF))
		_, err := s.PutStaging(t.Context(), "cut", cut, size, "application/pdf")
		want(t, err, io.ErrUnexpectedEOF)
		if errors.Is(err, files.ErrUnavailable) {
			t.Fatalf("the store is blamed: %v", err)
		}
		_, _, err = s.OpenStaging(t.Context(), "cut")
		want(t, err, files.ErrMissing)
	}
}
