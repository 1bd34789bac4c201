package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"klausul/server/embedded"
	"klausul/server/httpapi"
)

var proof = []step{
	{"the files are in the vault", inVault},
	{"the object store holds them fast", locked},
	{"the history names who did it", history},
	{"the audit trail holds", sealed},
}

func inVault(ctx context.Context, s *story) (string, error) {
	err := until(ctx, func() (bool, error) {
		if err := s.viborg.get(ctx, s.ownPath(""), &s.own); err != nil {
			return false, err
		}
		for _, d := range s.own.Documents {
			if d.State != httpapi.Sealed || d.LockedUntil == nil {
				return false, nil
			}
		}
		return len(s.own.Documents) == 2, nil
	})
	if err != nil {
		return "", fmt.Errorf("wait for the vault: %w", err)
	}
	return fmt.Sprintf("%d files sealed, locked until %s", len(s.own.Documents), s.own.Documents[0].LockedUntil.Format(time.DateOnly)), nil
}

// vault reaches the object store itself, past the program.
func (s *story) vault() (*minio.Client, error) {
	stores, err := embedded.Attach(s.instance.dir)
	if err != nil {
		return nil, err
	}
	s3 := stores.S3()
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", s3.Socket)
	}
	return minio.New(s3.Host(), &minio.Options{
		Creds: credentials.NewStaticV4(s3.AccessKey, s3.SecretKey, ""), Region: s3.Region, Transport: &http.Transport{DialContext: dial},
	})
}

func locked(ctx context.Context, s *story) (string, error) {
	client, err := s.vault()
	if err != nil {
		return "", err
	}
	buckets, err := client.ListBuckets(ctx)
	if err != nil {
		return "", err
	}
	wanted := map[string]bool{}
	for _, d := range s.own.Documents {
		wanted[d.Sha256] = true
	}
	var proofs []string
	for _, b := range buckets {
		for o := range client.ListObjectsIter(ctx, b.Name, minio.ListObjectsOptions{Recursive: true, WithVersions: true}) {
			if o.Err != nil {
				return "", o.Err
			}
			if !wanted[path.Base(o.Key)] || !strings.Contains(b.Name, "vault") {
				continue
			}
			mode, err := undeletable(ctx, client, b.Name, o)
			if err != nil {
				return "", err
			}
			proofs = append(proofs, fmt.Sprintf("%s… %s", path.Base(o.Key)[:12], mode))
		}
	}
	if len(proofs) != len(wanted) {
		return "", fmt.Errorf("of %d files the vault holds %d under their SHA-256", len(wanted), len(proofs))
	}
	return strings.Join(proofs, ", ") + "; deleting was refused", nil
}

// undeletable tries to delete a locked version and is glad to be refused.
func undeletable(ctx context.Context, client *minio.Client, bucket string, o minio.ObjectInfo) (string, error) {
	info, err := client.StatObject(ctx, bucket, o.Key, minio.StatObjectOptions{VersionID: o.VersionID})
	if err != nil {
		return "", fmt.Errorf("ask for the lock: %w", err)
	}
	mode := info.Metadata.Get("X-Amz-Object-Lock-Mode")
	until, err := time.Parse(time.RFC3339, info.Metadata.Get("X-Amz-Object-Lock-Retain-Until-Date"))
	if mode == "" || err != nil || until.Before(time.Now()) {
		return "", fmt.Errorf("%s is not locked: %q until %s", o.Key, mode, until)
	}
	if err := client.RemoveObject(ctx, bucket, o.Key, minio.RemoveObjectOptions{VersionID: o.VersionID}); err == nil {
		return "", fmt.Errorf("%s could be deleted", o.Key)
	}
	return fmt.Sprintf("%s until %s", mode, until.Format(time.DateOnly)), nil
}

func history(ctx context.Context, s *story) (string, error) {
	var h httpapi.History
	if err := s.jurist.get(ctx, s.path("/history"), &h); err != nil {
		return "", err
	}
	for _, e := range h.Items {
		if e.Action == "agreement.release" && e.Who == s.jurist.me.Name {
			return fmt.Sprintf("%s by %s, one of %d entries", e.Action, e.Who, len(h.Items)), nil
		}
	}
	return "", fmt.Errorf("among %d entries is no release by %s", len(h.Items), s.jurist.me.Name)
}

// sealed recomputes the whole audit trail, once the sealer has come to the last row.
func sealed(ctx context.Context, s *story) (said string, err error) {
	err = until(ctx, func() (bool, error) {
		said, err = s.instance.command(ctx, "verify", "audit")
		return strings.Contains(said, "unsealed 0 "), err
	})
	return said, err
}
