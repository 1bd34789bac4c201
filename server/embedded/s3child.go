package embedded

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
	"github.com/versity/versitygw/s3response"
)

// lastRequests is how long requests under way may take when the server is told to stop.
const lastRequests = 5 * time.Second

// serveS3 is the S3 server: its own process, on one unix socket.
func serveS3(spec childSpec) error {
	keys, err := s3Keys(spec.Dir)
	if err != nil {
		return err
	}
	store, err := openObjects(spec.Dir)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		untilOrphaned()
		stop()
		time.Sleep(lastRequests)
		os.Exit(1)
	}()
	return embedgw.RunVersityGW(ctx, store, &embedgw.Config{
		RootUserAccess: keys.Access, RootUserSecret: keys.Secret, Region: region,
		Ports: []string{spec.Socket}, SocketPerm: "0600",
		MaxConnections: 512, MaxRequests: 256, MultipartMaxParts: 10000,
		KeepAlive: true, Quiet: true, HealthPath: "/healthz",
	})
}

func openObjects(dir string) (backend.Backend, error) {
	objects, versions, attributes := s3Dirs(dir)
	// CopyObjectThreshold left at 0 makes every copy fail as too large.
	opts := posix.PosixOpts{VersioningDir: versions, CopyObjectThreshold: 5 << 30}
	opts.SetNewDirPerm(0o700)
	opts.SetNewFilePerm(0o600)
	var storer meta.MetadataStorer = meta.XattrMeta{}
	if _, err := os.Stat(attributes); err == nil {
		opts.SideCarDir = attributes
		if storer, err = meta.NewSideCar(attributes); err != nil {
			return nil, err
		}
	}
	store, err := posix.New(objects, storer, opts)
	if err != nil {
		return nil, fmt.Errorf("open the objects in %s: %w", objects, err)
	}
	return durable{store, objects}, nil
}

// durable adds what the posix backend leaves out: an object that was answered
// with 200 is on the disk, not only in the memory of the kernel.
type durable struct {
	backend.Backend
	root string
}

func (d durable) PutObject(ctx context.Context, in s3response.PutObjectInput) (s3response.PutObjectOutput, error) {
	out, err := d.Backend.PutObject(ctx, in)
	if err == nil && in.Bucket != nil && in.Key != nil {
		err = d.sync(*in.Bucket, *in.Key)
	}
	return out, err
}

func (d durable) CompleteMultipartUpload(ctx context.Context, in *awss3.CompleteMultipartUploadInput) (s3response.CompleteMultipartUploadResult, string, error) {
	out, version, err := d.Backend.CompleteMultipartUpload(ctx, in)
	if err == nil && in.Bucket != nil && in.Key != nil {
		err = d.sync(*in.Bucket, *in.Key)
	}
	return out, version, err
}

// sync writes out the object and the folders that lead to it. An object that
// somebody removed meanwhile needs nothing.
func (d durable) sync(bucket, key string) error {
	top := filepath.Join(d.root, bucket)
	for at := filepath.Join(top, key); len(at) >= len(top); at = filepath.Dir(at) {
		f, err := os.Open(at)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return fmt.Errorf("write out an object: %w", err)
		}
		err = f.Sync()
		f.Close()
		if err != nil {
			return fmt.Errorf("write out an object: %w", err)
		}
	}
	return nil
}
