package brought

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

const (
	// MaxUpload bounds what is dropped, in bytes.
	MaxUpload = 1 << 30
	kept      = 2 // of what was dropped
)

// ErrGone is the error for what is not on the shelf, or not any more.
var ErrGone = errors.New("not on the shelf")

// ErrVast is the error for what is larger than MaxUpload.
var ErrVast = errors.New("too large")

// Shelf keeps what was dropped last. The zero value is an empty one; Close it.
type Shelf struct {
	mu     sync.Mutex
	dir    string   // "" until something is put there
	ids    []string // the oldest first
	closed bool
}

// Put keeps what r holds, and returns the name under which Open finds it, until
// two others were put.
func (s *Shelf) Put(r io.Reader) (id string, err error) {
	id = rand.Text()
	f, err := s.create(id)
	if err != nil {
		return "", err
	}
	n, err := io.Copy(f, io.LimitReader(r, MaxUpload+1))
	err = errors.Join(err, f.Close())
	if err == nil && n > MaxUpload {
		err = ErrVast
	}
	if err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return id, s.keep(id)
}

func (s *Shelf) create(id string) (*os.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrGone
	}
	if s.dir == "" {
		dir, err := os.MkdirTemp("", "interleave-brought-")
		if err != nil {
			return nil, fmt.Errorf("keep what was brought: %w", err)
		}
		s.dir = dir
	}
	return os.OpenFile(filepath.Join(s.dir, id), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
}

// keep lets id be found, and forgets the oldest of too many.
func (s *Shelf) keep(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids = append(s.ids, id)
	if len(s.ids) <= kept {
		return nil
	}
	old := s.ids[0]
	s.ids = s.ids[1:]
	return os.Remove(filepath.Join(s.dir, old))
}

// Open returns what was put under a name. The caller closes it.
func (s *Shelf) Open(id string) (io.ReadCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range s.ids {
		if known == id {
			return os.Open(filepath.Join(s.dir, id))
		}
	}
	return nil, ErrGone
}

// Close removes everything.
func (s *Shelf) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed, s.ids = true, nil
	if s.dir == "" {
		return nil
	}
	return os.RemoveAll(s.dir)
}
