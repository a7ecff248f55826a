package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

func TestPersonFindsInTheEditorInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)
	p.opens(s.base() + "/en/labs/first-program")
	p.stands("empty")
	p.do("ask for the search", chromedp.Focus(chromedp.CSS(".cm-content")), chromedp.KeyEvent("f", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	p.waits(`document.activeElement.matches(".cm-search [name=search]")`)
	p.presses("Println")
	p.waits(`document.querySelector(".cm-searchMatch") !== null`)
	p.do("close it", chromedp.KeyEvent("\u001b"))
	p.waits(`document.querySelector(".cm-search") === null`)
}
