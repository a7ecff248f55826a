package labs_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/labs"
)

func TestALabSpeaksAnotherLanguage(t *testing.T) {
	fsys := copyOf(t, labs.FS)
	fsys["rendezvous/lab.zh.yaml"] = &fstest.MapFile{Data: []byte("title: 会合\nflags: {messages: 要发多少条消息}\nhints: [一, 二, 三\n   四]\n")}
	set, err := labs.Load(fsys)
	require.NoError(t, err)
	lab := set.In("zh").Lab("rendezvous")
	assert.Equal(t, "会合", lab.Title)
	assert.Equal(t, "要发多少条消息", lab.Flags["messages"].Usage)
	assert.Equal(t, []string{"一", "二", "三四"}, lab.Exercise.Hints)
	assert.Equal(t, set.Lab("rendezvous").Challenges, lab.Challenges, "what is not translated is in English")

	assert.NotEqual(t, "会合", set.Lab("rendezvous").Title)
	assert.Empty(t, set.Lab("rendezvous").Flags["messages"].Usage)
	assert.NotEqual(t, "一", set.Lab("rendezvous").Exercise.Hints[0])
}

func TestTranslationsNamesWhatALabSaysInOneLanguageOnly(t *testing.T) {
	fsys := copyOf(t, labs.FS)
	for id, text := range map[string]string{
		"rendezvous": "title: 会合\nflags: {mesages: 多少}\nchallenges: {nobody: {title: 谁}}\nhints: [一]\n",
		"fixed-pool": "titel: 池\n",
	} {
		fsys[id+"/lab.zh.yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	delete(fsys, "deadlock/lab.zh.yaml")
	set, err := labs.Load(fsys)
	require.NoError(t, err, "the labs can be used")
	said := map[string][]string{}
	for _, err := range labs.Translations(fsys, set, "zh") {
		var p *labs.Problem
		require.ErrorAs(t, err, &p)
		assert.Equal(t, "languages", p.About)
		said[p.File] = append(said[p.File], p.Msg)
		assert.Equal(t, p.Msg == "it is not translated yet", p.Warning)
	}
	assert.Equal(t, []string{"it is not translated yet"}, said["deadlock/lab.zh.yaml"])
	require.Len(t, said["fixed-pool/lab.zh.yaml"], 1)
	assert.Contains(t, said["fixed-pool/lab.zh.yaml"][0], "titel")
	assert.Subset(t, said["rendezvous/lab.zh.yaml"], []string{
		"flags: what is said of -messages is missing", "flags: the demo has no flag -mesages",
		`challenges: lab.yaml has no challenge "nobody"`, "there are 1 hints; lab.yaml has 3",
	})
}
