package web_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// handedIn waits until the page shows the verdict of the exercise's latest
// submission, and that there are n of them.
func (p *person) handedIn(n string) {
	p.t.Helper()
	p.waits(`document.querySelector(".verdict")?.dataset.busy === "false" && document.querySelectorAll(".history [data-kind=graded]").length === ` + n)
}

// online says whether the browser has a network.
func online(yes bool) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{Offline: !yes, DownloadThroughput: -1, UploadThroughput: -1}},
		})
		if err == nil {
			_, err = cdp.Call(ctx, t, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !yes, DownloadThroughput: -1, UploadThroughput: -1})
		}
		return err
	})
}

const submit = `document.querySelector(".bar-submit").click()`

func TestNoSubmissionIsLostOrTakenTwice(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	a := newAxe(p)
	source, err := os.ReadFile("../labs/fixed-pool/exercise/starter/pool.go")
	require.NoError(t, err)
	text := string(source)

	p.opens(s.address)
	p.opens(s.base() + "/en/labs/fixed-pool/exercise")
	p.stands("empty")
	p.sees(".promised", "60 points")
	p.shots("exercise-before")
	a.finds("exercise before a submission")

	// A double click.
	p.does(`(` + submit + `, ` + submit + `)`)
	p.handedIn("1")
	p.shots("exercise-verdict")
	a.finds("exercise with a verdict")

	// A second tab sees the same, and what the first one hands in.
	ctx, cancel := chromedp.NewContext(p.ctx)
	defer cancel()
	tab := &person{t: t, ctx: ctx}
	tab.opens(s.base() + "/en/labs/fixed-pool/exercise")
	tab.handedIn("1")
	p.writes(strings.Replace(text, "package main", "package main // <b>the second</b>", 1))
	p.does(submit)
	p.handedIn("2")
	tab.handedIn("2")

	// A reload while it is graded.
	p.writes(strings.Replace(text, "package main", "package main // the third", 1))
	p.does(submit)
	p.do("reload", chromedp.Reload())
	p.handedIn("3")

	// Without a connection it waits in the page, and then is sent once.
	p.do("lose the network", online(false))
	p.writes(strings.Replace(text, "package main", "package main // the fourth", 1))
	p.does(submit)
	p.sees(".verdict", "cannot be reached")
	p.shots("exercise-offline")
	p.does(submit)
	p.do("find the network", online(true))
	p.handedIn("4")
	tab.handedIn("4")

	// The history, a change, and an earlier text restored.
	p.clicks(`.exercise a[href$="/history"]`)
	p.sees("h1", "what you handed in")
	p.shots("history")
	a.finds("history")
	p.clicks(".history li:nth-child(2) a")
	p.sees("ins", "the third")
	p.sees("del", "<b>the second</b>")
	p.shots("history-diff")
	a.finds("a submission")
	p.do("compare with the present", chromedp.SetValue(chromedp.CSS("#from"), "current"))
	p.clicks(`form[method=get] button`)
	p.sees("del", "the fourth")
	p.clicks(`form[method=post] button`)
	p.sees(".cm-content", "the third")
	p.sees(".history", "before you restored")
	assert.Empty(t, p.errors())
}
