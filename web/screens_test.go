package web_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the reference pictures of the pages anew")

// A small picture differs from its reference if more than mostDiffers of its
// pixels are further than mostApart from theirs, in any channel of 256 levels.
const (
	mostDiffers = 0.015
	mostApart   = 48
)

// screens are the sizes and themes in which pages are compared.
var screens = []struct {
	suffix string
	w, h   int64
	dark   bool
}{{"", 1440, 900, false}, {"-dark", 1440, 900, true}, {"-small", 390, 844, false}, {"-small-dark", 390, 844, true}}

// resembles compares what is on the screen with its references.
func (p *person) resembles(name string) {
	p.t.Helper()
	for _, v := range screens {
		p.do("resize", screen(v.w, v.h, v.dark), still(v.dark))
		evaluateWith(p, "settle", chromedp.Evaluate[bool](settled, chromedp.EvalAwaitPromise))
		shot := evaluateWith(p, "picture", chromedp.CaptureScreenshot())
		full, err := png.Decode(bytes.NewReader(shot))
		require.NoError(p.t, err)
		p.compares(name+v.suffix+".png", half(full))
	}
	p.do("resize", screen(1440, 900, false))
}

// still asks for a theme, and for nothing to move.
func still(dark bool) chromedp.Action[chromedp.Void] {
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
		return err
	})
}

func (p *person) compares(file string, got *image.Paletted) {
	p.t.Helper()
	path := filepath.Join("testdata", "screenshots", file)
	if *update {
		require.NoError(p.t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(p.t, os.WriteFile(path, encoded(p.t, got), 0o644))
		return
	}
	b, err := os.ReadFile(path)
	require.NoError(p.t, err, "go test ./web -run TestPagesLook -update writes it")
	want, err := png.Decode(bytes.NewReader(b))
	require.NoError(p.t, err, path)
	if share := differs(got, want); share > mostDiffers {
		seen := filepath.Join(os.TempDir(), "interleave-"+file)
		require.NoError(p.t, os.WriteFile(seen, encoded(p.t, got), 0o644))
		assert.Fail(p.t, fmt.Sprintf("%.1f %% of web/%s look different", 100*share, path),
			"it looks like %s now; if that is meant: go test ./web -run TestPagesLook -update", seen)
	}
}

// half is a picture of half the width and height in 256 colours: small enough
// to be kept, large enough to see what moved.
func half(full image.Image) *image.Paletted {
	b := full.Bounds()
	small := image.NewRGBA(image.Rect(0, 0, b.Dx()/2, b.Dy()/2))
	for y := range small.Rect.Max.Y {
		for x := range small.Rect.Max.X {
			var sum [3]uint32
			for _, at := range []image.Point{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
				r, g, b, _ := full.At(b.Min.X+2*x+at.X, b.Min.Y+2*y+at.Y).RGBA()
				sum[0], sum[1], sum[2] = sum[0]+r, sum[1]+g, sum[2]+b
			}
			small.SetRGBA(x, y, color.RGBA{uint8(sum[0] >> 10), uint8(sum[1] >> 10), uint8(sum[2] >> 10), 255})
		}
	}
	out := image.NewPaletted(small.Rect, palette.Plan9)
	draw.Draw(out, out.Rect, small, image.Point{}, draw.Src)
	return out
}

// differs is the share of pixels that are not the same to the eye; pictures of
// different sizes differ altogether.
func differs(a, b image.Image) float64 {
	if a.Bounds() != b.Bounds() {
		return 1
	}
	size, n := a.Bounds().Size(), 0
	for y := range size.Y {
		for x := range size.X {
			r0, g0, b0, _ := a.At(x, y).RGBA()
			r1, g1, b1, _ := b.At(x, y).RGBA()
			if apart(r0, r1) > mostApart || apart(g0, g1) > mostApart || apart(b0, b1) > mostApart {
				n++
			}
		}
	}
	return float64(n) / float64(size.X*size.Y)
}

func apart(a, b uint32) int { return max(int(a>>8)-int(b>>8), int(b>>8)-int(a>>8)) }

func encoded(t *testing.T, i image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, i))
	return b.Bytes()
}

func TestPagesLookAsTheyDidInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)
	p.waits(`document.querySelector("[data-moment]").dataset.phase === "ended"`)
	p.resembles("home")
	p.opens(s.base() + "/en/chapters/07-worker-pools/fixed-pool")
	p.waits(`document.querySelector("` + bench + `")?.dataset.phase === "empty"`)
	p.resembles("lesson")
	p.opens(s.base() + "/en/labs/fixed-pool#policy=gmp&seed=1&at=150")
	p.stands("ended")
	p.waits(`document.querySelector("` + bench + `").dataset.seq === "150"`)
	p.resembles("workbench")
	p.writes(deadlocking)
	p.reruns()
	p.sees(bench, "Deadlock.")
	p.resembles("deadlock")
}
