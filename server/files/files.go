// Package files keeps the files: a staging bucket for what was just uploaded
// and a vault bucket, under object lock, for what an agreement or a supervision
// stands on. Any S3 server with versioning and object lock will do.
//
// No function here may be called inside a database transaction.
package files

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/s3utils"
)

// Config says which store to use. Errors name the settings it comes from.
type Config struct {
	Endpoint      string            // KLAUSUL_S3_ENDPOINT: host, host:port or http(s)://host:port
	AccessKey     string            // KLAUSUL_S3_ACCESS_KEY
	SecretKey     string            // KLAUSUL_S3_SECRET_KEY
	Region        string            // KLAUSUL_S3_REGION; empty: the store is asked
	UseTLS        bool              // for an Endpoint without http:// or https://
	Transport     http.RoundTripper // nil: a usual one
	StagingBucket string            // KLAUSUL_S3_STAGING_BUCKET
	VaultBucket   string            // KLAUSUL_S3_VAULT_BUCKET
	Key           [32]byte          // KLAUSUL_FILE_KEY: wraps the data keys; losing it loses every file
	LockDays      int               // KLAUSUL_LOCK_DAYS: of a new file in the vault, at least 1; renewed while retention holds
	Governance    bool              // lock so that a person with a special right may unlock; default: nobody may
}

// LogValue keeps the keys out of logs.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(slog.String("endpoint", c.Endpoint), slog.String("staging", c.StagingBucket), slog.String("vault", c.VaultBucket))
}

// The settings that errors name.
const (
	settingEndpoint = "KLAUSUL_S3_ENDPOINT"
	settingAccess   = "KLAUSUL_S3_ACCESS_KEY"
	settingSecret   = "KLAUSUL_S3_SECRET_KEY"
	settingStaging  = "KLAUSUL_S3_STAGING_BUCKET"
	settingVault    = "KLAUSUL_S3_VAULT_BUCKET"
	settingKey      = "KLAUSUL_FILE_KEY"
	settingLock     = "KLAUSUL_LOCK_DAYS"
)

// Store is the object store. It is safe for concurrent use.
type Store struct {
	client  *minio.Client
	core    minio.Core
	staging string
	vault   string
	lock    time.Duration
	mode    minio.RetentionMode
	wrapper cipher.AEAD
}

// partSize is how much of one upload is held in memory at a time, and the
// smallest part that S3 takes.
const partSize = 5 << 20

// Open connects to the store, checks the credentials and makes the buckets
// that are missing where the credentials allow it: the vault with object lock,
// the staging bucket without. What is wrong comes back as *Refused.
func Open(ctx context.Context, c Config) (*Store, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	host, secure := c.address()
	client, err := minio.New(host, &minio.Options{
		Creds: credentials.NewStaticV4(c.AccessKey, c.SecretKey, ""), Secure: secure,
		Region: c.Region, Transport: c.Transport,
		MaxRetries: 3, // then the person is told; jobs try again later
	})
	if err != nil {
		return nil, &Refused{settingEndpoint, "this is not the address of an S3 server: " + c.Endpoint, err}
	}
	wrapper, err := newWrapper(c.Key)
	if err != nil {
		return nil, &Refused{settingKey, "the key cannot be used", err}
	}
	s := &Store{client: client, core: minio.Core{Client: client}, staging: c.StagingBucket, vault: c.VaultBucket,
		lock: time.Duration(c.LockDays) * 24 * time.Hour, mode: minio.Compliance, wrapper: wrapper}
	if c.Governance {
		s.mode = minio.Governance
	}
	if err := s.checkServer(ctx, c); err != nil {
		return nil, err
	}
	if err := s.prepareVault(ctx, c.Region); err != nil {
		return nil, err
	}
	return s, s.prepareStaging(ctx, c.Region)
}

// check refuses what cannot work whatever the server says.
func (c Config) check() error {
	missing := func(setting, what string) error { return &Refused{Setting: setting, Reason: what + " is missing"} }
	switch {
	case c.Endpoint == "":
		return missing(settingEndpoint, "the address of the S3 server")
	case c.AccessKey == "":
		return missing(settingAccess, "the access key")
	case c.SecretKey == "":
		return missing(settingSecret, "the secret key")
	case c.StagingBucket == "":
		return missing(settingStaging, "the name of the staging bucket")
	case c.VaultBucket == "":
		return missing(settingVault, "the name of the vault bucket")
	case c.StagingBucket == c.VaultBucket:
		return &Refused{Setting: settingVault, Reason: "the vault and the staging bucket must be two buckets, both are " + c.VaultBucket}
	case c.Key == [32]byte{}:
		return missing(settingKey, "the key that protects the data keys (32 random bytes)")
	case c.LockDays < 1:
		return &Refused{Setting: settingLock, Reason: fmt.Sprintf("files must be locked for at least 1 day, not %d", c.LockDays)}
	}
	for _, b := range [][2]string{{settingStaging, c.StagingBucket}, {settingVault, c.VaultBucket}} {
		if err := s3utils.CheckValidBucketNameStrict(b[1]); err != nil {
			return &Refused{b[0], "no bucket can be named " + b[1] + "; use 3 to 63 small letters, digits and hyphens", err}
		}
	}
	return nil
}

// address splits the endpoint into what the client wants.
func (c Config) address() (host string, secure bool) {
	if u, err := url.Parse(c.Endpoint); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		return strings.TrimSuffix(u.Host+u.Path, "/"), u.Scheme == "https"
	}
	return c.Endpoint, c.UseTLS
}

// checkServer tells an absent server from a wrong one from wrong credentials.
// It lists the buckets because other requests answer an unknown key with "not found".
func (s *Store) checkServer(ctx context.Context, c Config) error {
	_, err := s.client.ListBuckets(ctx)
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	var answer minio.ErrorResponse
	if !errors.As(err, &answer) {
		return &Refused{settingEndpoint, "no S3 server answers at " + c.Endpoint, err}
	}
	switch answer.Code {
	case "InvalidAccessKeyId", "XAdminUserNotFound":
		return &Refused{settingAccess, "the S3 server at " + c.Endpoint + " does not know this access key", err}
	case "SignatureDoesNotMatch":
		return &Refused{settingSecret, "the secret key does not belong to the access key at " + c.Endpoint, err}
	case "RequestTimeTooSkewed":
		return &Refused{settingEndpoint, "the clocks of this machine and of the S3 server differ too much", err}
	case "AuthorizationHeaderMalformed":
		return &Refused{"KLAUSUL_S3_REGION", "the S3 server at " + c.Endpoint + " is in another region", err}
	case "AccessDenied":
		return nil // known, but may not list all buckets; ours are checked next
	}
	return &Refused{settingEndpoint, fmt.Sprintf("%s answers, but not as an S3 server (status %d)", c.Endpoint, answer.StatusCode), err}
}

// prepareVault makes the vault bucket or checks that it locks.
func (s *Store) prepareVault(ctx context.Context, region string) error {
	if err := s.bucket(ctx, settingVault, s.vault, minio.MakeBucketOptions{Region: region, ObjectLocking: true}); err != nil {
		return err
	}
	enabled, _, _, _, err := s.client.GetObjectLockConfig(ctx, s.vault)
	if err != nil && !isCode(err, "ObjectLockConfigurationNotFoundError") {
		return &Refused{settingVault, "the S3 server does not say whether bucket " + s.vault + " has object lock; the vault needs a server with object lock", err}
	}
	if err != nil || enabled != "Enabled" {
		return &Refused{settingVault, "bucket " + s.vault + " has no object lock, so signed files in it could be deleted; " +
			"object lock is chosen when a bucket is made: name a new bucket, or one that was made with it", err}
	}
	versions, err := s.client.GetBucketVersioning(ctx, s.vault)
	if err != nil || !versions.Enabled() {
		return &Refused{settingVault, "bucket " + s.vault + " does not keep versions, so files in it could be overwritten; switch versioning on", err}
	}
	return nil
}

// prepareStaging makes the staging bucket or checks that it does not lock.
func (s *Store) prepareStaging(ctx context.Context, region string) error {
	if err := s.bucket(ctx, settingStaging, s.staging, minio.MakeBucketOptions{Region: region}); err != nil {
		return err
	}
	enabled, _, _, _, err := s.client.GetObjectLockConfig(ctx, s.staging)
	if err == nil && enabled == "Enabled" {
		return &Refused{Setting: settingStaging, Reason: "bucket " + s.staging + " has object lock, but uploads that nobody keeps must be deletable; name another bucket"}
	}
	return nil
}

func (s *Store) bucket(ctx context.Context, setting, name string, opts minio.MakeBucketOptions) error {
	there, err := s.client.BucketExists(ctx, name)
	if err != nil {
		return &Refused{setting, "these credentials may not use the bucket " + name, err}
	}
	if there {
		return nil
	}
	err = s.client.MakeBucket(ctx, name, opts)
	if isCode(err, "BucketAlreadyOwnedByYou") {
		return nil // another server of ours was quicker
	}
	if err != nil {
		return &Refused{setting, "the bucket " + name + " does not exist and could not be made with these credentials; make it, or name another", err}
	}
	return nil
}

// Ping says whether the store answers: nil, or ErrUnavailable.
func (s *Store) Ping(ctx context.Context) error {
	there, err := s.client.BucketExists(ctx, s.vault)
	if err != nil {
		return refuse("ask for the vault", err)
	}
	if !there {
		return ErrUnavailable.Because(errors.New("the vault bucket is gone"))
	}
	return nil
}
