package files_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7"

	"klausul/server/files"
	"klausul/server/files/filestest"
)

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	s := filestest.New(t) // its buckets exist
	web := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(web.Close)
	client := raw(t, s.Config)
	for name, opts := range map[string]minio.MakeBucketOptions{"plain-": {}, "locked-": {ObjectLocking: true}} {
		if err := client.MakeBucket(t.Context(), name+s.Config.VaultBucket, opts); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		name, setting, says string
		change              func(*files.Config)
	}{
		{"no address", "KLAUSUL_S3_ENDPOINT", "missing", func(c *files.Config) { c.Endpoint = "" }},
		{"no access key", "KLAUSUL_S3_ACCESS_KEY", "missing", func(c *files.Config) { c.AccessKey = "" }},
		{"no secret key", "KLAUSUL_S3_SECRET_KEY", "missing", func(c *files.Config) { c.SecretKey = "" }},
		{"no staging bucket", "KLAUSUL_S3_STAGING_BUCKET", "missing", func(c *files.Config) { c.StagingBucket = "" }},
		{"no vault bucket", "KLAUSUL_S3_VAULT_BUCKET", "missing", func(c *files.Config) { c.VaultBucket = "" }},
		{"no key for the data keys", "KLAUSUL_FILE_KEY", "missing", func(c *files.Config) { c.Key = [32]byte{} }},
		{"no lock", "KLAUSUL_LOCK_DAYS", "at least 1 day", func(c *files.Config) { c.LockDays = 0 }},
		{"one bucket for both", "KLAUSUL_S3_VAULT_BUCKET", "two buckets", func(c *files.Config) { c.VaultBucket = c.StagingBucket }},
		{"an address that is none", "KLAUSUL_S3_ENDPOINT", "not the address", func(c *files.Config) { c.Endpoint = "http://a b/c" }},
		{"nobody at the address", "KLAUSUL_S3_ENDPOINT", "no S3 server answers", func(c *files.Config) { c.Endpoint = freeAddress(t) }},
		{"a web server at the address", "KLAUSUL_S3_ENDPOINT", "not as an S3 server", func(c *files.Config) { c.Endpoint = web.URL }},
		{"an unknown access key", "KLAUSUL_S3_ACCESS_KEY", "does not know this access key", func(c *files.Config) { c.AccessKey = "nobody" }},
		{"a wrong secret key", "KLAUSUL_S3_SECRET_KEY", "does not belong to the access key", func(c *files.Config) { c.SecretKey += "x" }},
		{"a staging bucket with an impossible name", "KLAUSUL_S3_STAGING_BUCKET", "no bucket can be named", func(c *files.Config) { c.StagingBucket = "a.b..c" }},
		{"a vault bucket with an impossible name", "KLAUSUL_S3_VAULT_BUCKET", "no bucket can be named", func(c *files.Config) { c.VaultBucket = "UPPER" }},
		{"a vault without object lock", "KLAUSUL_S3_VAULT_BUCKET", "has no object lock", func(c *files.Config) { c.VaultBucket = "plain-" + c.VaultBucket }},
		{"a staging bucket with object lock", "KLAUSUL_S3_STAGING_BUCKET", "must be deletable", func(c *files.Config) { c.StagingBucket = "locked-" + c.VaultBucket }},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := s.Config
			row.change(&c)
			_, err := files.Open(t.Context(), c)
			var refused *files.Refused
			if !errors.As(err, &refused) || refused.Setting != row.setting || !strings.Contains(refused.Reason, row.says) {
				t.Fatalf("got %v", err)
			}
			if text := err.Error(); !strings.HasPrefix(text, row.setting+": ") || strings.Contains(text, s.Config.SecretKey) {
				t.Fatalf("the sentence is %q", text)
			}
		})
	}
	if _, err := files.Open(t.Context(), s.Config); err != nil {
		t.Fatalf("a second opening of the same buckets: %v", err)
	}
}

func freeAddress(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestSecretsStayOutOfLogs(t *testing.T) {
	t.Parallel()
	c, key := filestest.Config(t), files.NewDataKey()
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("opened", "config", c, "key", key)
	fmt.Fprintf(&log, "%v %+v %#v %s %x", key, key, key, key, key)
	for _, secret := range []string{c.SecretKey, fmt.Sprintf("%x", key[:4]), fmt.Sprint(key[:4])[1:8], fmt.Sprintf("%x", c.Key[:4])} {
		if strings.Contains(log.String(), secret) {
			t.Fatalf("a secret in the log: %s", log.String())
		}
	}
}

// denying is a store whose credentials have few rights: some requests answer 403.
type denying struct{ denied func(*http.Request) bool }

func (d denying) RoundTrip(r *http.Request) (*http.Response, error) {
	if !d.denied(r) {
		return http.DefaultTransport.RoundTrip(r)
	}
	if r.Body != nil {
		r.Body.Close()
	}
	body := `<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>`
	return &http.Response{StatusCode: http.StatusForbidden, Status: "403 Forbidden", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/xml"}}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}, nil
}

func TestCredentialsWithFewRights(t *testing.T) {
	t.Parallel()
	s := filestest.New(t)
	at := func(bucket, method string) func(*http.Request) bool {
		return func(r *http.Request) bool {
			return r.Method == method && strings.Trim(r.URL.Path, "/") == bucket && r.URL.RawQuery == ""
		}
	}
	for _, row := range []struct {
		name, setting, says string
		staging, vault      string
		denied              func(*http.Request) bool
	}{
		{"may not list all buckets, which is not needed", "", "", s.Config.StagingBucket, s.Config.VaultBucket, at("", "GET")},
		{"may not make the staging bucket", "KLAUSUL_S3_STAGING_BUCKET", "does not exist and could not be made", "new-one", s.Config.VaultBucket, at("new-one", "PUT")},
		{"may not make the vault", "KLAUSUL_S3_VAULT_BUCKET", "does not exist and could not be made", s.Config.StagingBucket, "new-two", at("new-two", "PUT")},
		{"may not use the vault", "KLAUSUL_S3_VAULT_BUCKET", "may not use the bucket", s.Config.StagingBucket, s.Config.VaultBucket, at(s.Config.VaultBucket, "HEAD")},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := s.Config
			c.StagingBucket, c.VaultBucket, c.Transport = row.staging, row.vault, denying{row.denied}
			_, err := files.Open(t.Context(), c)
			var refused *files.Refused
			switch {
			case row.setting == "" && err != nil:
				t.Fatal(err)
			case row.setting != "" && (!errors.As(err, &refused) || refused.Setting != row.setting || !strings.Contains(refused.Reason, row.says)):
				t.Fatalf("got %v", err)
			}
		})
	}
}
