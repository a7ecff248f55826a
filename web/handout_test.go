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

func TestChapterIsPrintedAsAHandoutInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)
	p.opens(s.base() + "/en/chapters/00-start/")
	p.opens(evaluates[string](p, `document.querySelector('a[href$="/print"]').href`))
	p.waits(`document.querySelector("[data-handout]")?.dataset.drawn === "true"`)
	p.waits(`[...document.querySelectorAll("[data-moment] .moment-step")].every(m => m.textContent !== "")`)
	assert.Empty(t, evaluates[[]string](p, `(() => {
		const ids = [...document.querySelectorAll("[id]")].map(e => e.id).filter(id => /^(l\d+-)/.test(id));
		return ids.filter((id, i) => ids.indexOf(id) !== i);
	})()`), "ids are there once")
	a := newAxe(p)
	a.finds("a chapter to be printed")
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
		require.NoError(t, os.WriteFile(filepath.Join(dir, "handout.pdf"), pdf, 0o644))
	}
	p.do("look at it as paper", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	}))
	assert.Empty(t, evaluates[[]string](p, `[...document.querySelectorAll("header, footer, button, input[type=range]")]
		.filter(e => e.checkVisibility() && !e.closest("[data-moment]")).map(e => e.outerHTML)`), "what cannot be pressed on paper is not there")
	assert.Positive(t, evaluates[int](p, `document.querySelectorAll(".handout-answers li").length`))
}
