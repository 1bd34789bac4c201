package tests

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"klausul/server/files"
)

// object is one version in the vault, as the object store itself tells it.
type object struct {
	key, version string
	lockedUntil  time.Time
}

// s3Client speaks to the object store without the product.
func s3Client(t testing.TB, c files.Config) *minio.Client {
	t.Helper()
	at, err := url.Parse(c.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	o := &minio.Options{Creds: credentials.NewStaticV4(c.AccessKey, c.SecretKey, ""), Region: c.Region, TrailingHeaders: false}
	if c.Transport != nil {
		o.Transport = c.Transport
	}
	client, err := minio.New(at.Host, o)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// vault lists every version in the vault with the end of its lock.
func vault(t testing.TB, c files.Config) []object {
	t.Helper()
	client, found := s3Client(t, c), []object{}
	for o := range client.ListObjects(t.Context(), c.VaultBucket, minio.ListObjectsOptions{Recursive: true, WithVersions: true}) {
		if o.Err != nil {
			t.Fatal(o.Err)
		}
		stat, err := client.StatObject(t.Context(), c.VaultBucket, o.Key, minio.StatObjectOptions{VersionID: o.VersionID})
		if err != nil {
			t.Fatal(err)
		}
		// An object without a lock has no such header, which is no time either.
		until, _ := time.Parse(time.RFC3339, stat.Metadata.Get("x-amz-object-lock-retain-until-date"))
		found = append(found, object{o.Key, o.VersionID, until})
	}
	return found
}

// vaultHolds compares the vault with the register: every file of the agreement once,
// under owner / SHA-256, in the one version that the register names, locked, and nothing else.
func vaultHolds(t testing.TB, r *register, c files.Config, agreement int64) {
	t.Helper()
	rows, err := r.conn.Query(t.Context(), `select 'o' || f.organisation_id || '/' || f.sha256, f.object_version from stored_file f
		join accession_document d on d.file_id = f.id join accession c on c.id = d.accession_id where c.agreement_id = $1`, agreement)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for rows.Next() {
		var key string
		var version *string
		if err := rows.Scan(&key, &version); err != nil {
			t.Fatal(err)
		}
		if version == nil {
			t.Fatalf("%s is not sealed", key)
		}
		want[key+" "+*version] = true
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if len(want) != 2*members {
		t.Fatalf("the register names %d files", len(want))
	}
	locked := ""
	for _, o := range vault(t, c) {
		name := fmt.Sprintf("%s %s", o.key, o.version)
		if !want[name] {
			t.Errorf("the vault holds %s, which the register does not name", name)
		}
		if delete(want, name); !o.lockedUntil.After(time.Now()) {
			t.Errorf("%s is locked until %s", o.key, o.lockedUntil)
		}
		locked = o.key
	}
	if len(want) > 0 {
		t.Errorf("%d files are not in the vault", len(want))
	}
	undeletable(t, c, locked)
}

// undeletable tries with the product's own credentials to remove a sealed version.
func undeletable(t testing.TB, c files.Config, key string) {
	t.Helper()
	client := s3Client(t, c)
	stat, err := client.StatObject(t.Context(), c.VaultBucket, key, minio.StatObjectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	err = client.RemoveObject(t.Context(), c.VaultBucket, key, minio.RemoveObjectOptions{VersionID: stat.VersionID})
	if err == nil {
		t.Errorf("%s could be removed from the vault", key)
	}
}
