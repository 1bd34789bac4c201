package embedded

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/versity/versitygw/backend/meta"
)

// S3Endpoint is how to reach the embedded S3 server.
type S3Endpoint struct {
	Socket    string // unix socket; the only way in
	AccessKey string
	SecretKey string
	Region    string
}

// LogValue keeps the keys out of logs.
func (e S3Endpoint) LogValue() slog.Value { return slog.StringValue(e.Socket) }

// Host is a name for the Host header; it is never looked up.
func (e S3Endpoint) Host() string { return "s3.klausul.internal" }

// Transport returns a new transport that dials the socket whatever host is asked for.
func (e S3Endpoint) Transport() *http.Transport {
	return &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", e.Socket)
		},
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       time.Minute,
		ResponseHeaderTimeout: time.Minute,
		DisableCompression:    true,
	}
}

const region = "us-east-1"

// s3 is the embedded S3 server of one data directory.
type s3 struct {
	dir      string // Options.Dir
	endpoint S3Endpoint
	pipe     io.Closer // ends the running child
}

// s3Dirs are the folders of the server below dir.
func s3Dirs(dir string) (objects, versions, attributes string) {
	base := filepath.Join(dir, "s3")
	return filepath.Join(base, "objects"), filepath.Join(base, "versions"), filepath.Join(base, "attributes")
}

// newS3 makes the folders and the keys.
func newS3(dir, sockets string) (*s3, error) {
	objects, versions, _ := s3Dirs(dir)
	for _, d := range []string{filepath.Dir(objects), objects, versions} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, unwritable(dir, err)
		}
	}
	if err := chooseMeta(dir); err != nil {
		return nil, err
	}
	keys, err := s3Keys(dir)
	if err != nil {
		return nil, err
	}
	return &s3{dir: dir, endpoint: S3Endpoint{Socket: filepath.Join(sockets, "s3"), AccessKey: keys.Access, SecretKey: keys.Secret, Region: region}}, nil
}

// chooseMeta settles once per data directory where the attributes of objects
// lie: in extended attributes, or in files of their own (the folder
// s3/attributes) on a file system without them. Later starts keep to it,
// because the objects would lose their retention otherwise.
func chooseMeta(dir string) error {
	objects, _, attributes := s3Dirs(dir)
	if _, err := os.Stat(attributes); err == nil {
		return nil
	}
	unsupported := meta.XattrMeta{}.Test(objects)
	if unsupported == nil {
		return nil
	}
	there, err := os.ReadDir(objects)
	if err != nil {
		return unwritable(dir, err)
	}
	if len(there) > 0 {
		return fmt.Errorf("the file system of %s keeps no extended attributes, but the objects there need them; move the data directory back to a file system that does, copied with them: %w", dir, unsupported)
	}
	if err := os.Mkdir(attributes, 0o700); err != nil {
		return unwritable(dir, err)
	}
	return nil
}

type s3KeyPair struct{ Access, Secret string }

// s3Keys reads the keys of this data directory, or makes them at first.
func s3Keys(dir string) (s3KeyPair, error) {
	path := filepath.Join(dir, "s3", "keys.json")
	var keys s3KeyPair
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return makeS3Keys(dir, path)
	}
	if err != nil {
		return keys, unwritable(dir, err)
	}
	if err := json.Unmarshal(text, &keys); err != nil || keys.Access == "" || keys.Secret == "" {
		return keys, fmt.Errorf("%s does not hold the keys of the S3 server; remove it to have new ones made", path)
	}
	return keys, nil
}

func makeS3Keys(dir, path string) (s3KeyPair, error) {
	keys := s3KeyPair{Access: "klausul-" + rand.Text()[:12], Secret: random(30)}
	text, err := json.Marshal(keys)
	if err != nil {
		return keys, err
	}
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return keys, unwritable(dir, err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return keys, unwritable(dir, err)
	}
	return keys, nil
}

func random(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// start returns when the server answers.
func (s *s3) start(ctx context.Context) (*process, error) {
	log, err := openLog(s.dir, "s3.log")
	if err != nil {
		return nil, err
	}
	defer log.Close()
	from, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	if err := os.Remove(s.endpoint.Socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, unwritable(s.dir, err)
	}
	child, pipe, err := helper(childSpec{Role: "s3", Dir: s.dir, Socket: s.endpoint.Socket}, log)
	if err != nil {
		return nil, fmt.Errorf("run the S3 server: %w", err)
	}
	s.pipe = pipe
	if err := s.ready(ctx, child); err != nil {
		return nil, fmt.Errorf("start the S3 server: %w: %s", err, tail(since(log.Name(), from)))
	}
	return child, nil
}

func (s *s3) ready(ctx context.Context, child *process) error {
	transport := s.endpoint.Transport()
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: time.Second}
	for {
		if answer, err := client.Get("http://" + s.endpoint.Host() + "/healthz"); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), child.kill())
		case <-child.gone:
			return fmt.Errorf("it ended: %w", child.how())
		case <-time.After(3 * time.Millisecond):
		}
	}
}

// end lets requests that are under way finish, for as long as the context allows.
func (s *s3) end(ctx context.Context, child *process) error {
	if err := s.pipe.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	return child.killed(ctx)
}
