// Package filestest gives tests an object store on the real embedded S3
// server, and a switch that takes the server away.
package filestest

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"testing"
	"time"

	"klausul/server/embedded"
	"klausul/server/files"
)

// S3 is an object store of one test: its own buckets on the server that all
// tests of this binary share.
type S3 struct {
	*files.Store
	Config files.Config // how Store was opened; Endpoint is a TCP address, for programs of their own

	proxy *proxy
}

var (
	once    sync.Once
	server  *embedded.Stores
	serving error
)

// shared starts the server. Nobody stops it: it ends with the test binary,
// and its directory goes with it.
func shared() (*embedded.Stores, error) {
	once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		server, serving = embedded.Temporary(ctx, embedded.Options{S3: true})
	})
	return server, serving
}

// New returns an object store with fresh buckets.
func New(t testing.TB) *S3 {
	t.Helper()
	s3 := &S3{Config: Config(t)}
	var err error
	s3.proxy, err = newProxy(server.S3().Socket)
	if err != nil {
		t.Fatal("filestest:", err)
	}
	t.Cleanup(s3.proxy.close)
	s3.Config.Endpoint, s3.Config.Transport = "http://"+s3.proxy.address(), nil
	if s3.Store, err = files.Open(t.Context(), s3.Config); err != nil {
		t.Fatal("filestest:", err)
	}
	return s3
}

// Config returns a configuration with bucket names that nobody has used, over
// the unix socket and without opening it.
func Config(t testing.TB) files.Config {
	t.Helper()
	stores, err := shared()
	if err != nil {
		t.Fatal("filestest:", err)
	}
	at := stores.S3()
	name := strings.ToLower(rand.Text()[:16])
	c := files.Config{
		Endpoint: at.Host(), AccessKey: at.AccessKey, SecretKey: at.SecretKey, Region: at.Region, Transport: at.Transport(),
		StagingBucket: "staging-" + name, VaultBucket: "vault-" + name, LockDays: 1,
	}
	rand.Read(c.Key[:]) // never fails
	return c
}

// Away takes the server away from this test's store, cutting what is under
// way, or brings it back.
func (s *S3) Away(away bool) { s.proxy.switchOff(away) }

// AwayAfter takes the server away once n more bytes have come back from it or
// gone to it: in the middle of a transfer. Away(false) brings it back.
func (s *S3) AwayAfter(n int64) { s.proxy.cutAfter(n) }
