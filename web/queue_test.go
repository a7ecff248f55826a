package web_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// handedIn waits until a page shows the verdict of the exercise's latest
// submission, and that there are n of them.
func (p *person) handedIn(where, n string) {
	p.t.Helper()
	p.waits(where + `.querySelector(".verdict")?.dataset.busy === "false" && ` + where + `.querySelectorAll(".history [data-kind=graded]").length === ` + n)
}

// The person's page, and another window beside it.
const (
	here    = `document`
	another = `window.beside.document`
)

// beside opens the page in another window, too. A click does that: a script
// alone may not. Both windows are then seen.
func (p *person) beside() {
	p.t.Helper()
	p.do("stay in sight", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	}))
	p.does(`(() => {
		const b = document.createElement("button");
		b.id = "beside";
		b.textContent = "beside";
		b.style.cssText = "position: fixed; inset: 0 auto auto 0; z-index: 99";
		b.onclick = () => { window.beside = window.open(location.href, "another", "width=900,height=700"); b.remove(); };
		document.body.append(b);
	})()`)
	p.clicks("#beside")
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

// follows clicks on what leads to another page, and waits for that.
func (p *person) follows(sel string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	_, err := chromedp.RunResponse(ctx, chromedp.WaitVisible(chromedp.CSS(sel)), chromedp.Click(chromedp.CSS(sel)))
	require.NoError(p.t, err, sel)
}

const submit = `document.querySelector(".bar-submit").click()`

func TestNoSubmissionIsLostOrTakenTwiceInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	a := newAxe(p)
	text := readFile(t, "../labs/fixed-pool/exercise/starter/pool.go")

	p.opens(s.address)
	p.opens(s.base() + "/en/labs/fixed-pool/exercise")
	p.stands("empty")
	p.sees(".promised", "schedules")
	p.shots("exercise-before")
	a.finds("exercise before a submission")

	// A double click.
	p.does(`(` + submit + `, ` + submit + `)`)
	p.handedIn(here, "1")
	p.shots("exercise-verdict")
	a.finds("exercise with a verdict")

	// A second window sees the same, and what the first one hands in.
	p.beside()
	p.handedIn(another, "1")
	p.writes(strings.Replace(text, "package main", "package main // <b>the second</b>", 1))
	p.does(submit)
	p.handedIn(here, "2")
	p.handedIn(another, "2")

	// A reload while it is graded.
	p.writes(strings.Replace(text, "package main", "package main // the third", 1))
	p.does(submit)
	p.do("reload", chromedp.Reload())
	p.handedIn(here, "3")
	p.beside()

	// Without a connection it waits in the page, and then is sent once.
	p.do("lose the network", online(false))
	p.writes(strings.Replace(text, "package main", "package main // the fourth", 1))
	p.does(submit)
	p.sees(".verdict", "cannot be reached")
	p.shots("exercise-offline")
	p.does(submit)
	p.do("find the network", online(true))
	p.handedIn(here, "4")
	p.handedIn(another, "4")

	// The history, a change, and an earlier text restored; what is in the editor
	// by then is not lost.
	p.writes(strings.Replace(text, "package main", "package main // never handed in", 1))
	p.follows(`.exercise a[href$="/history"]`)
	p.sees("h1", "what you handed in")
	p.shots("history")
	a.finds("history")
	p.follows(".history li:nth-child(2) a")
	p.sees("ins", "the third")
	p.sees("del", "<b>the second</b>")
	p.shots("history-diff")
	a.finds("a submission")
	p.do("compare with the beginning", chromedp.SetValue(chromedp.CSS("#from"), "given"))
	p.follows(`form[method=get] button`)
	p.sees("ins", "the third")
	p.waits(`document.querySelector("del") !== null && !document.querySelector("del").textContent.includes("second")`)
	p.follows(`form[method=post] button`)
	p.sees(".cm-content", "the third")
	p.sees(".history", "before you restored")
	p.follows(".history [data-kind=kept] a")
	p.sees(".code", "never handed in")
	p.follows(`.page-actions a`)
	p.sees(".cm-content", "the third")

	// A schedule that fails a test is one click away, and so is its line.
	p.writes(readFile(t, "../labs/fixed-pool/exercise/testdata/mutants/close-under-a-waiting-submit/pool.go"))
	p.does(submit)
	p.handedIn(here, "5")
	p.sees(".criterion[data-criterion=schedules]", "failed")
	p.does(`document.querySelector(".verdict").scrollIntoView()`)
	p.shots("exercise-schedules")
	p.clicks(`.criterion[data-criterion=tests] .test-place`)
	p.waits(`document.activeElement?.closest(".cm-editor") !== null`)
	p.clicks(`.criterion[data-criterion=schedules] .finding-play`)
	p.stands("ended")
	p.sees(bench, "closed")
	require.Greater(t, p.total(), 20)
	p.shots("exercise-played")

	// The solution is opened on demand, and that is recorded.
	p.follows(`.exercise a[href$="/solution"]`)
	p.sees("main", "that is recorded")
	p.shots("solution-asked")
	a.finds("the question about the solution")
	p.follows(`form[method=post] button`)
	p.sees("h2", "From your text to the solution")
	p.shots("solution")
	a.finds("the solution")
	p.opens(s.base() + "/en/labs/fixed-pool/history")
	p.sees(".history li:first-child", "you opened the solution")
	assert.Empty(t, p.errors())
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(b)
}
