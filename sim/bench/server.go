package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A server is the built program, serving on a fresh data directory.
type server struct {
	cmd    *exec.Cmd
	dir    string
	base   string // address without the ticket
	ticket string
	start  time.Time
	up     time.Duration // from start to the first byte of a page
	client *http.Client
}

var httpAddress = regexp.MustCompile(`(http://[^/\s]+)(/\S*)`)

// startServer starts bin and fetches the first page.
func startServer(ctx context.Context, bin string) (*server, error) {
	s, err := launch(ctx, bin)
	if err != nil {
		return nil, err
	}
	if _, err := s.get(s.ticket); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	s.up = time.Since(s.start)
	return s, nil
}

// launch starts bin and reads the address that it prints.
func launch(ctx context.Context, bin string) (*server, error) {
	dir, err := os.MkdirTemp("", "interleave-bench-data-")
	if err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir, client: &http.Client{Jar: jar}}
	s.cmd = exec.CommandContext(ctx, bin, "-addr", "127.0.0.1:0", "-data", dir)
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.start = time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s (make build builds it): %w", bin, err)
	}
	lines := bufio.NewScanner(out)
	for s.base == "" && lines.Scan() {
		if m := httpAddress.FindStringSubmatch(lines.Text()); m != nil {
			s.base, s.ticket = m[1], m[2]
		}
	}
	if s.base == "" {
		return nil, errors.Join(errors.New("the server printed no address"), s.stop())
	}
	return s, nil
}

func (s *server) stop() error {
	defer os.RemoveAll(s.dir)
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	s.cmd.Wait()
	return nil
}

// get returns a page as it stands on the wire, uncompressed.
func (s *server) get(path string) ([]byte, error) {
	resp, err := s.client.Get(s.base + path)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s", path, resp.Status)
	}
	return b, err
}

var linked = regexp.MustCompile(`(?:src|href)="(/static/[^"]+)"`)

// weight is the gzipped size of a page with all that it links to, in bytes.
func (s *server) weight(path string) (int, error) {
	page, err := s.get(path)
	if err != nil {
		return 0, err
	}
	total := gzipped(page)
	seen := map[string]bool{}
	var alsoLoaded []string
	for _, m := range linked.FindAllSubmatch(page, -1) {
		alsoLoaded = append(alsoLoaded, string(m[1]))
	}
	for _, asset := range alsoLoaded {
		if seen[asset] {
			continue
		}
		seen[asset] = true
		b, err := s.get(asset)
		if err != nil {
			return 0, err
		}
		total += gzipped(b)
	}
	return total, nil
}

func gzipped(b []byte) int {
	var z bytes.Buffer
	w, _ := gzip.NewWriterLevel(&z, gzip.BestCompression)
	w.Write(b)
	w.Close()
	return z.Len()
}

// residentMemory is what the process occupies, in MB (proc(5), VmRSS).
func (s *server) residentMemory() (float64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1000, err
		}
	}
	return 0, errors.New("no VmRSS")
}

// benchServer measures start, memory and the weight of pages.
func benchServer(ctx context.Context, w io.Writer, bin string) error {
	var ups []float64
	for range rounds - 1 {
		s, err := startServer(ctx, bin)
		if err != nil {
			return err
		}
		ups = append(ups, ms(s.up))
		if err := s.stop(); err != nil {
			return err
		}
	}
	s, err := startServer(ctx, bin)
	if err != nil {
		return err
	}
	defer s.stop()
	ups = append(ups, ms(s.up))
	// What the server prepares behind the first answer ends in its own time;
	// idle memory is what is left after that.
	select {
	case <-time.After(20 * time.Second):
	case <-ctx.Done():
		return ctx.Err()
	}
	mem, err := s.residentMemory()
	if err != nil {
		return err
	}
	text, err := s.weight("/en/chapters/07-worker-pools/")
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "server\tmeasured\taim\t")
	fmt.Fprintf(w, "start → first byte of a page, ms (median of %d)\t%.0f\t150\t\n", rounds, median(ups))
	fmt.Fprintf(w, "idle memory, MB\t%.0f\t60\t\n", mem)
	fmt.Fprintf(w, "text page with all it loads, KB gzipped\t%.1f\t60\t\n", float64(text)/1000)
	return nil
}
