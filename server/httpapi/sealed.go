package httpapi

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"
)

// key derives one key per purpose from the one secret that all servers share.
func (s *server) key(purpose string) []byte {
	k, err := hkdf.Key(sha256.New, s.Options.Secret, nil, "klausul "+purpose, 32)
	if err != nil {
		panic("httpapi: derive a key: " + err.Error()) // only for more bytes than a hash can give
	}
	return k
}

func (s *server) sealer(purpose string) cipher.AEAD {
	block, err := aes.NewCipher(s.key(purpose))
	if err != nil {
		panic(err) // the key has the right length
	}
	a, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return a
}

// sealed is what a short-lived cookie carries: readable and changeable by us only.
type sealed[T any] struct {
	Until time.Time
	Value T
}

// seal makes the cookie. It may be read until it expires, by any of our servers.
func seal[T any](s *server, name string, value T, lifetime time.Duration) (*http.Cookie, error) {
	until := s.Options.Now().Add(lifetime)
	plain, err := json.Marshal(sealed[T]{until, value})
	if err != nil {
		return nil, err
	}
	return s.cookie(name, base64.RawURLEncoding.EncodeToString(s.sealer(name).Seal(nil, nil, plain, nil)), until), nil
}

// unseal reads the cookie back. False: absent, changed, or too old.
func unseal[T any](s *server, r *http.Request, name string) (value T, ok bool) {
	c, err := r.Cookie(s.cookieName(name))
	if err != nil {
		return value, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return value, false
	}
	plain, err := s.sealer(name).Open(nil, nil, raw, nil)
	if err != nil {
		return value, false
	}
	var v sealed[T]
	if json.Unmarshal(plain, &v) != nil || !s.Options.Now().Before(v.Until) {
		return value, false
	}
	return v.Value, true
}
