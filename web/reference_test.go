package web_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Who looks a rule up follows the cell, reads the program, and sees its run.
func TestCellOfTheReferenceOpensItsProgramAndItsRunInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)
	p.opens(evaluates[string](p, `document.querySelector('.foot a[href="/en/reference"]').href`))
	a := newAxe(p)
	a.finds("the reference")
	p.opens(evaluates[string](p, `document.querySelector('.reference-list a[href="/en/reference/channel"]').href`))
	a.finds("the rules of channels")
	p.shots("reference-channel")
	assert.Equal(t, 0, evaluates[int](p, `document.querySelectorAll("details.reference-cell[open]").length`), "all programs are folded")

	p.clicks(`.reference-table a[href="#closed.send"]`)
	p.waits(`document.getElementById("closed.send").closest("details").open`)
	p.sees(`[id="closed.send"] .moment-step`, "panics")
	assert.Equal(t, "panics: send on closed channel", evaluates[string](p, `document.getElementById("closed.send").querySelector("p.effect").textContent.trim()`))
	a.finds("a cell that is open")
	p.shots("reference-cell")

	// One cell is open at a time.
	p.does(`(location.hash = "empty.send")`)
	p.sees(`[id="empty.send"] .moment-step`, "send on ch, nobody receives")
	assert.Equal(t, 1, evaluates[int](p, `document.querySelectorAll("details.reference-cell[open]").length`))

	p.do("a small window", screen(320, 640, false))
	p.opens(s.base() + "/zh/reference/channel#nil.receive")
	p.waits(`document.getElementById("nil.receive").closest("details").open`)
	p.sees(`[id="nil.receive"] .moment-step`, "死锁")
	assert.LessOrEqual(t, evaluates[int](p, `document.documentElement.scrollWidth`), 320, "nothing is cut off")
	assert.False(t, evaluates[bool](p, `document.querySelector(".reference-table").checkVisibility()`), "the table is a list here")
	p.do("a large window", screen(1440, 900, false))
	p.shots("reference-zh")

	p.opens(s.base() + "/en/reference/channel")
	var pdf []byte
	p.do("print", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		got, err := cdp.Call(ctx, t, cdppage.PrintToPDF, cdppage.PrintToPDFParams{})
		if err != nil {
			return err
		}
		pdf = []byte(got.Data)
		return nil
	}))
	require.True(t, bytes.HasPrefix(pdf, []byte("%PDF")), "%.20q", pdf)
	if dir := os.Getenv("SHOTS"); dir != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "reference.pdf"), pdf, 0o644))
	}
	p.do("look at it as paper", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	}))
	assert.True(t, evaluates[bool](p, `[...document.querySelectorAll(".reference-program pre")].every(e => e.getBoundingClientRect().height > 0)`), "every program is on paper")
}
