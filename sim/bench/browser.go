package main

import (
	"context"
	"fmt"
	"os"

	"github.com/chromedp/chromedp"
)

// headless opens a tab of headless Chromium with a profile of its own; the
// function that it returns closes it.
func headless(ctx context.Context) (context.Context, func(), error) {
	dir, err := os.MkdirTemp("", "interleave-bench-browser-")
	if err != nil {
		return nil, nil, err
	}
	alloc, cancelAlloc := chromedp.NewExecAllocator(ctx, chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1440, 900),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-dev-shm-usage", true), chromedp.UserDataDir(dir))
	tab, cancel := chromedp.NewContext(alloc)
	stop := func() {
		cancel()
		cancelAlloc()
		os.RemoveAll(dir)
	}
	if err := chromedp.Do(tab, chromedp.Navigate("about:blank")); err != nil {
		stop()
		return nil, nil, fmt.Errorf("start Chromium (make test installs it): %w", err)
	}
	return tab, stop, nil
}
