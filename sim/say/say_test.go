package say

import (
	"fmt"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
)

func TestTextFillsPlaceholdersByName(t *testing.T) {
	assert.Equal(t, "main.go:10", Text("en", "ui.place.file", "line", 10, "file", "main.go"))
}

func TestTextOfAValueIsNotFilledAgain(t *testing.T) {
	assert.Equal(t, "{line}:10", Text("en", "ui.place.file", "line", 10, "file", "{line}"))
}

func TestUnknownLanguageSpeaksTheFallback(t *testing.T) {
	assert.Equal(t, Text(Fallback, "verdict.exited"), Text("tlh", "verdict.exited"))
}

func TestMissingKeyOrValuePanicsInTests(t *testing.T) {
	assert.Panics(t, func() { Text("en", "no.such.key") })
	assert.Panics(t, func() { Text("en", "ui.place.line") })
	assert.Panics(t, func() { Text("en", "ui.place.line", "line") })
}

func TestClientHasThePagesTextsOnly(t *testing.T) {
	texts := Client("en")
	assert.Contains(t, texts, "ui.place.line")
	assert.Contains(t, texts, "verdict.exited")
	assert.NotContains(t, texts, "page.brand")
	texts["verdict.exited"] = "changed"
	assert.NotEqual(t, "changed", Client("en")["verdict.exited"])
}

func TestWhatALanguageDoesNotSayYetIsInEnglish(t *testing.T) {
	all, err := load(fstest.MapFS{
		"en/run.yaml": {Data: []byte("a: one\nb: two\n")},
		"zh/run.yaml": {Data: []byte("a: 一\n")},
	})
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"a": "一", "b": "two"}, all["zh"].client)
}

func TestCatalogueRefusesAKeyInTwoPlaces(t *testing.T) {
	_, err := load(fstest.MapFS{"en/run.yaml": {Data: []byte("a: one\n")}, "en/web.yaml": {Data: []byte("a: two\n")}})
	assert.ErrorContains(t, err, "key a")
	_, err = load(fstest.MapFS{"en/run.yaml": {Data: []byte("a: one\na: two\n")}})
	assert.Error(t, err)
}

func holes(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestEveryLanguageHasTheSamePlaceholders(t *testing.T) {
	english := catalogues()[Fallback].texts
	for _, lang := range Langs() {
		for key, text := range catalogues()[lang].texts {
			want, ok := english[key]
			if assert.True(t, ok, "%s has %s, which %s has not", lang, key, Fallback) {
				assert.Equal(t, holes(want), holes(text), "%s in %s", key, lang)
			}
		}
	}
}

// TestEveryConstantHasItsWords holds the page's labels and sentences, which it
// looks up by the constants' names, to the vocabulary.
func TestEveryConstantHasItsWords(t *testing.T) {
	texts := Client(Fallback)
	has := func(prefix string, name fmt.Stringer, suffixes ...string) {
		for _, s := range append(suffixes, "") {
			if _, ok := texts[prefix+name.String()+s]; ok {
				return
			}
		}
		t.Errorf("nothing is said for %s%s", prefix, name)
	}
	for k := event.Kind(1); k < event.NumKinds; k++ {
		has("ui.kind.", k)
		has("ev.", k, ".1", ".send")
	}
	for r := event.Reason(1); r < event.NumReasons; r++ {
		has("ui.reason.", r, ".unbuffered")
		has("wait.", r)
	}
	for w := event.Why(1); w < event.NumWhys; w++ {
		has("ui.why.", w)
	}
	for o := event.Outcome(1); o < event.NumOutcomes; o++ {
		has("ui.outcome.", o)
	}
	for o := event.StepLimit; o < event.NumOutcomes; o++ {
		has("verdict.", o)
	}
	for c := event.Class(1); c < event.NumClasses; c++ {
		has("ui.class.", c)
	}
}
