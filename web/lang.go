package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// known tells whether the site speaks the language.
func known(lang string) bool { return slices.Contains(langs, lang) }

// preferred returns the language of the address, or else the one of ours that
// the browser likes best.
func preferred(r *http.Request) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if known(first) {
		return first
	}
	return choose(r.Header.Get("Accept-Language"))
}

// choose reads an Accept-Language header: languages with weights, of which the
// main part counts ("zh-CN" is zh).
func choose(accept string) string {
	best, weight := fallbackLang, 0.0
	for part := range strings.SplitSeq(accept, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		main, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			var err error
			if q, err = strconv.ParseFloat(v, 64); err != nil {
				continue
			}
		}
		if known(main) && q > weight {
			best, weight = main, q
		}
	}
	return best
}
