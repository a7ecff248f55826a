// Package static is what the browser runs: the bundles that esbuild makes of
// src and css. They are committed; `npm run build` in this directory makes
// them anew.
package static

import "embed"

// FS holds dist: app.js and app.css for every page, workbench-HASH.js for pages
// with a workbench or a moment, theme.js for the head; export.js and viewer.js
// are for what a run is taken along as.
//
//go:embed dist
var FS embed.FS
