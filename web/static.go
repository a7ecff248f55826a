package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// assets serves the files of static: each is read, hashed and compressed when
// it is first asked for, and kept.
type assets struct {
	files fs.FS

	mu     sync.Mutex
	loaded map[string]*asset
}

type asset struct {
	kind   string // media type
	etag   string
	plain  []byte
	zipped []byte // nil where it saves nothing
}

func newAssets(files fs.FS) *assets { return &assets{files: files, loaded: map[string]*asset{}} }

// load returns the file called name. Only what exists is kept, so what is
// asked for cannot fill the memory.
func (a *assets) load(name string) (*asset, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if f := a.loaded[name]; f != nil {
		return f, nil
	}
	plain, err := fs.ReadFile(a.files, name) // refuses what leaves the tree
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(plain)
	f := &asset{kind: mediaType(name), etag: `"` + hex.EncodeToString(sum[:8]) + `"`, plain: plain}
	if zipped := zip(plain); len(zipped) < len(plain)*9/10 {
		f.zipped = zipped
	}
	a.loaded[name] = f
	return f, nil
}

func mediaType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	default:
		if kind := mime.TypeByExtension(ext); kind != "" {
			return kind
		}
		return "application/octet-stream"
	}
}

func zip(plain []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil { // only for a level that does not exist
		panic(err)
	}
	_, _ = w.Write(plain) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

// ServeHTTP answers /static/….
func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, err := a.load(strings.TrimPrefix(r.URL.Path, "/static/"))
	if err != nil {
		status := http.StatusInternalServerError
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
			status = http.StatusNotFound
		}
		http.Error(w, http.StatusText(status), status)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", f.etag)
	h.Set("Vary", "Accept-Encoding")
	body := f.plain
	if f.zipped != nil && acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		h.Set("ETag", strings.TrimSuffix(f.etag, `"`)+`-gz"`)
		body = f.zipped
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// acceptsGzip tells whether the request takes gzip; "q=0" means it does not.
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) == "gzip" {
			weight = strings.TrimSpace(weight)
			return weight != "q=0" && !strings.HasPrefix(weight, "q=0.0")
		}
	}
	return false
}
