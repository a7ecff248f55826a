package say

import "context"

type langKey struct{}

// With returns a context of somebody who wants to be answered in a language.
func With(ctx context.Context, lang string) context.Context {
	return context.WithValue(ctx, langKey{}, lang)
}

// Wanted returns the language in which a context's owner wants to be answered;
// "" if it does not say.
func Wanted(ctx context.Context) string {
	lang, _ := ctx.Value(langKey{}).(string)
	return lang
}
