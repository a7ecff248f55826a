package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"interleave/chapters"
	"interleave/sim/say"
	"interleave/web/page"
)

// known tells whether the site speaks the language.
func known(lang string) bool { return slices.Contains(langs, lang) }

// languages are the ways to the same page in each language of the site.
func languages(v *visit) []page.Language {
	path, ok := strings.CutPrefix(v.r.URL.Path, "/"+v.lang+"/")
	if !ok || !safe(v.r.Method) {
		path = ""
	}
	all := make([]page.Language, 0, len(langs))
	for _, lang := range langs {
		to := url.URL{Path: "/" + lang + "/" + path}
		if ok && safe(v.r.Method) {
			to.RawQuery = v.r.URL.RawQuery
		}
		all = append(all, page.Language{
			Link: page.Link{Href: to.String(), Text: say.Text(lang, "lang.name")},
			Tag:  say.Text(lang, "lang.tag"), Here: lang == v.lang,
		})
	}
	return all
}

// version is what a page in a language says of its text's.
func version(lang string, v chapters.Version) page.Version {
	out := page.Version{Here: say.Text(lang, "lang.tag")}
	switch {
	case v.Lang != lang:
		out.Tag, out.Note = say.Text(v.Lang, "lang.tag"), say.Text(lang, "lang.missing")
	case v.Stale:
		out.Note = say.Text(lang, "lang.stale")
	}
	return out
}

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
